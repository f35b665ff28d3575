// The engine's endpoint: any SDK, the AWS CLI and the lab's own Lambdas talk to the streams through it.
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.js';
import type { Endpoint } from '../../services/http-endpoint.js';
import type { KinesisEngine } from '../engine.js';
import { createEitherServer } from './either-http.js';
import { respond } from './respond.js';

/** Where to serve. */
export interface ListenOptions {
  readonly clock: Clock;
  /** Port of 127.0.0.1; 0 is any free one. */
  readonly port: number;
}

/** Serves the engine; rejects with code EADDRINUSE when the port is taken. */
export function listenKinesis(engine: KinesisEngine, options: ListenOptions): Promise<Endpoint> {
  const lab = { engine, clock: options.clock };
  const { tcp, sockets } = createEitherServer((request, response) => {
    // Only a reply that had begun can fail here: what is left is to end it.
    respond(lab, request, response).catch(() => response.end());
  });
  const close = () =>
    new Promise<void>((closed) => {
      tcp.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    tcp.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, options.port)));
    tcp.listen(options.port, '127.0.0.1', () => {
      const { port } = tcp.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close });
    });
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const message = `'--port' must be a free port, got ${port} (in use); stop what uses it, pass another, or 0 for any free one`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}
