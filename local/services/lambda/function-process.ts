// One execution environment: a Node.js process with the function's asset, memory and environment, which answers one
// invocation at a time. Time-outs are in wall time, like everything that happens inside a function.
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { RESPONSE_PAYLOAD_MAX_BYTES } from '../../../core/limits-lambda.js';
import type { FunctionModel } from '../../template/model.js';
import type { InvocationResult } from './invoker.js';
import type { FromRuntime, ToRuntime } from './runtime-messages.js';
import { splitLines } from './split-lines.js';

/** Most wall time that loading an asset may take. Lambda gives 10 s; a busy machine is no fault of the function. */
const INIT_LIMIT_MS = 60_000;

/** Wall time in which the output of a process that is gone is still read. */
const OUTPUT_LIMIT_MS = 500;

type Failure = Extract<InvocationResult, { kind: 'failure' }>;
type Fault = Pick<Failure, 'errorType' | 'errorMessage'>;

export interface FunctionProcessOptions {
  readonly fn: FunctionModel;
  readonly runtimeLoop: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nowMs: () => number;
  readonly onLine: (line: string) => void;
}

export class FunctionProcess {
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  readonly #options: FunctionProcessOptions;
  readonly #child: ChildProcess;
  readonly #ready: Promise<Fault | undefined>;
  #settleReady: (fault: Fault | undefined) => void = () => {};
  #settle: ((result: InvocationResult) => void) | undefined;
  #requestId = '';
  #alive = true;

  constructor(options: FunctionProcessOptions) {
    const { fn, environment, runtimeLoop, onLine } = options;
    this.#options = options;
    this.#child = fork(runtimeLoop, [], {
      cwd: fn.assetPath,
      env: { ...environment },
      execArgv: [`--max-old-space-size=${fn.memoryMiB}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream) splitLines(stream, onLine);
    this.#ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => this.#onExit(signal ? `signal: ${signal}` : `exit status ${code}`));
      this.#child.once('exit', () => void this.#closeOutput());
      this.#child.once('close', () => resolve());
      this.#child.once('error', (error) => {
        this.#onExit(error.message);
        resolve();
      });
    });
    this.#child.on('message', (message: FromRuntime) => this.#onMessage(message));
    this.#send({ kind: 'start', labMs: options.nowMs() });
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether another invocation may be sent to it. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the asset is loaded, or could not be: what the function's own duration begins after. */
  async initialized(): Promise<void> {
    await this.#started();
  }

  /** Runs one invocation; a time-out, a crash and a failed start end the process. */
  async invoke(requestId: string, event: unknown): Promise<InvocationResult> {
    this.#requestId = requestId;
    const fault = await this.#started();
    if (fault) {
      this.kill();
      return this.#failure(fault);
    }
    const { fn, nowMs } = this.#options;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#timeOut(), fn.timeoutMs);
      this.#settle = (result) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(result);
      };
      if (!this.#alive) return this.#settle(this.#failure(exitFault('it ended between two invocations')));
      const { name: functionName, arn: functionArn, memoryMiB, timeoutMs } = fn;
      const text = JSON.stringify(event ?? null);
      const invocation = { requestId, event: text, functionName, functionArn, memoryMiB, timeoutMs };
      this.#send({ kind: 'invoke', labMs: nowMs(), invocation });
    });
  }

  kill(): void {
    this.#alive = false;
    this.#child.kill('SIGKILL');
  }

  async #started(): Promise<Fault | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<Fault>((resolve) => {
      const errorMessage = `Init timed out after ${INIT_LIMIT_MS / 1_000} seconds`;
      timer = setTimeout(() => resolve({ errorType: 'Sandbox.Timedout', errorMessage }), INIT_LIMIT_MS);
    });
    const fault = await Promise.race([this.#ready, tooLong]);
    clearTimeout(timer);
    return fault;
  }

  #onMessage(message: FromRuntime): void {
    if (message.kind === 'ready') this.#settleReady(undefined);
    else if (message.kind === 'not-ready') this.#settleReady(message);
    else if (message.requestId === this.#requestId) this.#onAnswer(message);
  }

  #onAnswer(message: Extract<FromRuntime, { requestId: string }>): void {
    const { kind, requestId } = message;
    if (kind === 'success') {
      const tooLarge = sizeFault(message.payload);
      if (tooLarge) {
        this.#settle?.(this.#failure(tooLarge));
        return;
      }
      const payload: unknown = message.payload === undefined ? null : JSON.parse(message.payload);
      this.#settle?.({ kind, payload, requestId });
      return;
    }
    if (message.fatal) this.#alive = false;
    this.#settle?.(this.#failure(message));
  }

  #onExit(how: string): void {
    this.#alive = false;
    this.#settleReady(exitFault(how));
    this.#settle?.(this.#failure(exitFault(how)));
  }

  /** What the function itself started may hold its output open for as long as it likes. */
  async #closeOutput(): Promise<void> {
    await wait(OUTPUT_LIMIT_MS, undefined, { ref: false });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
  }

  #timeOut(): void {
    const seconds = (this.#options.fn.timeoutMs / 1_000).toFixed(2);
    const errorMessage = `Task timed out after ${seconds} seconds`;
    this.kill();
    this.#settle?.(this.#failure({ errorType: 'Sandbox.Timedout', errorMessage }));
  }

  #failure({ errorType, errorMessage }: Fault): Failure {
    return { kind: 'failure', functionError: 'Unhandled', errorType, errorMessage, requestId: this.#requestId };
  }

  #send(message: ToRuntime): void {
    // A process that is gone says so by its exit; the failed write is no news.
    this.#child.send(message, () => {});
  }
}

/** What becomes of an answer that Lambda does not carry. */
function sizeFault(payload = ''): Fault | undefined {
  if (Buffer.byteLength(payload) <= RESPONSE_PAYLOAD_MAX_BYTES) return undefined;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_PAYLOAD_MAX_BYTES} bytes).`;
  return { errorType: 'Function.ResponseSizeTooLarge', errorMessage };
}

function exitFault(how: string): Fault {
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}` };
}
