// What one PutRecord or PutRecords call did, counted while it runs and reported once.
import type { Observation, StreamMetrics } from './stream-metrics.js';

interface ShardCount {
  bytes: number;
  records: number;
  throttled: number;
}

/** Counts accepted and refused records of one call. */
export class PutTally {
  readonly #metrics: StreamMetrics;
  readonly #operation: 'PutRecord' | 'PutRecords';
  readonly #startMs = performance.now();
  /** By shard, only where shard-level metrics are on. */
  readonly #shards: Map<string, ShardCount> | undefined;
  #bytes = 0;
  accepted = 0;
  throttled = 0;

  constructor(metrics: StreamMetrics, operation: 'PutRecord' | 'PutRecords') {
    this.#metrics = metrics;
    this.#operation = operation;
    this.#shards = metrics.shardLevel.size > 0 ? new Map() : undefined;
  }

  accept(shardId: string, bytes: number): void {
    this.accepted += 1;
    this.#bytes += bytes;
    const shard = this.#shard(shardId);
    if (!shard) return;
    shard.records += 1;
    shard.bytes += bytes;
  }

  refuse(shardId: string): void {
    this.throttled += 1;
    const shard = this.#shard(shardId);
    if (shard) shard.throttled += 1;
  }

  report(atMs: number): void {
    const { accepted, throttled } = this;
    const bytes = this.#bytes;
    this.#metrics.stream(atMs, [
      ...incoming(bytes, accepted, throttled),
      [`${this.#operation}.Bytes`, bytes, 'Bytes'],
      [`${this.#operation}.Latency`, performance.now() - this.#startMs, 'Milliseconds'],
      [`${this.#operation}.Success`, accepted > 0 ? 1 : 0, 'Count'],
    ]);
    if (this.#operation === 'PutRecords') {
      this.#metrics.stream(atMs, [
        ['PutRecords.TotalRecords', accepted + throttled, 'Count'],
        ['PutRecords.SuccessfulRecords', accepted, 'Count'],
        ['PutRecords.FailedRecords', 0, 'Count'],
        ['PutRecords.ThrottledRecords', throttled, 'Count'],
      ]);
    }
    for (const [shardId, shard] of this.#shards ?? []) {
      this.#metrics.shard(shardId, atMs, incoming(shard.bytes, shard.records, shard.throttled));
    }
  }

  #shard(shardId: string): ShardCount | undefined {
    if (!this.#shards) return undefined;
    let shard = this.#shards.get(shardId);
    if (!shard) {
      shard = { bytes: 0, records: 0, throttled: 0 };
      this.#shards.set(shardId, shard);
    }
    return shard;
  }
}

function incoming(bytes: number, records: number, throttled: number): readonly Observation[] {
  return [
    ['IncomingBytes', bytes, 'Bytes'],
    ['IncomingRecords', records, 'Count'],
    ['WriteProvisionedThroughputExceeded', throttled, 'Count'],
  ];
}
