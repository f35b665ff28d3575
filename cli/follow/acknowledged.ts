// Records are acknowledged in any order; only what stands before the first that is not may be left behind for good.

interface Pending<T> {
  readonly place: T;
  acknowledged: boolean;
}

/** The last of a sequence of places before which everything is acknowledged. */
export class Acknowledged<T> {
  #pending: Pending<T>[] = [];
  /** Those before it have left the list already, which is cut now and then. */
  #first = 0;
  #place: T | undefined;

  /** Nothing until the first is acknowledged. */
  get place(): T | undefined {
    return this.#place;
  }

  get pending(): number {
    return this.#pending.length - this.#first;
  }

  /** Adds the next place; returns what acknowledges it. */
  begin(place: T): () => void {
    const entry: Pending<T> = { place, acknowledged: false };
    this.#pending.push(entry);
    return () => {
      entry.acknowledged = true;
      this.#advance();
    };
  }

  #advance(): void {
    for (; this.#pending[this.#first]?.acknowledged; this.#first += 1) this.#place = this.#pending[this.#first]!.place;
    if (this.#first > 1_000 || this.#first === this.#pending.length) {
      this.#pending = this.#pending.slice(this.#first);
      this.#first = 0;
    }
  }
}
