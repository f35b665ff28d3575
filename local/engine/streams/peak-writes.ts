// Peak write throughput of a stream over its last hour and its last 30 days: one number a minute, then one a day.

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTES = 60;
const DAYS = 30;

interface Peak {
  readonly atMs: number;
  bytesPerSecond: number;
}

/** Remembers what it takes to answer for the hour and the month. */
export class PeakWrites {
  #minutes: Peak[] = [];
  #days: Peak[] = [];

  /** Adds the rate of the minute that ends at `nowMs`. */
  add(bytesPerSecond: number, nowMs: number): void {
    this.#minutes = kept(this.#minutes, nowMs - MINUTES * MINUTE_MS);
    this.#minutes.push({ atMs: nowMs, bytesPerSecond });
    const today = this.#days.at(-1);
    if (today && nowMs - today.atMs < DAY_MS) {
      today.bytesPerSecond = Math.max(today.bytesPerSecond, bytesPerSecond);
      return;
    }
    this.#days = kept(this.#days, nowMs - DAYS * DAY_MS);
    this.#days.push({ atMs: nowMs, bytesPerSecond });
  }

  ofHour(nowMs: number): number {
    return highest(kept(this.#minutes, nowMs - MINUTES * MINUTE_MS));
  }

  ofMonth(nowMs: number): number {
    return highest(kept(this.#days, nowMs - DAYS * DAY_MS));
  }
}

function kept(peaks: readonly Peak[], sinceMs: number): Peak[] {
  return peaks.filter(({ atMs }) => atMs > sinceMs);
}

function highest(peaks: readonly Peak[]): number {
  return peaks.reduce((most, { bytesPerSecond }) => Math.max(most, bytesPerSecond), 0);
}
