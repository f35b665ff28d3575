// The lab's Lambda for callers from outside: invoking a function of the template and waiting for its answer, no more.
import type { Clock } from '../../clock.js';
import { ServiceError } from '../../service-error.js';
import { type Endpoint, listenOnLoopback, type ServiceRequest, type ServiceResponse } from '../http-endpoint.js';
import type { Authorize } from '../ports.js';
import type { FunctionInvoker, InvocationResult } from './invoker.js';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

export interface InvokeServiceOptions {
  readonly clock: Clock;
  /** Asked when it is needed: the functions are told of this endpoint before they are there. */
  readonly invoker: () => FunctionInvoker;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
}

/** Serves Invoke. */
export function listenInvoke(options: InvokeServiceOptions): Promise<Endpoint> {
  return listenOnLoopback(options.clock, (request) => answer(request, options).catch(renderError));
}

async function answer(request: ServiceRequest, { invoker, authorize }: InvokeServiceOptions): Promise<ServiceResponse> {
  const [, name] = INVOCATIONS.exec(request.path) ?? [];
  if (name === undefined || request.method !== 'POST') {
    throw new ServiceError(
      'UnsupportedOperation',
      `the lab's Lambda has Invoke, not ${request.method} ${request.path}`,
    );
  }
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    throw new ServiceError('UnsupportedOperation', `the lab's Lambda invokes and waits, got InvocationType ${type}`);
  }
  const functionName = decodeURIComponent(name);
  authorize?.({ headers: request.headers, operation: 'Invoke', input: { functionName } });
  if (request.body.length > MAX_PAYLOAD_BYTES) {
    throw new ServiceError('RequestTooLargeException', `${request.body.length} byte payload is too large`, 413);
  }
  return render(await invoker().invoke(functionName, parse(request.body)));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

function render(result: InvocationResult): ServiceResponse {
  const headers = { 'Content-Type': 'application/json', 'X-Amz-Executed-Version': '$LATEST' };
  if (result.kind === 'throttled') throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
  if (result.kind === 'success') return { status: 200, headers, body: JSON.stringify(result.payload ?? null) };
  const { errorType, errorMessage, functionError } = result;
  return {
    status: 200,
    headers: { ...headers, 'X-Amz-Function-Error': functionError },
    body: JSON.stringify({ errorType, errorMessage }),
  };
}

function renderError(error: unknown): ServiceResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('ServiceException', String(error), 500);
  return {
    status: known.status,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': known.code },
    body: JSON.stringify({ Type: 'User', Message: known.message }),
  };
}
