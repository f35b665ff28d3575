// Wakes the producer: soon, or at a time. One timer at most, and none when there is nothing to wait for.
import type { ProducerPorts } from '../ports.js';

/** Longest time that a timer of Node can take; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm {
  readonly #ports: Pick<ProducerPorts, 'nowMs' | 'sleep'>;
  readonly #beat: () => void;
  #isQueued = false;
  #atMs = Number.POSITIVE_INFINITY;
  #sleeping: AbortController | undefined;

  constructor(ports: Pick<ProducerPorts, 'nowMs' | 'sleep'>, beat: () => void) {
    this.#ports = ports;
    this.#beat = beat;
  }

  /** Wakes it soon: once for everything that happens together. */
  stir(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      this.#beat();
    });
  }

  /** Wakes it at this time at the latest. */
  stirAt(atMs: number): void {
    if (atMs >= this.#atMs) return;
    this.cancel();
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    this.#atMs = atMs;
    const wake = () => {
      if (this.#sleeping !== sleeping) return;
      this.#sleeping = undefined;
      this.#atMs = Number.POSITIVE_INFINITY;
      this.stir();
    };
    const waitMs = Math.min(LONGEST_MS, Math.max(0, atMs - this.#ports.nowMs()));
    // One that is cut short may reject.
    void this.#ports.sleep(waitMs, sleeping.signal).then(wake, wake);
  }

  /** Forgets the time that was set. */
  cancel(): void {
    this.#sleeping?.abort();
    this.#sleeping = undefined;
    this.#atMs = Number.POSITIVE_INFINITY;
  }
}
