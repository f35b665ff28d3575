import type { StreamRecord } from './stream-record.js';

/**
 * How far a mapping has come in one shard: every record up to the checkpoint has passed, been discarded or been
 * filtered out. Lanes settle records out of order, so that some may be settled ahead of it.
 */
export class ShardCheckpoint {
  readonly #settled = new Set<StreamRecord>();
  #open: StreamRecord[] = [];
  #first = 0;
  #sequenceNumber: string | undefined;

  /** Sequence number of the last record of the settled beginning; undefined before the first. */
  get sequenceNumber(): string | undefined {
    return this.#sequenceNumber;
  }

  /** Records that are settled although one before them is not. */
  get ahead(): number {
    return this.#settled.size;
  }

  /** Whether a record of the shard is settled, given by its sequence number. */
  isSettled(sequenceNumber: string): boolean {
    if (this.#sequenceNumber !== undefined && BigInt(sequenceNumber) <= BigInt(this.#sequenceNumber)) return true;
    for (const record of this.#settled) if (record.sequenceNumber === sequenceNumber) return true;
    return false;
  }

  /** Records that were read and are not settled. */
  get unsettled(): number {
    return this.#open.length - this.#first - this.#settled.size;
  }

  /** Takes notice of a record, in the order of the shard. */
  admit(record: StreamRecord): void {
    this.#open.push(record);
  }

  settle(records: readonly StreamRecord[]): void {
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
}
