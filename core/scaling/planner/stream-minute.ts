import type { MinuteMetrics } from './demand.js';

/** What is known of a stream at the start of a minute. */
export interface StreamMinute {
  readonly minute: number;
  readonly openShards: number;
  readonly status: 'ACTIVE' | 'UPDATING';
  /** Newest metrics, and the minute they are sums over; null while there are none. */
  readonly metrics: (MinuteMetrics & { readonly metricMinute: number }) | null;
  /** UpdateShardCount calls of the last 24 hours. */
  readonly callsLast24h: number;
  /**
   * Age of the oldest record that a consumer has not read.
   *
   * @default - not known, and not waited for
   */
  readonly iteratorAgeMs?: number;
  /**
   * Every open shard in that minute, in the order of their hash keys: from shard-level metrics, while they are on.
   *
   * @default - not known; uneven keys then make the planner keep more shards
   */
  readonly shards?: readonly ShardMinute[];
}

/** What one shard took in a minute. */
export interface ShardMinute {
  readonly id: string;
  /** Its part of the stream's accepted bytes, 0 to 1. */
  readonly share: number;
  /** Records it rejected. */
  readonly throttled: number;
}
