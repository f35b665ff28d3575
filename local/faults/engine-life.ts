// An engine that is gone for a while: connections and pushes end, iterators end with it, what was acknowledged stays.
import type { Clock } from '../clock.js';

/** Shortest and longest time that it is gone, in lab time. */
const MIN_DOWN_MS = 200;
const MAX_DOWN_MS = 3_000;

export class EngineLife {
  readonly #clock: Clock;
  readonly #restart: () => Promise<void>;
  readonly #watchers = new Set<() => void>();
  #number = 1;
  #upAtMs = 0;
  #restarting = 0;

  constructor(clock: Clock, restart: () => Promise<void>) {
    this.#clock = clock;
    this.#restart = restart;
  }

  /** Ends this life; the next begins a little later. */
  end(size: number): void {
    this.#number += 1;
    this.#upAtMs = this.#clock.nowMs() + MIN_DOWN_MS + size * (MAX_DOWN_MS - MIN_DOWN_MS);
    for (const watcher of [...this.#watchers]) watcher();
    this.#restarting += 1;
    this.#restart().then(() => {
      this.#restarting -= 1;
    });
  }

  /** Gives a check that throws what `lost` makes, once this life has ended or while there is none. */
  watch(lost: () => Error): () => void {
    const born = this.#number;
    return () => {
      if (this.#number !== born || this.#restarting > 0 || this.#clock.nowMs() < this.#upAtMs) throw lost();
    };
  }

  /** Calls `watcher` when this life ends; returns the way to stop. */
  onEnd(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Marks an iterator as given out in this life. */
  mark(iterator: string): string {
    return `${this.#number}.${iterator}`;
  }

  /** The iterator below the mark; undefined when it was given out in an earlier life. */
  unmark(iterator: string): string | undefined {
    return this.mark(withoutMark(iterator)) === iterator ? withoutMark(iterator) : undefined;
  }
}

/** The iterator below the mark, of whatever life; one without a mark as it is. */
export function withoutMark(iterator: string): string {
  return iterator.replace(/^\d+\./, '');
}
