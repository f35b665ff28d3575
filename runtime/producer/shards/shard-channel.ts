// What is on its way to one shard: its lanes, its rate, and its share of the buffers.
import type { AdaptiveRate } from '../../../core/batching/adaptive-rate.js';
import type { HashRange } from '../../../core/sharding/shard-map.js';
import { Lane, type LanePlan } from '../buffering/lane.js';
import type { PendingRecord } from '../buffering/record-queue.js';

export interface ShardChannelOptions {
  /** Undefined while the shards are unknown: then there is one channel for all. */
  readonly shardId: string | undefined;
  readonly range: HashRange;
  readonly rate: AdaptiveRate | undefined;
  /** Whether a record that waits for another try holds back the later ones of its lane. */
  readonly isOrdered: boolean;
  /** Bytes at which a lane of aggregated records need not wait for more. */
  readonly fullBytes: number;
  /** Records at which one need not whose records go by themselves. */
  readonly fullRecords: number;
}

export class ShardChannel {
  readonly shardId: string | undefined;
  readonly range: HashRange;
  readonly rate: AdaptiveRate | undefined;
  /** Lanes that have records to send and may send them, the longest waiting first. */
  readonly waiting = new Set<Lane>();
  /** Those of them that have enough for a whole aggregated record, or a whole call. */
  readonly full = new Set<Lane>();
  /** Closed shards whose last records are still on their way: nothing overtakes them. */
  readonly predecessors = new Set<ShardChannel>();
  /** Nothing is sent before this time, as the rate is used up. */
  restsUntilMs = 0;
  /** Records and bytes of it in the buffers. */
  records = 0;
  bytes = 0;
  /** Entries in a call, or whose shard is in question. */
  outstanding = 0;
  readonly #lanes = new Map<string, Lane>();
  readonly #isOrdered: boolean;
  readonly #fullBytes: number;
  readonly #fullRecords: number;

  constructor({ shardId, range, rate, isOrdered, fullBytes, fullRecords }: ShardChannelOptions) {
    this.shardId = shardId;
    this.range = range;
    this.rate = rate;
    this.#isOrdered = isOrdered;
    this.#fullBytes = fullBytes;
    this.#fullRecords = fullRecords;
  }

  get lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  lane(plan: LanePlan): Lane {
    let lane = this.#lanes.get(plan.name);
    if (!lane) {
      lane = new Lane(this, plan);
      this.#lanes.set(plan.name, lane);
    }
    return lane;
  }

  /** Takes a record into its share of the buffers. */
  count(pending: PendingRecord): void {
    pending.channel = this;
    this.records += 1;
    this.bytes += pending.bytes;
  }

  /** Lets a record out of it. */
  uncount(pending: PendingRecord): void {
    pending.channel = undefined;
    this.records -= 1;
    this.bytes -= pending.bytes;
  }

  /** Sees to it that `lane` stands where it belongs; true when it may send now without waiting for more. */
  settleLane(lane: Lane): boolean {
    const mayCall = lane.outstanding === 0 && !(this.#isOrdered && lane.parked > 0);
    if (lane.queue.length === 0 || !mayCall) {
      this.waiting.delete(lane);
      this.full.delete(lane);
      if (lane.isIdle) this.#lanes.delete(lane.name);
      return false;
    }
    this.waiting.add(lane);
    const { queue, kind } = lane;
    const isFull = kind === 'single' ? queue.length >= this.#fullRecords : queue.bytes >= this.#fullBytes;
    if (isFull) this.full.add(lane);
    else this.full.delete(lane);
    return isFull;
  }
}
