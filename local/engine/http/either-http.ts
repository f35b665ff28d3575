// One port for HTTP/1.1, HTTP/2 in clear text, and both over TLS: what a connection begins with tells which it is. SDK
// for JavaScript clients speak HTTP/2 with prior knowledge by default, Java's want TLS, almost everything else HTTP/1.1.
// Only HTTP/1.1 is there from the start, which then takes a few milliseconds less.
import { createServer as createHttp1Server, type Server as Http1Server, type IncomingMessage } from 'node:http';
import type { Http2Server, Http2ServerRequest } from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
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

type Respond = (request: EitherRequest, response: EitherResponse) => void;
type Kind = 'http1' | 'http2' | 'tls';

/** Makes the server; it does not listen yet. Its identity is asked for when somebody speaks TLS. */
export function createEitherServer(identity: () => Identity, respond: Respond): EitherServer {
  const http1 = startHttp1(respond);
  const http2 = once(() => startHttp2(respond));
  const tls = once(async () => startTls(identity(), serve));
  const serve = (kind: Kind, socket: Socket) => {
    if (kind === 'http1') return void http1.emit('connection', socket);
    (kind === 'http2' ? http2() : tls()).then(
      (server) => server.emit('connection', socket),
      () => socket.destroy(),
    );
  };
  const sockets = new Set<Socket>();
  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    sniff(socket, (kind) => serve(kind, socket));
  });
  return { tcp, sockets };
}

/** Starts something when it is first asked for. */
function once<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}

function startHttp1(respond: Respond): Http1Server {
  const server = createHttp1Server((request, response) => respond(request, response));
  // Clients keep connections for as long as they like; an idle one that is cut off races with its next request.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}

async function startHttp2(respond: Respond): Promise<Http2Server> {
  const { createServer } = await import('node:http2');
  const server = createServer((request, response) => respond(request, response as unknown as EitherResponse));
  server.on('session', (session) => session.on('error', () => session.destroy()));
  return server;
}

async function startTls(
  { key, certificate }: Identity,
  serve: (kind: 'http1' | 'http2', socket: Socket) => void,
): Promise<TlsServer> {
  const { createServer } = await import('node:tls');
  const server = createServer({ key, cert: certificate, ALPNProtocols: ['h2', 'http/1.1'] });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    if (socket.alpnProtocol) return serve(socket.alpnProtocol === 'h2' ? 'http2' : 'http1', socket);
    // Java's SDK negotiates nothing: it begins with HTTP/2, which node:http2 takes only from who asked for it.
    sniff(socket, (kind) => {
      if (kind === 'http2') socket.alpnProtocol = 'h2';
      serve(kind === 'http2' ? 'http2' : 'http1', socket);
    });
  });
  return server;
}

/** Reads just enough to decide, and puts it back. */
function sniff(socket: Socket, decide: (kind: Kind) => void): void {
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
