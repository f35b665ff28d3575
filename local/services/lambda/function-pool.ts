// The lab's Lambda service: the processes of every function, kept warm between invocations, under each function's
// reserved concurrency. An invocation holds the clock, so that lab time never outruns it.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import { ServiceError } from '../../service-error.js';
import type { FunctionModel } from '../../template/model.js';
import { FunctionLog } from './function-log.js';
import { FunctionProcess } from './function-process.js';
import type { Accident, FunctionInvoker, InvocationResult } from './invoker.js';
import { OrphanGuard } from './orphan-guard.js';
import { processEnvironment } from './process-environment.js';
import { runtimeLoopPath } from './runtime-loop-path.js';
import { Turnstile } from './turnstile.js';

/** Wall time after which a process without work is ended. */
const IDLE_LIMIT_MS = 60_000;

/** Wall time that invocations get by default to end when the lab stops. */
const DRAIN_LIMIT_MS = 10_000;

/** Invocations that run at once on this machine; the others wait, and the clock with them. */
const MAX_RUNNING = 16;

export interface FunctionPoolOptions {
  readonly functions: readonly FunctionModel[];
  readonly clock: Clock;
  readonly metrics: MetricSink;
  /** Variables that lead the SDK to the lab, for example AWS_ENDPOINT_URL_KINESIS. */
  readonly endpoints: Readonly<Record<string, string>>;
  /**
   * Variables with the credentials of a function, which the lab's services know it by.
   *
   * @default - the dummy key, which everyone has
   */
  readonly credentials?: ((functionArn: string) => Readonly<Record<string, string>>) | undefined;
  /** Folder for one log file per function. */
  readonly logDir: string;
  /** Called for every line that a function writes. */
  readonly onLogLine?: (functionName: string, line: string) => void;
  /**
   * @default - the built loop of this package
   */
  readonly runtimeLoop?: string;
  /**
   * @default 60_000
   */
  readonly idleLimitMs?: number;
}

interface FunctionState {
  readonly fn: FunctionModel;
  readonly log: FunctionLog;
  readonly idle: { readonly process: FunctionProcess; readonly timer: NodeJS.Timeout }[];
  running: number;
}

export class FunctionPool implements FunctionInvoker {
  readonly #options: FunctionPoolOptions;
  readonly #runtimeLoop: string;
  readonly #functions = new Map<string, FunctionState>();
  readonly #processes = new Set<FunctionProcess>();
  readonly #invocations = new Set<Promise<unknown>>();
  readonly #orphans = new OrphanGuard();
  readonly #turnstile = new Turnstile(MAX_RUNNING);
  #stopping = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#runtimeLoop = options.runtimeLoop ?? runtimeLoopPath();
    for (const fn of options.functions) {
      this.#functions.set(fn.name, { fn, log: new FunctionLog(options.logDir, fn.name), idle: [], running: 0 });
    }
  }

  /** Invokes a function by its name or ARN, qualified or not; it throws only when there is no such function. */
  async invoke(functionNameOrArn: string, event: unknown, accident?: Accident): Promise<InvocationResult> {
    const state = this.#find(functionNameOrArn);
    const { fn } = state;
    if (this.#stopping) return { kind: 'throttled' };
    if (fn.reservedConcurrency !== undefined && state.running >= fn.reservedConcurrency) {
      this.#count(fn, 'Throttles', 1);
      return { kind: 'throttled' };
    }
    state.running += 1;
    this.#count(fn, 'ConcurrentExecutions', state.running);
    const invocation = this.#options.clock.hold(() => this.#turnstile.pass(() => this.#run(state, event, accident)));
    this.#invocations.add(invocation);
    try {
      return await invocation;
    } finally {
      this.#invocations.delete(invocation);
      state.running -= 1;
    }
  }

  /** Waits for what runs, at most 10 s of wall time unless told otherwise, then ends every process. */
  async stop(limitMs = DRAIN_LIMIT_MS): Promise<void> {
    this.#stopping = true;
    const drained = Promise.allSettled(this.#invocations);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([drained, new Promise((resolve) => (timer = setTimeout(resolve, limitMs)))]);
    clearTimeout(timer);
    const processes = [...this.#processes];
    for (const { idle } of this.#functions.values()) for (const { timer: idleTimer } of idle) clearTimeout(idleTimer);
    for (const process of processes) process.kill();
    await Promise.all(processes.map((process) => process.exited));
    await drained;
    await this.#orphans.stop();
    await Promise.all([...this.#functions.values()].map(({ log }) => log.close()));
  }

  async #run(state: FunctionState, event: unknown, accident?: Accident): Promise<InvocationResult> {
    const { fn } = state;
    const requestId = randomUUID();
    if (this.#stopping) return { kind: 'throttled' };
    const process = this.#take(state);
    await process.initialized();
    const startedAt = performance.now();
    const run = () => process.invoke(requestId, event);
    const result = await (accident ? accident(process, run) : run());
    const durationMs = performance.now() - startedAt;
    this.#giveBack(state, process);
    if (result.kind === 'failure') state.log.write(`${requestId} ${result.errorType}: ${result.errorMessage}`);
    this.#count(fn, 'Invocations', 1);
    this.#count(fn, 'Throttles', 0);
    this.#count(fn, 'Errors', result.kind === 'failure' ? 1 : 0);
    this.#count(fn, 'Duration', durationMs, 'Milliseconds');
    return result;
  }

  #take(state: FunctionState): FunctionProcess {
    for (let warm = state.idle.pop(); warm; warm = state.idle.pop()) {
      clearTimeout(warm.timer);
      if (warm.process.alive) return warm.process;
    }
    const { clock, credentials, endpoints, onLogLine } = this.#options;
    const { fn, log } = state;
    const process = new FunctionProcess({
      fn,
      runtimeLoop: this.#runtimeLoop,
      environment: processEnvironment(fn, endpoints, credentials?.(fn.arn)),
      nowMs: () => clock.nowMs(),
      onLine: (line) => {
        log.write(line);
        onLogLine?.(fn.name, line);
      },
    });
    this.#processes.add(process);
    this.#orphans.watch(process.pid, process.exited);
    void process.exited.then(() => this.#processes.delete(process));
    return process;
  }

  #giveBack(state: FunctionState, process: FunctionProcess): void {
    if (!process.alive || this.#stopping) return;
    const timer = setTimeout(() => {
      const index = state.idle.findIndex((candidate) => candidate.process === process);
      if (index !== -1) state.idle.splice(index, 1);
      process.kill();
    }, this.#options.idleLimitMs ?? IDLE_LIMIT_MS);
    timer.unref();
    state.idle.push({ process, timer });
  }

  #find(functionNameOrArn: string): FunctionState {
    const name = functionNameOrArn.startsWith('arn:') ? functionNameOrArn.split(':')[6] : functionNameOrArn;
    const state = this.#functions.get(name ?? '');
    if (!state) throw new ServiceError('ResourceNotFoundException', `Function not found: ${functionNameOrArn}`, 404);
    return state;
  }

  #count(fn: FunctionModel, name: string, value: number, unit = 'Count'): void {
    const { clock, metrics } = this.#options;
    metrics.put({
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: fn.name },
      name,
      value,
      unit,
      atMs: clock.nowMs(),
    });
  }
}
