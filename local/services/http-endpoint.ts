// What every service of the lab listens with: loopback only, whole bodies, the date in lab time (the SDK corrects
// its own clock by it), and a close that does not wait for clients to let go of their connections.
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.js';
import { ConnectionLost } from '../service-error.js';

/** Largest request body that a service of the lab reads: well above any service's own limit. */
const MAX_BODY_BYTES = 128 * 1024 * 1024;

/** A listening service. */
export interface Endpoint {
  /** Base address, without a path. */
  readonly url: string;
  /** Stops listening and closes every connection at once. */
  close(): Promise<void>;
}

export interface ServiceRequest {
  readonly method: string;
  /** Path as sent: still percent-encoded, dots not resolved. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Stands between a request and its answer; may change either, or lose them. */
export type ServiceGate = (
  request: ServiceRequest,
  respond: () => Promise<ServiceResponse>,
) => Promise<ServiceResponse>;

/** Serves `respond` on an ephemeral port of 127.0.0.1. `respond` renders its own errors: what it throws becomes a 500. */
export function listenOnLoopback(
  clock: Clock,
  respond: (request: ServiceRequest) => Promise<ServiceResponse>,
  gate: ServiceGate = (_, answer) => answer(),
): Promise<Endpoint> {
  const gated = (request: ServiceRequest) => gate(request, () => respond(request));
  const server = createServer((message, response) => {
    answer(clock, gated, message, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}

async function answer(
  clock: Clock,
  respond: (request: ServiceRequest) => Promise<ServiceResponse>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const body = await readBody(message);
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  const request: ServiceRequest = {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: message.headers,
    body,
    requestId,
  };
  const {
    status,
    headers,
    body: answered,
  } = await clock
    .hold(() => respond(request))
    .catch((error: unknown) => {
      if (error instanceof ConnectionLost) throw error;
      return { status: 500, headers: undefined, body: String(error) };
    });
  response.sendDate = false;
  response.writeHead(status, {
    Date: new Date(clock.nowMs()).toUTCString(),
    'x-amzn-RequestId': requestId,
    'x-amz-request-id': requestId,
    ...(answered === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(answered)) }),
    ...headers,
  });
  response.end(message.method === 'HEAD' ? undefined : answered);
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`request body is over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
