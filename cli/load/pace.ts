// Spreads puts over lab time, so that a load keeps its rate at any speed of the clock.
import type { Clock } from '../../local/clock.js';

export interface PaceLimits {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** How far a late put may be made up for. */
const MAX_CATCH_UP_MS = 1_000;

/** Batches are at most this long at the pace: short enough to keep within a second's limits. */
const MAX_BATCH_MS = 250;

export class Pace {
  readonly #clock: Clock;
  #freeAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#freeAtMs = clock.nowMs();
  }

  /** Waits until `records` and `bytes` are due. Rejects when `signal` is aborted. */
  async take(records: number, bytes: number, limits: PaceLimits, signal: AbortSignal): Promise<void> {
    const start = Math.max(this.#freeAtMs, this.#clock.nowMs() - MAX_CATCH_UP_MS);
    this.#freeAtMs = start + Math.max(records / limits.recordsPerSecond, bytes / limits.bytesPerSecond) * 1_000;
    const waitMs = start - this.#clock.nowMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    signal.throwIfAborted();
  }
}

/** Most records that one put takes at this pace. */
export function batchRecords(limits: PaceLimits, maxRecords: number): number {
  return Math.max(1, Math.min(maxRecords, Math.floor((limits.recordsPerSecond * MAX_BATCH_MS) / 1_000)));
}

/** Most bytes that one put takes at this pace; a larger record goes alone. */
export function batchBytes(limits: PaceLimits): number {
  return (limits.bytesPerSecond * MAX_BATCH_MS) / 1_000;
}
