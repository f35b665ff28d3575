// One request of either protocol: X-Amz-Target names the operation, errors name their type.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { ConnectionLost, ServiceError } from '../../service-error.js';
import type { Authorize } from '../../services/ports.js';
import type { KinesisEngine } from '../engine.js';
import { BufferLease, BufferPool } from './buffer-pool.js';
import type { EitherRequest, EitherResponse } from './either-http.js';
import { pushEvents } from './push-events.js';
import { formatOf, type WireFormat } from './wire-format.js';

const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';
const TARGET = /^Kinesis_20131202\.(\w+)$/;

/** Largest request that is read: 10 MiB of records in base64, with room to spare. */
const MAX_BODY_BYTES = 32 * 1_024 * 1_024;

/** Buffers of bodies, for all endpoints of the process. */
const BUFFERS = new BufferPool();

/** What a responder works with. */
export interface Responder {
  readonly engine: KinesisEngine;
  readonly clock: Clock;
  readonly authorize?: Authorize | undefined;
}

interface Reply {
  readonly response: EitherResponse;
  readonly format: WireFormat;
}

/** Answers one request, errors included. */
export async function respond(lab: Responder, request: EitherRequest, response: EitherResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort('the client is gone'));
  const headers = { date: new Date(lab.clock.nowMs()).toUTCString(), 'x-amzn-requestid': randomUUID() };
  const format = formatOf(request.headers['content-type']);
  const reply = { response, format };
  const lease = new BufferLease(BUFFERS);
  try {
    const operation = operationOf(request);
    const input = format.parse(await readBody(request, lease), operation, lease);
    lab.authorize?.({ headers: request.headers, operation, input });
    if (operation === 'SubscribeToShard') {
      const events = lab.engine.subscribeToShard(input, gone.signal);
      response.writeHead(200, { ...headers, 'content-type': EVENT_STREAM_TYPE });
      await pushEvents(events, reply, gone.signal);
      return;
    }
    send(reply, 200, headers, await lab.engine.call(operation, input));
  } catch (error) {
    if (gone.signal.aborted) return;
    if (error instanceof ConnectionLost) {
      response.destroy();
      return;
    }
    const { code, message, status } = asServiceError(error);
    send(reply, status, { ...headers, 'x-amzn-errortype': code }, { __type: code, message });
  } finally {
    lease.end();
  }
}

function send({ response, format }: Reply, status: number, headers: Record<string, string>, output: unknown): void {
  const body = format.render(output);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-type': format.contentType, 'content-length': length });
  response.end(body);
}

/** Name of the operation; what is not a request of Kinesis is refused with the reason. */
function operationOf(request: EitherRequest): string {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = TARGET.exec(target)?.[1];
  if (request.method === 'POST' && operation) return operation;
  throw new ServiceError(
    'UnknownOperationException',
    `'X-Amz-Target' must name an operation of Kinesis_20131202 in a POST, got ${request.method} '${target}'`,
  );
}

function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
}

/** Reads the whole body, into a leased buffer where its length is known. */
function readBody(request: EitherRequest, lease: BufferLease): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const length = Number(request.headers['content-length'] ?? 0);
    let body = lease.take(Math.min(length, MAX_BODY_BYTES));
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      const at = bytes;
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return;
      if (bytes > body.length) {
        const larger = lease.take(Math.max(bytes, body.length * 2));
        body.copy(larger, 0, 0, at);
        body = larger;
      }
      chunk.copy(body, at);
    });
    request.once('end', () => {
      if (bytes <= MAX_BODY_BYTES) return resolve(body.subarray(0, bytes));
      const text = `A request must be at most ${MAX_BODY_BYTES} bytes, got ${bytes}`;
      reject(new ServiceError('RequestEntityTooLargeException', text, 413));
    });
    request.once('error', reject);
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('the client went away'));
    });
  });
}
