// The lab's EventBridge: rules with a rate, each of which invokes its targets at every whole interval of lab time.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { PlatformModel, ScheduleModel } from '../template/model.js';

export interface ScheduleOptions {
  readonly model: Pick<PlatformModel, 'schedules' | 'accountId' | 'region'>;
  readonly clock: Clock;
  readonly invoker: FunctionInvoker;
  readonly signal: AbortSignal;
}

/** Runs every schedule until `signal` is aborted. What a function answers is its own affair: its errors are metrics. */
export async function runSchedules(options: ScheduleOptions): Promise<void> {
  await Promise.all(options.model.schedules.map((schedule) => runSchedule(schedule, options)));
}

async function runSchedule(schedule: ScheduleModel, options: ScheduleOptions): Promise<void> {
  const { clock, invoker, signal } = options;
  let dueMs = nextDueMs(clock.nowMs(), schedule.intervalMs);
  while (!signal.aborted) {
    await clock.sleep(dueMs - clock.nowMs(), signal).catch(() => undefined);
    if (signal.aborted) return;
    // Asynchronous, as EventBridge invokes: a slow function does not put off the next run.
    for (const target of schedule.targets) {
      void invoker.invoke(target.arn, target.input ?? renderEvent(schedule, options.model, dueMs));
    }
    dueMs = nextDueMs(dueMs, schedule.intervalMs);
  }
}

/** First whole interval after `nowMs`. */
export function nextDueMs(nowMs: number, intervalMs: number): number {
  return (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
}

function renderEvent({ name }: ScheduleModel, { accountId, region }: ScheduleOptions['model'], atMs: number) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${name}`],
    detail: {},
  };
}
