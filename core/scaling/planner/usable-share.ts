// How much of its capacity a stream can use. Even keys use all of it; when shards throttle while the stream as a whole has
// room, keys are uneven, and every shard count is worth less than its number.
import type { Costs } from './choose-count.js';
import type { PlannerState } from './state.js';
import type { StreamMinute } from './stream-minute.js';

/** Throttling below capacity counts when it costs this much of what the stream's shards cost. */
const WORTH_SHARE = 0.05;

/** The share goes down a little at a time, to where growth pays, and comes back slower. */
const STEP_DOWN = 0.97;
const STEP_UP_PER_MINUTE = 0.0002;
const LEAST_USABLE = 0.3;
/** Where hot shards can be split by themselves, more shards for all are soon the dearer cure. */
const LEAST_USABLE_WITH_SPLITS = 0.72;

/** Takes a new minute of metrics into the share; others leave it as it is. */
export function learnUsableShare(
  state: PlannerState,
  { openShards, shards }: StreamMinute,
  costs: Costs,
): PlannerState {
  if (state.steadyMetrics < 1) return state;
  const { demand, accepted, usable } = state;
  const rejected = demand - accepted;
  const worth = rejected * costs.rejectedShardMinute > openShards * costs.shardMinute * WORTH_SHARE;
  if (worth && demand < openShards * usable) {
    const least = shards === undefined ? LEAST_USABLE : LEAST_USABLE_WITH_SPLITS;
    return { ...state, usable: Math.max(least, Math.min(usable, demand / openShards) * STEP_DOWN) };
  }
  return usable === 1 ? state : { ...state, usable: Math.min(1, usable + STEP_UP_PER_MINUTE) };
}

/** Counts the minutes of metrics that were taken under today's shards. */
export function countSteadyMinutes(state: PlannerState, { minute, openShards, status }: StreamMinute): PlannerState {
  if (status !== 'ACTIVE' || openShards !== state.shardsBefore) {
    return { ...state, shardsBefore: openShards, changedMinute: minute, steadyMetrics: 0 };
  }
  return { ...state, steadyMetrics: Math.max(0, state.metricMinute - state.changedMinute) };
}
