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
}
