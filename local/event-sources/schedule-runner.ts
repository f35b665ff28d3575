// Runs a schedule of EventBridge: at each interval of lab time it invokes its functions asynchronously, as Lambda
// does: a failed event is tried twice more, a throttled one until there is room.
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from '../template/identity.js';
import type { ScheduleModel } from '../template/model.js';
import { sleep } from './bell.js';

/** Waits before the retries of an asynchronous invocation. */
const RETRY_WAITS_MS = [60_000, 120_000];

/** First and longest wait of a throttled event; it doubles from one to the other. */
const THROTTLED_BASE_MS = 1_000;
const THROTTLED_MAX_MS = 300_000;

export interface ScheduleRunnerOptions {
  readonly schedule: ScheduleModel;
  readonly invoker: FunctionInvoker;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: ScheduleRunnerOptions) {
    // Every event that waits for a retry listens.
    setMaxListeners(0, this.#stopping.signal);
    this.#options = options;
  }

  /** The first event comes one interval after the start. */
  start(): void {
    this.#track(this.#tick());
  }

  /** Waits for the invocations that are running; those that wait for a retry are left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #tick(): Promise<void> {
    const { schedule, clock } = this.#options;
    const { signal } = this.#stopping;
    for (let dueMs = clock.nowMs() + schedule.intervalMs; ; dueMs += schedule.intervalMs) {
      await sleep(clock, dueMs - clock.nowMs(), signal);
      if (signal.aborted) return;
      for (const { arn, input } of schedule.targets) {
        this.#track(this.#invoke(arn, input === undefined ? scheduledEvent(schedule, dueMs) : input));
      }
    }
  }

  async #invoke(functionArn: string, event: unknown): Promise<void> {
    const { invoker, clock } = this.#options;
    const { signal } = this.#stopping;
    for (let retries = 0, throttled = 0; !signal.aborted; ) {
      const result = await invoker.invoke(functionArn, event);
      if (result.kind === 'success') return;
      const waitMs = result.kind === 'throttled' ? throttledWaitMs(throttled++) : RETRY_WAITS_MS[retries++];
      if (waitMs === undefined) return;
      await sleep(clock, waitMs, signal);
    }
  }

  #track(work: Promise<void>): void {
    const running = work.catch(this.#options.onError);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }
}

function throttledWaitMs(throttled: number): number {
  return Math.min(THROTTLED_MAX_MS, THROTTLED_BASE_MS * 2 ** throttled);
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent({ arn }: ScheduleModel, atMs: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LAB_ACCOUNT_ID,
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region: LAB_REGION,
    resources: [arn],
    detail: {},
  };
}
