// How often an operation may be called in a rolling window, as UpdateShardCount's ten in 24 hours.

/** Counts calls over a rolling window of lab time. */
export class CallBudget {
  readonly #most: number;
  readonly #windowMs: number;
  #calls: number[] = [];

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** Tells whether one more call fits. */
  allows(nowMs: number): boolean {
    this.#calls = this.#calls.filter((atMs) => nowMs - atMs < this.#windowMs);
    return this.#calls.length < this.#most;
  }

  /** Times of the calls that still count; a restart brings them back. */
  get calls(): readonly number[] {
    return this.#calls;
  }

  restore(calls: readonly number[]): void {
    this.#calls = [...calls];
  }

  count(nowMs: number): void {
    this.#calls.push(nowMs);
  }
}
