// What a policy sees each minute and what it may answer. One object is reused for the whole run: a stream-week is 10,080
// minutes, and none of them should leave garbage behind.
import type { PlanAction } from '../planner/action.js';

/** What is known at the start of a minute. Metrics are sums over a minute, as CloudWatch gives them. */
export interface Observation {
  minute: number;
  openShards: number;
  updating: boolean;
  /** UpdateShardCount calls of the last 24 hours. */
  callsLast24h: number;
  /** Newest minute whose metrics have arrived; below zero: none yet. */
  metricMinute: number;
  /** Accepted MiB/s of every minute up to `metricMinute`; later values are not to be read. */
  readonly accepted: Float64Array;
  /** Rejected MiB/s of every minute up to `metricMinute`. */
  readonly rejected: Float64Array;
}

/**
 * What a policy may do beside the planner's actions: `reshard` sets an even shard count by hand, one split or merge after
 * the other, outside the daily budget. No service call does that; it reads the anchors in their favour.
 */
export type PolicyAction = PlanAction | { readonly action: 'reshard'; readonly target: number };

/** A policy for one run. */
export interface Policy {
  readonly name: string;
  /**
   * Shards that the stream starts with.
   *
   * @default - what the first minute's load fills by half
   */
  readonly startShards?: number;
  step(seen: Observation): PolicyAction;
}

export const HOLD = { action: 'hold' } as const;
