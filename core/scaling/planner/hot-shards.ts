// Shards that throttle while the stream has room: split them, and join cold neighbours, so that uneven keys cost few shards.
import type { PlanAction } from './action.js';
import { SHARD_MINUTE_BYTES_TAKEN } from './demand.js';
import type { PlannerState } from './state.js';
import type { ShardMinute, StreamMinute } from './stream-minute.js';

/** Shards split or joined in one round: few, so that the next look is soon. */
const ROUND = 8;

/** A shard splits when its demand is beyond this part of what it takes and it throttles. */
const HOT_ABOVE = 0.95;

/** Neighbours join when they leave this part of a shard free together. */
const COLD_BELOW = 0.6;

/** Minutes between two rounds of joining, and after a split: what was split shows no load of its own before. */
const JOIN_EVERY_MINUTES = 20;

/** Splits in a row that did not help before a shard is left alone: one key alone is too much for it. */
const SPLITS_IN_VAIN = 5;

/** What to do about hot or cold shards, if anything. */
export interface ShardPlan {
  readonly action: PlanAction;
  readonly reason: string;
}

/** Demand of one shard, in shards. */
export function shardDemand({ share, throttled }: ShardMinute, state: PlannerState): number {
  return share * state.accepted + (throttled * state.meanRecordBytes) / SHARD_MINUTE_BYTES_TAKEN;
}

/** Plans for single shards, given what the metrics show of each; undefined when there is nothing to do. */
export function planShards(state: PlannerState, seen: StreamMinute): ShardPlan | undefined {
  const { shards } = seen;
  if (shards === undefined || shards.length !== seen.openShards || state.steadyMetrics < 1) return undefined;
  if (state.demand >= seen.openShards) return undefined;
  const demands = shards.map((shard) => shardDemand(shard, state));
  const hot = shards
    .map((shard, at) => ({ id: shard.id, demand: demands[at]!, throttled: shard.throttled }))
    .filter(({ demand, throttled }) => throttled > 0 && demand > HOT_ABOVE)
    .sort((one, other) => other.demand - one.demand)
    .slice(0, ROUND);
  if (hot.length > 0 && state.hotRounds < SPLITS_IN_VAIN) {
    return {
      action: { action: 'split', count: hot.length, shards: hot.map(({ id }) => id) },
      reason: `${hot.length} shards throttle while the stream has room; the fullest is asked for ${hot[0]!.demand.toFixed(2)} of a shard`,
    };
  }
  if (hot.length > 0) return undefined;
  return planJoins(state, seen, shards, demands);
}

function planJoins(
  state: PlannerState,
  { minute, openShards }: StreamMinute,
  shards: readonly ShardMinute[],
  demands: readonly number[],
): ShardPlan | undefined {
  // Only what hot splits added is joined again; the rest is the whole stream's plan.
  const spare = Math.min(ROUND, openShards - state.evenShards);
  if (spare <= 0 || minute - state.splitMinute < JOIN_EVERY_MINUTES) return undefined;
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < shards.length && pairs.length < spare; at += 1) {
    if (demands[at]! + demands[at + 1]! > COLD_BELOW) continue;
    pairs.push([shards[at]!.id, shards[at + 1]!.id]);
    at += 1;
  }
  if (pairs.length === 0) return undefined;
  return {
    action: { action: 'merge', count: pairs.length, pairs },
    reason: `${pairs.length} pairs of neighbours fit into a shard each`,
  };
}
