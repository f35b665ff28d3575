// One shard: its range, its place in the lineage, its records and its limits.
import type { HashKeyRange } from '../../../core/sharding/hash-key-range.js';
import { ShardLimits } from '../limits/shard-limits.js';
import { SequenceSpace } from '../store/sequence-number.js';
import { ShardLog } from '../store/shard-log.js';
import type { ShardTraffic } from './on-demand.js';

export interface ShardOrigin {
  readonly index: number;
  readonly range: HashKeyRange;
  readonly openedAtMs: number;
  /** None at creation, one after a split, two after a merge. */
  readonly parentIds: readonly string[];
  /** Second that its sequence numbers begin with: above its parents', even where they were made within one second. */
  readonly createdSeconds: number;
  /** @default 1 - position of the oldest record */
  readonly firstPosition?: number;
}

/** How a closed shard ended. */
export interface ShardEnd {
  readonly atMs: number;
  readonly sequenceNumber: string;
  readonly children: readonly Shard[];
}

/** The second for a shard that opens now under these parents. */
export function secondsFor(openedAtMs: number, parents: readonly Shard[]): number {
  const parentSeconds = Math.max(0, ...parents.map((parent) => parent.numbers.createdSeconds));
  return Math.max(Math.floor(openedAtMs / 1_000), parentSeconds + 1);
}

/** A shard of a stream, open until a reshard closes it. */
export class Shard {
  readonly id: string;
  readonly index: number;
  readonly range: HashKeyRange;
  readonly openedAtMs: number;
  readonly parentIds: readonly string[];
  readonly numbers: SequenceSpace;
  readonly log: ShardLog;
  readonly limits: ShardLimits;
  #end: ShardEnd | undefined;
  #bytes = 0;
  #records = 0;
  #countedSinceMs: number;
  readonly #watchers = new Set<() => void>();

  constructor(origin: ShardOrigin) {
    this.id = shardId(origin.index);
    this.index = origin.index;
    this.range = origin.range;
    this.openedAtMs = origin.openedAtMs;
    this.parentIds = origin.parentIds;
    this.numbers = new SequenceSpace(origin.createdSeconds, origin.index);
    this.log = new ShardLog(origin.firstPosition);
    this.limits = new ShardLimits(origin.openedAtMs);
    this.#countedSinceMs = origin.openedAtMs;
  }

  /** Undefined while the shard is open. */
  get end(): ShardEnd | undefined {
    return this.#end;
  }

  close(atMs: number, children: readonly Shard[]): void {
    this.#end = { atMs, sequenceNumber: this.numbers.last(Math.floor(atMs / 1_000)), children };
    this.announce();
  }

  /** Counts a record that came in. */
  countWrite(bytes: number): void {
    this.#bytes += bytes;
    this.#records += 1;
  }

  /** What came in a second since this was last asked. */
  takeTraffic(nowMs: number): ShardTraffic {
    const seconds = Math.max(1, (nowMs - this.#countedSinceMs) / 1_000);
    const traffic = { bytesPerSecond: this.#bytes / seconds, recordsPerSecond: this.#records / seconds };
    this.#bytes = 0;
    this.#records = 0;
    this.#countedSinceMs = nowMs;
    return traffic;
  }

  /** Sequence number of the record at `position`. */
  sequenceNumber(position: number, arrivalMs: number): string {
    return String(this.numbers.at(position, Math.floor(arrivalMs / 1_000)));
  }

  /** First position whose sequence number is above `sequenceNumber`, or equal to it when `inclusive`. */
  positionFrom(sequenceNumber: bigint, inclusive: boolean): number {
    const next = this.log.nextPosition;
    const position = this.numbers.positionOf(sequenceNumber, next);
    if (position < this.log.firstPosition) return this.log.firstPosition;
    if (position >= next) return next;
    const there = this.numbers.at(position, Math.floor(this.log.arrivalMs(position) / 1_000));
    return there > sequenceNumber || (inclusive && there === sequenceNumber) ? position : position + 1;
  }

  /** Tells whether a reader at `position` has read all that there will ever be. */
  isReadThrough(position: number): boolean {
    return this.#end !== undefined && position >= this.log.writtenPosition;
  }

  /** Calls `watcher` when records have arrived or the shard has ended; returns the way to stop. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Wakes those who wait for records. */
  announce(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** Name of the shard with this index, for example shardId-000000000007. */
export function shardId(index: number): string {
  return `shardId-${String(index).padStart(12, '0')}`;
}
