// What a simulation assumes about the service where AWS documents nothing, or where a reading had to be chosen.
import { RESHARD_STEP_MS } from '../../limits.js';

/** How UpdateShardCount gets from N to M shards: one operation a shard of difference, or N + M - 2 gcd(N, M). */
export type ReshardModel = 'difference' | 'operations';

export interface Assumptions {
  /** Time of one split or merge; UpdateShardCount takes its operations one after the other. */
  readonly reshardStepMs: number;
  readonly reshardModel: ReshardModel;
  /** Whole minutes between the end of a minute and the moment when its metrics are seen. */
  readonly metricDelayMinutes: number;
  /** Whether shards beside the widest one still take what fits into them while the widest throttles. */
  readonly narrowShardsHelp: boolean;
}

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  reshardStepMs: RESHARD_STEP_MS,
  reshardModel: 'difference',
  metricDelayMinutes: 2,
  narrowShardsHelp: true,
};

/** Splits and merges that UpdateShardCount needs between two even layouts. */
export function reshardOperations(from: number, to: number, model: ReshardModel): number {
  if (from === to) return 0;
  if (model === 'difference') return Math.abs(from - to);
  return from + to - 2 * greatestCommonDivisor(from, to);
}

export function greatestCommonDivisor(a: number, b: number): number {
  let [high, low] = [a, b];
  while (low > 0) [high, low] = [low, high % low];
  return high;
}
