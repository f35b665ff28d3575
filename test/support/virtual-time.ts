/** Time that jumps to the next timer whenever nothing else is left to run. */
export class VirtualTime {
  #nowMs = Date.UTC(2026, 0, 5, 10, 0, 0);
  readonly #timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();

  readonly nowMs = () => this.#nowMs;

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Waits, or returns early once `signal` is aborted. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const fire = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener('abort', fire);
        resolve();
      };
      const timer = { atMs: this.#nowMs + ms, fire };
      this.#timers.add(timer);
      signal?.addEventListener('abort', fire);
    });

  /** Runs until `promise` has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (let idle = 0; !isSettled; idle += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) break;
      const next = [...this.#timers].reduce<{ atMs: number; fire: () => void } | undefined>(
        (least, timer) => (least && least.atMs <= timer.atMs ? least : timer),
        undefined,
      );
      if (!next) {
        if (idle > 100) throw new Error('nothing is left to wait for, and the promise has not settled');
        continue;
      }
      idle = 0;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fire();
    }
    return promise;
  }
}
