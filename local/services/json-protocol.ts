// AWS JSON over HTTP, as DynamoDB, SQS and CloudWatch speak it: the operation is named in X-Amz-Target.
import { gunzipSync } from 'node:zlib';
import { ServiceError } from '../service-error.js';
import type { ServiceRequest, ServiceResponse } from './http-endpoint.js';
import type { Authorize } from './ports.js';

/** One operation: its input as parsed JSON, its output to be rendered as JSON. */
export type JsonOperation = (input: never) => Promise<unknown>;

/** What one service answers. */
export interface JsonService {
  /** Name in refusals, for example `CloudWatch`. */
  readonly name: string;
  /** The operations that the lab has, by name. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /**
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
}

/** Answers one request; an operation that the service of the lab does not have is refused by its name. */
export async function answerJson(service: JsonService, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.slice(target.indexOf('.') + 1);
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw refuseOperation(service, name);
    const input = parseBody(request) as Readonly<Record<string, unknown>>;
    service.authorize?.({ headers: request.headers, operation: name, input });
    return renderJson(200, await operation(input as never));
  } catch (error) {
    return renderJsonError(error);
  }
}

function refuseOperation(service: JsonService, name: string): ServiceError {
  const known = Object.keys(service.operations).join(', ');
  return new ServiceError(
    'UnknownOperationException',
    `the lab's ${service.name} does not have the operation '${name}'; it has ${known}`,
  );
}

function parseBody(request: ServiceRequest): unknown {
  const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(request.body) : request.body;
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'the request body is not JSON');
  }
}

function renderJson(status: number, output: unknown, headers: Record<string, string> = {}): ServiceResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/x-amz-json-1.0', ...headers },
    body: JSON.stringify(output ?? {}),
  };
}

/** Renders what an operation threw as the service would send it; a fault of the lab itself becomes a 500. */
export function renderJsonError(error: unknown): ServiceResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500);
  // Services that moved from the query protocol to JSON name the error in this header too.
  const header = `${known.code};${known.status < 500 ? 'Sender' : 'Receiver'}`;
  return renderJson(
    known.status,
    { __type: known.code, message: known.message, ...known.details },
    { 'x-amzn-query-error': header },
  );
}
