// One block of a shard's records: their bytes in one buffer, their bounds and arrival times in typed arrays, so that a
// stored record costs a few bytes more than its data and key, and letting go of a block frees all of it at once.
import { takeSegmentMemory } from './segment-memory.js';

/** Records that the bookkeeping of a new segment has room for; it doubles when they are more. */
const FIRST_RECORDS = 64;

/** A record as stored. `data` is a view into the segment, never a copy. */
export interface StoredRecord {
  readonly position: number;
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly arrivalMs: number;
}

/** A run of consecutive records that is filled once and then only read. */
export class Segment {
  /** Position of its first record. */
  readonly firstPosition: number;
  /** Bytes it can hold. */
  readonly capacity: number;
  readonly #bytes: Buffer;
  /** End of the key and end of the data, two entries a record. */
  #ends = new Uint32Array(FIRST_RECORDS * 2);
  #arrivals = new Float64Array(FIRST_RECORDS);
  #used = 0;
  #count = 0;

  constructor(firstPosition: number, capacity: number) {
    this.firstPosition = firstPosition;
    this.capacity = capacity;
    this.#bytes = takeSegmentMemory(capacity);
  }

  /** Position after its last record. */
  get nextPosition(): number {
    return this.firstPosition + this.#count;
  }

  get lastArrivalMs(): number {
    return this.#count === 0 ? 0 : this.#arrivals[this.#count - 1]!;
  }

  fits(bytes: number): boolean {
    return this.#used + bytes <= this.capacity;
  }

  append(partitionKey: string, data: Uint8Array, arrivalMs: number): void {
    if (this.#count === this.#arrivals.length) this.#grow();
    const keyEnd = this.#used + this.#bytes.write(partitionKey, this.#used, 'utf8');
    this.#bytes.set(data, keyEnd);
    this.#used = keyEnd + data.byteLength;
    this.#ends[this.#count * 2] = keyEnd;
    this.#ends[this.#count * 2 + 1] = this.#used;
    this.#arrivals[this.#count] = arrivalMs;
    this.#count += 1;
  }

  arrivalMs(position: number): number {
    return this.#arrivals[position - this.firstPosition]!;
  }

  /** Bytes of data and key of the record at `position`. */
  byteLength(position: number): number {
    const i = position - this.firstPosition;
    return this.#ends[i * 2 + 1]! - this.#start(i);
  }

  record(position: number): StoredRecord {
    const i = position - this.firstPosition;
    const keyEnd = this.#ends[i * 2]!;
    return {
      position,
      partitionKey: this.#bytes.toString('utf8', this.#start(i), keyEnd),
      data: this.#bytes.subarray(keyEnd, this.#ends[i * 2 + 1]),
      arrivalMs: this.#arrivals[i]!,
    };
  }

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i * 2 - 1]!;
  }

  #grow(): void {
    const ends = new Uint32Array(this.#ends.length * 2);
    ends.set(this.#ends);
    this.#ends = ends;
    const arrivals = new Float64Array(this.#arrivals.length * 2);
    arrivals.set(this.#arrivals);
    this.#arrivals = arrivals;
  }
}
