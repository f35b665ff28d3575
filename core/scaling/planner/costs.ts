// What the planner weighs against each other, in dollars.
import { METRIC_PERIOD_MS, UPDATE_SHARD_COUNT_CALLS_PER_DAY } from '../../limits.js';
import type { Costs } from './choose-count.js';
import { featuresOf, SLOT_MINUTES } from './history.js';
import type { PlannerSettings } from './settings.js';
import type { PlannerState } from './state.js';
import type { StreamMinute } from './stream-minute.js';

/** A call is worth what the stream costs in this many minutes at half its peak, and more the fewer are left. */
const CALL_MINUTES = 12;
const ROUND_MINUTES = 20;
const CALLS_PLENTY = 7;
const SCARCITY = 1.6;
/** Calls that scaling in leaves alone. */
export const CALLS_FOR_GROWTH = 2;
const SHRINK_EXTRA_MINUTES = 4;

/** Prices of the moment: calls are dearer the fewer are left of the day's. */
export function costsOf({ callsLast24h }: StreamMinute, state: PlannerState, settings: PlannerSettings): Costs {
  const shardMinute = settings.shardHourPrice / 60;
  const left = UPDATE_SHARD_COUNT_CALLS_PER_DAY - callsLast24h;
  const typical = Math.max(1, featuresOf(state.history).highest / 2) * shardMinute;
  const grow = typical * CALL_MINUTES * SCARCITY ** Math.max(0, CALLS_PLENTY - left);
  const minutesPerOperation = state.operationMs / METRIC_PERIOD_MS;
  const reaction = REACTION_MINUTES + (featuresOf(state.history).highest / 4) * minutesPerOperation;
  return {
    shardMinute,
    rejectedShardMinute: settings.throttledGbPrice * CAUTION * SHARD_MINUTE_GB,
    grow,
    shrink: grow + typical * SHRINK_EXTRA_MINUTES,
    round: typical * ROUND_MINUTES,
    minutesPerOperation,
    reactionSlots: Math.ceil(reaction / SLOT_MINUTES),
  };
}

/** From a rise to the call that follows it: a minute, its metrics, a step of the planner. */
const REACTION_MINUTES = 4;

/** Throttling is feared more than it costs: what the past shows is less than what may come. */
const CAUTION = 1.5;
/** GB that one shard takes in a minute. */
const SHARD_MINUTE_GB = 60 / 1_024;
