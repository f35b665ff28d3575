// One stream: its shards, open and closed, its settings and its consumers.
import type { ConsumerStatus, StreamStatus } from '@aws-sdk/client-kinesis';
import {
  CALL_BUDGET_WINDOW_MS,
  ENCRYPTION_CHANGES_PER_DAY,
  MODE_SWITCHES_PER_DAY,
  RECORD_DEFAULT_MAX_KIB,
  RETENTION_MIN_HOURS,
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
} from '../../../core/limits.js';
import { hashPartitionKeyText } from '../../../core/sharding/hash-key.js';
import { type HashKeyRange, splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';
import { CallBudget } from '../limits/call-budget.js';
import type { StreamMetrics } from '../metrics/stream-metrics.js';
import type { UniformScalingPlan } from '../reshard/plan-uniform-scaling.js';
import { OnDemandScaling } from './on-demand.js';
import { Shard, secondsFor } from './shard.js';

const HASH_KEY_HEX_DIGITS = 32;

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';

/** A registered enhanced fan-out consumer. */
export interface FanOutConsumer {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly tags: Map<string, string>;
  status: ConsumerStatus;
}

export interface StreamOrigin {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly createdAtMs: number;
  readonly mode: StreamMode;
  readonly shardCount: number;
  readonly metrics: StreamMetrics;
}

/** A stream and everything the service keeps about it. */
export class Stream {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly createdAtMs: number;
  readonly metrics: StreamMetrics;
  readonly tags = new Map<string, string>();
  readonly consumers = new Map<string, FanOutConsumer>();
  readonly policies = new Map<string, string>();
  readonly shardCountCalls = new CallBudget(UPDATE_SHARD_COUNT_CALLS_PER_DAY, CALL_BUDGET_WINDOW_MS);
  readonly scaling = new OnDemandScaling();
  readonly modeSwitches = new CallBudget(MODE_SWITCHES_PER_DAY, CALL_BUDGET_WINDOW_MS);
  readonly keyStarts = new CallBudget(ENCRYPTION_CHANGES_PER_DAY, CALL_BUDGET_WINDOW_MS);
  readonly keyStops = new CallBudget(ENCRYPTION_CHANGES_PER_DAY, CALL_BUDGET_WINDOW_MS);
  status: StreamStatus = 'CREATING';
  mode: StreamMode;
  retentionHours = RETENTION_MIN_HOURS;
  maxRecordKiB = RECORD_DEFAULT_MAX_KIB;
  warmThroughputMiBps: number | undefined;
  recordDistribution: 'AUTO' | 'USER_PARTITION_KEY' = 'USER_PARTITION_KEY';
  keyId: string | undefined;
  /** What an accepted reshard has still to do. */
  resharding: UniformScalingPlan | undefined;
  /** Records accepted since the stream was created. */
  accepted = 0;
  /** Of these, the ones of shards that have been forgotten. */
  droppedRecords = 0;
  /** Reshard calls accepted since the stream was created. */
  reshards = 0;
  readonly #shards = new Map<string, Shard>();
  #open: readonly Shard[] = [];
  /** First hash key of each open shard, a character for each byte, in the same order. */
  #starts: readonly string[] = [];
  #shardsMade = 0;
  #turns = 0;

  constructor(origin: StreamOrigin) {
    this.name = origin.name;
    this.arn = origin.arn;
    this.accountId = origin.accountId;
    this.createdAtMs = origin.createdAtMs;
    this.mode = origin.mode;
    this.metrics = origin.metrics;
    const ranges = splitHashKeySpace(origin.shardCount);
    this.#setOpen(ranges.map((range) => this.makeShard(range, origin.createdAtMs)));
  }

  /** Shards made since the stream was created. */
  get shardsMade(): number {
    return this.#shardsMade;
  }

  /** Open shards, sorted by range. */
  get openShards(): readonly Shard[] {
    return this.#open;
  }

  /** Every shard that still exists, by age. */
  get shards(): IterableIterator<Shard> {
    return this.#shards.values();
  }

  /** Records that arrived before this are gone. */
  horizonMs(nowMs: number): number {
    return nowMs - this.retentionHours * 3_600_000;
  }

  /** Counts up: whose turn it is where records go round the shards. */
  nextTurn(): number {
    this.#turns += 1;
    return this.#turns;
  }

  shard(id: string): Shard | undefined {
    return this.#shards.get(id);
  }

  /** Adds a shard; it takes no records before `replaceShards` opens it. */
  makeShard(range: HashKeyRange, openedAtMs: number, parents: readonly Shard[] = []): Shard {
    const shard = new Shard({
      index: this.#shardsMade,
      range,
      openedAtMs,
      parentIds: parents.map((parent) => parent.id),
      createdSeconds: secondsFor(openedAtMs, parents),
    });
    this.#shardsMade += 1;
    this.#shards.set(shard.id, shard);
    return shard;
  }

  /** Takes the shards of an earlier run in place of those it was made with. */
  restoreShards(shards: readonly Shard[], made: number): void {
    this.#shards.clear();
    for (const shard of shards) this.#shards.set(shard.id, shard);
    this.#setOpen(shards.filter((shard) => !shard.end).sort((a, b) => (a.range.start < b.range.start ? -1 : 1)));
    this.#shardsMade = made;
  }

  /** Closes `parents`, which touch, and opens `children` in their place, both sorted by range. */
  replaceShards(parents: readonly Shard[], children: readonly Shard[], nowMs: number): void {
    this.#setOpen(this.#open.toSpliced(this.#open.indexOf(parents[0]!), parents.length, ...children));
    for (const parent of parents) parent.close(nowMs, children);
  }

  /** The open shard of a partition key: by the text of its hash, which is much faster than by its number. */
  shardOf(partitionKey: string): Shard {
    const hash = hashPartitionKeyText(partitionKey);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= hash) low = middle;
      else high = middle - 1;
    }
    return this.#open[low]!;
  }

  #setOpen(shards: readonly Shard[]): void {
    this.#open = shards;
    const starts = shards.map((shard) => shard.range.start.toString(16).padStart(HASH_KEY_HEX_DIGITS, '0'));
    this.#starts = starts.map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
  }

  /** Forgets closed shards whose every record has expired. */
  dropExpiredShards(nowMs: number): void {
    const horizonMs = this.horizonMs(nowMs);
    for (const shard of this.#shards.values()) {
      if (!shard.end || shard.end.atMs >= horizonMs) continue;
      this.#shards.delete(shard.id);
      this.droppedRecords += shard.log.writtenPosition - 1;
    }
  }
}
