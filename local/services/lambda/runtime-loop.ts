// Entry of a function's process: Lambda's runtime loop over the IPC channel to the lab. It loads the built asset,
// then answers one invocation at a time. It ends with the lab, and leaves Ctrl-C to it.
import { presentLabTime } from './lab-date.js';
import { type Callback, type Handler, loadHandler } from './load-handler.js';
import type { FromRuntime, Invocation, ToRuntime } from './runtime-messages.js';

const { LAMBDA_TASK_ROOT: taskRoot = '', _HANDLER: handlerName = '' } = process.env;

let handler: Handler;
let setLabTime: (labMs: number) => void;
let running: Invocation | undefined;

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('uncaughtException', (error) => endWith(nameOf(error), error));
process.on('unhandledRejection', (reason) => endWith('Runtime.UnhandledPromiseRejection', reason));

process.on('message', (message: ToRuntime) => {
  if (message.kind === 'start') void start(message.labMs);
  else void answer(message);
});

async function start(labMs: number): Promise<void> {
  setLabTime = presentLabTime(labMs);
  try {
    handler = await loadHandler(taskRoot, handlerName);
    send({ kind: 'ready' });
  } catch (error) {
    logError('Init Error', error);
    send({ kind: 'not-ready', errorType: nameOf(error), errorMessage: messageOf(error) });
  }
}

async function answer({ labMs, invocation }: Extract<ToRuntime, { kind: 'invoke' }>): Promise<void> {
  setLabTime(labMs);
  running = invocation;
  const { requestId } = invocation;
  try {
    const result = await run(JSON.parse(invocation.event), contextOf(invocation));
    reply({ kind: 'success', requestId, payload: JSON.stringify(result) });
  } catch (error) {
    logError('Invoke Error', error);
    reply({
      kind: 'failure',
      requestId,
      errorType: nameOf(error),
      errorMessage: messageOf(error),
      fatal: false,
    });
  }
}

/** Runs a handler in either style: one that returns its answer or one that calls back. */
function run(event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    if (isThenable(returned)) returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function contextOf({ requestId, functionName, functionArn, memoryMiB, timeoutMs }: Invocation): object {
  const deadline = performance.now() + timeoutMs;
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: String(memoryMiB),
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

/** Sends an answer, unless the invocation was answered already. */
function reply(message: Extract<FromRuntime, { requestId: string }>): void {
  if (running?.requestId !== message.requestId) return;
  running = undefined;
  send(message);
}

/** An error outside the handler's own answer ends the process, as in Lambda. */
function endWith(errorType: string, error: unknown): void {
  logError('Uncaught Exception', error);
  if (!running) process.exit(1);
  const { requestId } = running;
  running = undefined;
  send({ kind: 'failure', requestId, errorType, errorMessage: messageOf(error), fatal: true }, () => process.exit(1));
}

/** As Lambda writes it, with the stack. */
function logError(what: string, error: unknown): void {
  const stack = error instanceof Error ? error.stack?.split('\n') : undefined;
  console.error(`${what} ${JSON.stringify({ errorType: nameOf(error), errorMessage: messageOf(error), stack })}`);
}

function send(message: FromRuntime, sent?: () => void): void {
  process.send?.(message, undefined, undefined, () => sent?.());
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
