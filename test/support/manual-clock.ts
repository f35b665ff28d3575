import type { Clock } from '../../local/clock.js';

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** A clock that stands until a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 0, 5, 10, 0, 0)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal?.reason);
      };
      const fire = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const timer: Timer = { dueMs: this.#nowMs + Math.max(0, ms), fire };
      this.#timers.push(timer);
      signal?.addEventListener('abort', onAbort);
    });
  }

  hold<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** Moves time on by `ms` at once: every timer that falls due is late. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  /** Moves time on by `ms`, stopping at each timer that falls due and letting what it woke run first. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
      await settle();
    }
    this.#nowMs = untilMs;
  }
}

/** Lets everything that is ready run, promises of in-process fakes included. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
