// No more records a second than asked for, over all shards together.
import type { ReplayTimer } from './ports.js';

/** Waits for the turn of a number of records. */
export type TakeTurn = (records: number, signal: AbortSignal) => Promise<void>;

/** Makes turns at a rate; at most a second that nobody used is made up for. */
export function turnsAt(ratePerSecond: number | undefined, timer: ReplayTimer): TakeTurn {
  if (ratePerSecond === undefined) return async () => undefined;
  let dueMs = timer.nowMs();
  return async (records, signal) => {
    const nowMs = timer.nowMs();
    const waitMs = Math.max(0, dueMs - nowMs);
    dueMs = Math.max(dueMs, nowMs - 1_000) + (records * 1_000) / ratePerSecond;
    if (waitMs > 0) await timer.sleep(waitMs, signal);
  };
}
