// Records that wait, first in first out, and now and then some that come back to the front.
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import type { PutOutcome } from '../producer.js';
import type { ShardChannel } from '../shards/shard-channel.js';

/** A record that has not settled yet. */
export interface PendingRecord {
  /** As it will be put: salted and tagged. */
  readonly record: UserRecord;
  /** Where it falls in the key space. */
  readonly hash: string;
  /** What it counts for in the buffers. */
  readonly bytes: number;
  readonly putAtMs: number;
  /** Position in the order of all puts. */
  readonly order: number;
  /** Flushes that had begun before it was put. */
  readonly generation: number;
  /** Times it was sent. */
  attempts: number;
  /** What it was refused with when it was last sent, code and words. */
  lastError: string | undefined;
  /** It goes alone: where it belongs is not known well enough to share a record with others. */
  alone: boolean;
  /** Whose share of the buffers it counts for; undefined before it is routed and once it has left. */
  channel: ShardChannel | undefined;
  /** Gives it up once aborted. */
  readonly signal: AbortSignal | undefined;
  /** Tells whoever has put it. */
  readonly settle: (outcome: PutOutcome) => void;
}

/** Places of taken records are given up once they are this many, and the larger half. */
const COMPACT_AT = 1_024;

export class RecordQueue {
  #items: (PendingRecord | undefined)[] = [];
  #head = 0;
  /** Bytes of the records in it. */
  bytes = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): PendingRecord | undefined {
    return this.#items[this.#head];
  }

  push(pending: PendingRecord): void {
    this.#items.push(pending);
    this.bytes += pending.bytes;
  }

  shift(): PendingRecord | undefined {
    const pending = this.#items[this.#head];
    if (!pending) return undefined;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    this.bytes -= pending.bytes;
    if (this.#head === this.#items.length || (this.#head > COMPACT_AT && this.#head * 2 > this.#items.length)) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return pending;
  }

  /** Puts records back before all others, in the order of their puts. */
  putBack(pendings: readonly PendingRecord[]): void {
    const back = [...pendings].sort((a, b) => a.order - b.order);
    this.#items = [...back, ...this.#items.slice(this.#head)];
    this.#head = 0;
    for (const { bytes } of back) this.bytes += bytes;
  }

  /** Takes out everything. */
  drain(): PendingRecord[] {
    const all = this.#items.slice(this.#head) as PendingRecord[];
    this.#items = [];
    this.#head = 0;
    this.bytes = 0;
    return all;
  }
}
