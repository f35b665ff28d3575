// A limit per second of lab time. The bucket holds one second, so a second that was saved up can be spent at once, and
// what is spent beyond it is a debt that later seconds pay off: the average holds.

/** Tokens that come back at a constant rate, up to one second's worth. */
export class TokenBucket {
  readonly perSecond: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.perSecond = perSecond;
    this.#tokens = perSecond;
    this.#atMs = nowMs;
  }

  /** Tokens there are now; below zero while a debt is being paid off. */
  available(nowMs: number): number {
    if (nowMs > this.#atMs) {
      this.#tokens = Math.min(this.perSecond, this.#tokens + ((nowMs - this.#atMs) / 1_000) * this.perSecond);
      this.#atMs = nowMs;
    }
    return this.#tokens;
  }

  /** Tells whether `count` may be spent: they are there, or the bucket is full and they are more than it can ever hold. */
  allows(count: number, nowMs: number): boolean {
    const available = this.available(nowMs);
    return count <= available || available >= this.perSecond;
  }

  spend(count: number): void {
    this.#tokens -= count;
  }

  /** Makes the debt exactly `count`, whatever had been saved. */
  owe(count: number): void {
    this.#tokens = -count;
  }
}
