// One port for HTTP/1.1, HTTP/2 in clear text, and both over TLS: what a connection begins with tells which it is. SDK
// for JavaScript clients speak HTTP/2 with prior knowledge by default, Java's want TLS, almost everything else HTTP/1.1.
import { createServer as createHttp1Server, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest } from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Identity } from './self-signed.js';

/** The HTTP/2 connection preface up to where no HTTP/1.1 method is alike. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');

/** First byte of a TLS connection: a handshake record. */
const TLS_HANDSHAKE = 0x16;

/** A request of either version. */
export type EitherRequest = IncomingMessage | Http2ServerRequest;

/** What both versions' responses can do. */
export interface EitherResponse {
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(chunk: Uint8Array): boolean;
  end(chunk?: string | Uint8Array): unknown;
  /** Ends the exchange without a reply, or amid it. */
  destroy(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
}

/** A TCP server whose connections are served by `respond`, and the connections that are open. */
export interface EitherServer {
  readonly tcp: Server;
  readonly sockets: ReadonlySet<Socket>;
}

/** Makes the server; it does not listen yet. */
export function createEitherServer(
  identity: Identity,
  respond: (request: EitherRequest, response: EitherResponse) => void,
): EitherServer {
  const http1 = createHttp1Server((request, response) => respond(request, response));
  const http2 = createHttp2Server((request, response) => respond(request, response as unknown as EitherResponse));
  // Clients keep connections for as long as they like; an idle one that is cut off races with its next request.
  http1.keepAliveTimeout = 0;
  http1.requestTimeout = 0;
  http1.headersTimeout = 0;
  http2.on('session', (session) => session.on('error', () => session.destroy()));

  const tls = createTlsServer({
    key: identity.key,
    cert: identity.certificate,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  tls.on('tlsClientError', (_error, socket) => socket.destroy());
  tls.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    if (socket.alpnProtocol) return void (socket.alpnProtocol === 'h2' ? http2 : http1).emit('connection', socket);
    // Java's SDK negotiates nothing: it begins with HTTP/2, which node:http2 takes only from who asked for it.
    sniff(socket, (kind) => {
      if (kind === 'http2') socket.alpnProtocol = 'h2';
      (kind === 'http2' ? http2 : http1).emit('connection', socket);
    });
  });

  const servers = { http1, http2, tls };
  const sockets = new Set<Socket>();
  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    sniff(socket, (kind) => servers[kind].emit('connection', socket));
  });
  return { tcp, sockets };
}

/** Reads just enough to decide, and puts it back. */
function sniff(socket: Socket, decide: (kind: 'http1' | 'http2' | 'tls') => void): void {
  let start: Buffer = Buffer.alloc(0);
  const read = () => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      start = start.length === 0 ? chunk : Buffer.concat([start, chunk]);
    }
    const known = Math.min(start.length, PREFACE.length);
    const alike = start.subarray(0, known).equals(PREFACE.subarray(0, known));
    if (known === 0 || (alike && known < PREFACE.length)) return;
    socket.off('readable', read);
    socket.unshift(start);
    decide(start[0] === TLS_HANDSHAKE ? 'tls' : alike ? 'http2' : 'http1');
  };
  socket.on('readable', read);
}
