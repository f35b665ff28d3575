/** A record as a checkpoint knows it. */
interface Numbered {
  readonly sequenceNumber: string;
}

/** Records that follow each other in the shard: first and last sequence number, and how many they are. */
export type SettledRange = readonly [first: string, last: string, count: number];

/** How far a shard was done when that was written down. */
export interface KeptCheckpoint {
  readonly sequenceNumber?: string | undefined;
  /** What was settled behind it, in the order of the shard. */
  readonly ahead?: readonly SettledRange[];
}

/**
 * How far a reader has come in one shard: every record up to the checkpoint has passed, been discarded or been
 * filtered out. Lanes settle records out of order, so that some may be settled ahead of it.
 */
export class ShardCheckpoint<R extends Numbered> {
  readonly #settled = new Set<R>();
  #open: R[] = [];
  #first = 0;
  #sequenceNumber: string | undefined;
  /** Settled in an earlier run and not read again since. */
  #earlier: readonly SettledRange[];

  /** Goes on from what an earlier run has kept. */
  constructor({ sequenceNumber, ahead = [] }: KeptCheckpoint = {}) {
    this.#sequenceNumber = sequenceNumber;
    this.#earlier = ahead;
  }

  /** Sequence number of the last record of the settled beginning; undefined before the first. */
  get sequenceNumber(): string | undefined {
    return this.#sequenceNumber;
  }

  /** Records that are settled although one before them is not. */
  get ahead(): number {
    return this.#settled.size + this.toCome;
  }

  /** Records that an earlier run has settled ahead and that this one has not come to yet. */
  get toCome(): number {
    return this.#earlier.reduce((sum, [, , count]) => sum + count, 0);
  }

  /** Whether a record of the shard is settled, given by its sequence number. */
  isSettled(sequenceNumber: string): boolean {
    const number = BigInt(sequenceNumber);
    if (this.#sequenceNumber !== undefined && number <= BigInt(this.#sequenceNumber)) return true;
    for (const record of this.#settled) if (record.sequenceNumber === sequenceNumber) return true;
    return this.#earlier.some(([first, last]) => BigInt(first) <= number && number <= BigInt(last));
  }

  /** Records that were read and are not settled. */
  get unsettled(): number {
    return this.#open.length - this.#first - this.#settled.size;
  }

  /** Takes notice of a record, in the order of the shard; false when an earlier run has settled it already. */
  admit(record: R): boolean {
    this.#open.push(record);
    if (!this.#wasSettled(record)) return true;
    this.settle([record]);
    return false;
  }

  settle(records: readonly R[]): void {
    for (const record of records) this.#settled.add(record);
    for (let next = this.#open[this.#first]; next && this.#settled.delete(next); next = this.#open[this.#first]) {
      this.#sequenceNumber = next.sequenceNumber;
      this.#first += 1;
    }
    if (this.#first > 1_000 || this.#first === this.#open.length) {
      this.#open = this.#open.slice(this.#first);
      this.#first = 0;
    }
  }

  /** What the next run needs to go on from here. */
  kept(): KeptCheckpoint {
    return { sequenceNumber: this.#sequenceNumber, ahead: [...this.#ranges(), ...this.#earlier] };
  }

  #ranges(): SettledRange[] {
    const ranges: SettledRange[] = [];
    if (this.#settled.size === 0) return ranges;
    let first: R | undefined;
    let count = 0;
    for (let at = this.#first; at <= this.#open.length; at += 1) {
      const record = this.#open[at];
      if (record && this.#settled.has(record)) {
        first ??= record;
        count += 1;
      } else if (first) {
        ranges.push([first.sequenceNumber, this.#open[at - 1]!.sequenceNumber, count]);
        first = undefined;
        count = 0;
      }
    }
    return ranges;
  }

  /** Uses the ranges up as their records come by; those that have expired meanwhile never do. */
  #wasSettled({ sequenceNumber }: R): boolean {
    if (this.#earlier.length === 0) return false;
    const number = BigInt(sequenceNumber);
    const rest = this.#earlier.filter(([, last]) => number <= BigInt(last));
    this.#earlier = rest;
    const [range] = rest;
    if (!range || number < BigInt(range[0])) return false;
    const [, last, count] = range;
    // What follows begins at the next number, whatever that is.
    const left = [String(number + 1n), last, count - 1] as const;
    this.#earlier = number === BigInt(last) ? rest.slice(1) : [left, ...rest.slice(1)];
    return true;
  }
}
