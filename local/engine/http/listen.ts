// The engine's endpoint: any SDK, the AWS CLI and the lab's own Lambdas talk to the streams through it.
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.js';
import type { Endpoint } from '../../services/http-endpoint.js';
import type { Authorize } from '../../services/ports.js';
import type { KinesisEngine } from '../engine.js';
import { createEitherServer } from './either-http.js';
import { respond } from './respond.js';
import { type Identity, makeSelfSigned } from './self-signed.js';

/** Where to serve. */
export interface ListenOptions {
  readonly clock: Clock;
  /** Port of 127.0.0.1; 0 is any free one. */
  readonly port: number;
  /**
   * Judges each call.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
  /**
   * Requests wait until it resolves.
   *
   * @default - they are answered at once
   */
  readonly ready?: Promise<void> | undefined;
}

/** Where the engine is served. */
export interface KinesisEndpoint extends Endpoint {
  /** The same endpoint over TLS. */
  readonly secureUrl: string;
  /** Certificate of that, PEM, its own authority: what a client has to trust. */
  readonly certificate: string;
}

/** Serves the engine, in clear text and over TLS on one port; rejects with code EADDRINUSE when the port is taken. */
export function listenKinesis(engine: KinesisEngine, options: ListenOptions): Promise<KinesisEndpoint> {
  let made: Identity | undefined;
  const identity = () => {
    made ??= makeSelfSigned(Date.now());
    return made;
  };
  const lab = { engine, clock: options.clock, authorize: options.authorize };
  let isReady = options.ready === undefined;
  void options.ready?.then(() => {
    isReady = true;
  });
  const { tcp, sockets } = createEitherServer(identity, (request, response) => {
    // Only a reply that had begun can fail here: what is left is to end it.
    const answer = () => respond(lab, request, response).catch(() => response.end());
    if (isReady) answer();
    else void options.ready?.then(answer);
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
      resolve({
        url: `http://127.0.0.1:${port}`,
        secureUrl: `https://127.0.0.1:${port}`,
        get certificate() {
          return identity().certificate;
        },
        close,
      });
    });
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const message = `'--port' must be a free port, got ${port} (in use); stop what uses it, pass another, or 0 for any free one`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}
