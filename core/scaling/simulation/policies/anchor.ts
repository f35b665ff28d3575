// What the published autoscalers have in common, in our reading of their defaults: they look at accepted load over a
// window of past minutes, and turn a wanted count into what one UpdateShardCount call takes.
import { UPDATE_SHARD_COUNT_CALLS_PER_DAY } from '../../../limits.js';
import { HOLD, type Observation, type PolicyAction } from '../policy.js';

/** Most shards an anchor may grow to where it needs a maximum: twice the peak of the runs at 40 MiB/s. */
export interface AnchorBounds {
  readonly minShards: number;
  readonly maxShards: number;
}

/** Asks for a count within the bounds and within half to double; refused calls are the service's to refuse. */
export function callFor(seen: Observation, wanted: number, { minShards, maxShards }: AnchorBounds): PolicyAction {
  const target = withinReach(seen.openShards, wanted, { minShards, maxShards });
  return target === seen.openShards ? HOLD : { action: 'updateShardCount', target };
}

export function withinReach(open: number, wanted: number, { minShards, maxShards }: AnchorBounds): number {
  const bounded = Math.min(maxShards, Math.max(minShards, wanted));
  return Math.min(open * 2, Math.max(Math.ceil(open / 2), bounded));
}

export function hasBudget(seen: Observation): boolean {
  return seen.callsLast24h < UPDATE_SHARD_COUNT_CALLS_PER_DAY;
}

/** Mean accepted load over the whole period `ago` periods back; undefined before the first. */
export function periodMean(seen: Observation, periodMinutes: number, ago: number): number | undefined {
  const complete = Math.floor((seen.metricMinute + 1) / periodMinutes);
  const start = (complete - 1 - ago) * periodMinutes;
  if (start < 0) return undefined;
  let sum = 0;
  for (let minute = start; minute < start + periodMinutes; minute += 1) sum += seen.accepted[minute]!;
  return sum / periodMinutes;
}
