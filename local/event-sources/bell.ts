// Waits of the runners: until something changes, until a lab time, or until the lab stops, whichever is first.
import type { Clock } from '../clock.js';

export class Bell {
  #waiting: (() => void)[] = [];

  /** Wakes everyone who waits. */
  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves with the next ring or when `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#waiting = this.#waiting.filter((other) => other !== wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.#waiting.push(wake);
    });
  }

  /** Resolves with the next ring, at lab time `untilMs` or when `signal` is aborted. A time that is past is ignored. */
  async waitUntil(untilMs: number | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
    const leftMs = untilMs === undefined ? 0 : untilMs - clock.nowMs();
    if (leftMs <= 0 || signal.aborted) return this.wait(signal);
    const over = new AbortController();
    const stop = () => over.abort();
    signal.addEventListener('abort', stop);
    await Promise.race([this.wait(over.signal), sleep(clock, leftMs, over.signal)]);
    signal.removeEventListener('abort', stop);
    over.abort();
  }
}

/** Sleeps in lab time; returns early, without an error, when `signal` is aborted. */
export async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
