// Sends each record to the lane of its shard, and moves what waits when the shards change.
import { AdaptiveRate, type RateLimits } from '../../../core/batching/adaptive-rate.js';
import { PARTITION_KEY_MAX_CHARACTERS } from '../../../core/limits.js';
import { AGGREGATE_PARTITION_KEY } from '../../../core/records/aggregated/outer-record.js';
import { hashPartitionKeyText } from '../../../core/sharding/hash-key.js';
import { type MappedShard, overlaps, type ShardMap, WHOLE_KEY_SPACE } from '../../../core/sharding/shard-map.js';
import type { Lane, LanePlan } from '../buffering/lane.js';
import type { Ledger } from '../buffering/ledger.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import type { Aggregation } from '../producer-options.js';
import { ShardChannel } from './shard-channel.js';

export interface RouterOptions {
  readonly aggregation: Aggregation;
  readonly keyBuckets: number;
  readonly isOrdered: boolean;
  readonly maxAggregateBytes: number;
  readonly maxCallRecords: number;
  readonly rate: RateLimits;
}

/** Every lane of records that go by themselves, where order per key is not asked for. */
const TOGETHER: LanePlan = { name: '', kind: 'single', outerKey: '' };

/** Lane of a shard without buckets. */
const ONE_BUCKET: LanePlan = { name: '', kind: 'shard', outerKey: AGGREGATE_PARTITION_KEY };

/** Longer than any partition key, so that no key is named as another one with a hash key is. */
const NO_KEY = '\0'.repeat(PARTITION_KEY_MAX_CHARACTERS);

