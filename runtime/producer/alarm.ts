// Wakes the producer: soon, or at a time. One timer at most, and none when there is nothing to wait for.
import type { ProducerPorts } from './ports.js';

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
    void this.#ports.sleep(Math.max(0, atMs - this.#ports.nowMs()), sleeping.signal).then(() => {
      if (this.#sleeping !== sleeping) return;
      this.#sleeping = undefined;
      this.#atMs = Number.POSITIVE_INFINITY;
      this.stir();
    });
  }

  /** Forgets the time that was set. */
  cancel(): void {
    this.#sleeping?.abort();
    this.#sleeping = undefined;
    this.#atMs = Number.POSITIVE_INFINITY;
  }
}
