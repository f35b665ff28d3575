// Peak write throughput of a stream over its last hour and its last 30 days. A rate that a later one has reached is no
// peak any more, so what is kept falls from the oldest to the newest, and the first one within a time is its highest.

const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 86_400_000;

interface Peak {
  readonly atMs: number;
  readonly bytesPerSecond: number;
}

/** Remembers what it takes to answer for the hour and the month. */
export class PeakWrites {
  #peaks: Peak[] = [];

  /** Adds the rate of the minute that ends at `nowMs`. */
  add(bytesPerSecond: number, nowMs: number): void {
    while (this.#peaks.length > 0 && this.#peaks.at(-1)!.bytesPerSecond <= bytesPerSecond) this.#peaks.pop();
    this.#peaks.push({ atMs: nowMs, bytesPerSecond });
    if (this.#peaks[0]!.atMs <= nowMs - MONTH_MS) this.#peaks.shift();
  }

  ofHour(nowMs: number): number {
    return this.#since(nowMs - HOUR_MS);
  }

  ofMonth(nowMs: number): number {
    return this.#since(nowMs - MONTH_MS);
  }

  #since(ms: number): number {
    return this.#peaks.find(({ atMs }) => atMs > ms)?.bytesPerSecond ?? 0;
  }
}