export class Router {
  /** Channels that take records, by shard. */
  readonly #channels = new Map<string, ShardChannel>();
  /** Channels of shards that are no more, until their last records have settled. */
  readonly #retired = new Set<ShardChannel>();
  readonly #options: RouterOptions;
  #map: ShardMap | undefined;
  /** Where the next call begins to collect, so that all shards have their turn. */
  #turn = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  /** The channels, each time beginning with another one. */
  inTurn(): ShardChannel[] {
    const channels = [...this.#channels.values()];
    if (channels.length < 2) return channels;
    this.#turn = (this.#turn + 1) % channels.length;
    return [...channels.slice(this.#turn), ...channels.slice(0, this.#turn)];
  }

  get channels(): Iterable<ShardChannel> {
    return this.#channels.values();
  }

  /** Whether a shard has its share of the buffers; without other shards there is nobody to share with. */
  hasShare(channel: ShardChannel, ledger: Ledger): boolean {
    return (this.#map?.shards.length ?? 1) > 1 && ledger.hasShare(channel.records, channel.bytes);
  }

  /** Channel that takes what falls on `hash`. */
  channelOf(hash: string, nowMs: number): ShardChannel {
    const shard = this.#map?.shardOf(hash);
    return this.#channels.get(shard?.shardId ?? '') ?? this.#openChannel(shard, nowMs);
  }

  /** Puts a record at the end of its lane; true when the lane need not wait for more. */
  push(pending: PendingRecord, channel: ShardChannel): boolean {
    const lane = channel.lane(this.#plan(pending, channel));
    channel.count(pending);
    lane.queue.push(pending);
    return channel.settleLane(lane);
  }

  /** Groups records by the lanes that they belong to now; they count for the shares of those. */
  regroup(pendings: Iterable<PendingRecord>, nowMs: number) {
    const groups = new Map<Lane, PendingRecord[]>();
    for (const pending of pendings) {
      const channel = this.channelOf(pending.hash, nowMs);
      if (pending.channel !== channel) {
        pending.channel?.uncount(pending);
        channel.count(pending);
      }
      const lane = channel.lane(this.#plan(pending, channel));
      const group = groups.get(lane);
      if (group) group.push(pending);
      else groups.set(lane, [pending]);
    }
    return groups;
  }

  /**
   * Takes over a new map. What waits for shards that are no more moves to their successors, which hold still until the
   * last entry of those has come back.
   */
  apply(map: ShardMap, nowMs: number): void {
    this.#map = map;
    const waiting: PendingRecord[] = [];
    for (const [id, channel] of this.#channels) {
      if (map.get(id)) continue;
      this.#channels.delete(id);
      for (const lane of channel.lanes) {
        waiting.push(...lane.queue.drain());
        channel.settleLane(lane);
      }
      if (channel.outstanding > 0) this.#retired.add(channel);
    }
    for (const [lane, pendings] of this.regroup(waiting, nowMs)) {
      lane.queue.putBack(pendings);
      lane.channel.settleLane(lane);
    }
  }

  /** Takes note that an entry of `lane` has come to its end; the last one of a closed shard lets its successors go on. */
  settle(lane: Lane): void {
    const { channel } = lane;
    lane.outstanding -= 1;
    channel.outstanding -= 1;
    channel.settleLane(lane);
    if (channel.outstanding > 0 || !this.#retired.delete(channel)) return;
    for (const other of this.#channels.values()) other.predecessors.delete(channel);
  }

  /** Takes the records that `isWanted` says yes to out of all lanes. */
  take(isWanted: (pending: PendingRecord) => boolean): PendingRecord[] {
    const taken: PendingRecord[] = [];
    for (const channel of this.#channels.values()) {
      for (const lane of [...channel.lanes]) {
        if (lane.queue.length === 0) continue;
        const all = lane.queue.drain();
        taken.push(...all.filter(isWanted));
        for (const pending of all) if (!isWanted(pending)) lane.queue.push(pending);
        channel.settleLane(lane);
      }
    }
    return taken;
  }

  /** The same at less cost where those in front are wanted first. */
  takeExpired(isExpired: (pending: PendingRecord) => boolean): PendingRecord[] {
    const taken: PendingRecord[] = [];
    for (const channel of this.#channels.values()) {
      for (const lane of channel.lanes) {
        const before = taken.length;
        while (lane.queue.first && isExpired(lane.queue.first)) taken.push(lane.queue.shift()!);
        if (taken.length > before) channel.settleLane(lane);
      }
    }
    return taken;
  }

  #openChannel(shard: MappedShard | undefined, nowMs: number): ShardChannel {
    const channel = new ShardChannel({
      shardId: shard?.shardId,
      range: shard ?? WHOLE_KEY_SPACE,
      rate: shard && new AdaptiveRate(this.#options.rate, nowMs),
      isOrdered: this.#options.isOrdered,
      fullBytes: this.#options.maxAggregateBytes,
      fullRecords: this.#options.maxCallRecords,
    });
    if (this.#options.isOrdered) {
      for (const before of this.#retired) if (overlaps(before.range, channel.range)) channel.predecessors.add(before);
    }
    this.#channels.set(shard?.shardId ?? '', channel);
    return channel;
  }

  #plan({ record, hash }: PendingRecord, channel: ShardChannel): LanePlan {
    const { aggregation, keyBuckets, isOrdered } = this.#options;
    const { partitionKey, explicitHashKey } = record;
    if (aggregation === 'by-key') {
      const name = explicitHashKey === undefined ? partitionKey : `${partitionKey}${NO_KEY}${explicitHashKey}`;
      return { name, kind: 'key', outerKey: partitionKey };
    }
    if (aggregation === 'off' || channel.shardId === undefined) {
      return isOrdered ? { name: partitionKey, kind: 'single', outerKey: '' } : TOGETHER;
    }
    if (keyBuckets === 1) return ONE_BUCKET;
    // The last bytes choose the bucket, as the first choose the shard.
    const keyHash = explicitHashKey === undefined ? hash : hashPartitionKeyText(partitionKey);
    const bucket = String((keyHash.charCodeAt(14) * 256 + keyHash.charCodeAt(15)) % keyBuckets);
    return { name: bucket, kind: 'shard', outerKey: bucket };
  }
}
