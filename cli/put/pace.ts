// Spreads records evenly over time at a rate, and makes up for at most a second that was missed.
import { setTimeout as sleep } from 'node:timers/promises';

const MAX_CATCH_UP_MS = 1_000;

/** Shorter waits than a timer's own grain are not worth one. */
const GRAIN_MS = 5;

/** A wait for the next record's turn; no wait at all without a rate. */
export function paceOf(ratePerSecond: number | undefined): (signal: AbortSignal) => Promise<void> {
  if (ratePerSecond === undefined) return async () => undefined;
  let dueMs = performance.now();
  return async (signal) => {
    const nowMs = performance.now();
    dueMs = Math.max(dueMs, nowMs - MAX_CATCH_UP_MS) + 1_000 / ratePerSecond;
    if (dueMs - nowMs > GRAIN_MS) await sleep(dueMs - nowMs, undefined, { signal });
  };
}
