// Runs a policy on a stream with uneven keys, with shard-level metrics as late as the others.
import type { PlanAction } from '../planner/action.js';
import type { ShardMinute } from '../planner/stream-minute.js';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.js';
import type { Observation } from './policy.js';
import { startShards } from './simulate.js';
import { SkewedKeys, type SkewSettings } from './skewed-keys.js';
import { type SkewedShard, SkewedStream } from './skewed-stream.js';
import { RECORD_BYTES, SHARD_MINUTE_BYTES, type Trace } from './trace.js';

export interface SkewedOutcome {
  readonly throttledPercent: number;
  readonly meanShards: number;
  readonly refused: number;
}

/** A policy that may look at single shards. */
export interface SkewedPolicy {
  step(seen: Observation, shards: readonly ShardMinute[] | undefined): PlanAction;
}

export function simulateSkewed(
  { load }: Trace,
  policy: SkewedPolicy,
  skew: SkewSettings,
  assumptions: Assumptions = DEFAULT_ASSUMPTIONS,
): SkewedOutcome {
  const keys = new SkewedKeys(skew);
  keys.moveTo(0);
  const stream = new SkewedStream(keys, startShards(load), assumptions.reshardStepMs);
  const accepted = new Float64Array(load.length);
  const rejected = new Float64Array(load.length);
  const seen: Observation = {
    minute: 0,
    openShards: 0,
    updating: false,
    callsLast24h: 0,
    metricMinute: -1,
    accepted,
    rejected,
  };
  const perShard: ShardMinute[][] = [];
  let shardMinutes = 0;
  for (let minute = 0; minute < load.length; minute += 1) {
    stream.advance(minute);
    seen.minute = minute;
    seen.openShards = stream.shards.length;
    seen.updating = stream.updating;
    seen.callsLast24h = stream.callsLast24h(minute);
    seen.metricMinute = minute - 1 - assumptions.metricDelayMinutes;
    stream.act(minute, policy.step(seen, perShard[seen.metricMinute]));
    const taken = stream.take(minute, load[minute]!);
    accepted[minute] = taken.accepted;
    rejected[minute] = load[minute]! - taken.accepted;
    shardMinutes += taken.shards;
    perShard[minute] = metricsOf(stream.shards, load[minute]!);
    delete perShard[seen.metricMinute];
  }
  const offered = load.reduce((sum, value) => sum + value, 0);
  return {
    throttledPercent: (rejected.reduce((sum, value) => sum + value, 0) / offered) * 100,
    meanShards: shardMinutes / load.length,
    refused: stream.refused,
  };
}

function metricsOf(shards: readonly SkewedShard[], load: number): ShardMinute[] {
  const taken = shards.map(({ share }) => Math.min(load * share, 1));
  const total = taken.reduce((sum, value) => sum + value, 0);
  return shards.map(({ id, share }, at) => ({
    id,
    share: total > 0 ? taken[at]! / total : 0,
    throttled: ((load * share - taken[at]!) * SHARD_MINUTE_BYTES) / RECORD_BYTES,
  }));
}
