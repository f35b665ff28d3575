// The records of one shard in arrival order: a queue of segments, filled at the end and let go from the front as
// retention passes. Positions count from 1 and never change, so a reader's place is a number. What is written is there
// for readers at once, or where the log is held, once it is published: when it has reached the disk.
import { Segment, type StoredRecord } from './segment.js';
import { LARGEST_SEGMENT_BYTES } from './segment-memory.js';

/** First segment of a shard; each further one doubles, up to the largest that is made ahead. */
const SMALLEST_SEGMENT_BYTES = 16 * 1_024;

/** What one read found. */
export interface LogPage {
  readonly records: readonly StoredRecord[];
  /** Bytes of data and keys. */
  readonly bytes: number;
  /** Where the next read goes on. */
  readonly next: number;
}

/** Append-only log of one shard. */
export class ShardLog {
  readonly #segments: Segment[] = [];
  #first: number;
  #next: number;
  #isHeld = false;

  /** Begins empty at `first`: 1, or where a restart found the oldest record. */
  constructor(first = 1) {
    this.#first = first;
    this.#next = first;
  }

  /** Position of the oldest record that is still there: the trim horizon. */
  get firstPosition(): number {
    return this.#first;
  }

  /** Position after the last record that readers may see. */
  get nextPosition(): number {
    return this.#next;
  }

  /** Position that the next record gets. */
  get writtenPosition(): number {
    return this.#segments.at(-1)?.nextPosition ?? this.#first;
  }

  /** From now on, what is written is not seen before it is published. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Arrival of the newest record, 0 before the first. */
  get lastArrivalMs(): number {
    return this.#segments.at(-1)?.lastArrivalMs ?? 0;
  }

  /** Lets readers see everything before `position`. */
  publish(position: number): void {
    this.#next = Math.max(this.#next, position);
  }

  /** Stores a record of `bytes` bytes, data and key; returns its position. */
  append(partitionKey: string, data: Uint8Array, bytes: number, arrivalMs: number): number {
    let last = this.#segments.at(-1);
    if (!last?.fits(bytes)) {
      const size = Math.min(LARGEST_SEGMENT_BYTES, (last?.capacity ?? SMALLEST_SEGMENT_BYTES / 2) * 2);
      last = new Segment(this.writtenPosition, Math.max(size, bytes));
      this.#segments.push(last);
    }
    last.append(partitionKey, data, arrivalMs);
    if (!this.#isHeld) this.#next = last.nextPosition;
    return last.nextPosition - 1;
  }

  /** Lets go of every record that arrived before `ms`. */
  trim(ms: number): void {
    const next = this.nextPosition;
    while (this.#first < next && this.#segments[0]!.arrivalMs(this.#first) < ms) {
      const head = this.#segments[0]!;
      if (head.nextPosition > next || head.lastArrivalMs >= ms) {
        this.#first = Math.min(firstFrom(head, this.#first, ms), next);
        return;
      }
      this.#first = head.nextPosition;
      this.#segments.shift();
    }
  }

  /** Arrival of the record at `position`, which must be there. */
  arrivalMs(position: number): number {
    return this.#segments[this.#segmentOf(position)]!.arrivalMs(position);
  }

  /** Position of the first record that arrived at `ms` or later; the next position when there is none. */
  positionAtTime(ms: number): number {
    const segment = this.#segments.find((candidate) => candidate.lastArrivalMs >= ms);
    if (!segment) return this.nextPosition;
    return Math.min(firstFrom(segment, Math.max(segment.firstPosition, this.#first), ms), this.nextPosition);
  }

  /** Reads on from `position`: at most `maxRecords`, and `maxBytes` unless the first record alone is larger. */
  read(position: number, maxRecords: number, maxBytes: number): LogPage {
    const records: StoredRecord[] = [];
    let next = Math.max(position, this.#first);
    let bytes = 0;
    const end = Math.min(this.nextPosition, next + maxRecords);
    for (let s = this.#segmentOf(next); next < end; s += 1) {
      const segment = this.#segments[s]!;
      for (const stop = Math.min(end, segment.nextPosition); next < stop; next += 1) {
        const size = segment.byteLength(next);
        if (bytes + size > maxBytes && records.length > 0) return { records, bytes, next };
        bytes += size;
        records.push(segment.record(next));
      }
    }
    return { records, bytes, next };
  }

  #segmentOf(position: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#segments[middle]!.nextPosition <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** First position of `segment`, from `low` on, that arrived at `ms` or later; its last record must have. */
function firstFrom(segment: Segment, low: number, ms: number): number {
  let from = low;
  let to = segment.nextPosition - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (segment.arrivalMs(middle) < ms) from = middle + 1;
    else to = middle;
  }
  return from;
}
