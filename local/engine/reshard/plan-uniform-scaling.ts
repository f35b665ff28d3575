// How UpdateShardCount gets from the shards there are to even ones: by splits and merges alone, since a shard has at
// most two parents. That is why it makes short-lived shards on the way where the counts do not divide.
import { type HashKeyRange, splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';

/** Boundaries to cut and boundaries to remove, each the first hash key of the range above it, in order. */
export interface UniformScalingPlan {
  readonly splits: readonly bigint[];
  readonly merges: readonly bigint[];
  /** @default false - of two merged shards the lower one counts as ParentShardId */
  readonly isUpperFirst?: boolean;
}

/**
 * Plans the way from the open ranges to `targetCount` even ones.
 *
 * Cutting at every split and then joining at every merge leaves exactly the ranges that CreateStream would make.
 */
export function planUniformScaling(open: readonly HashKeyRange[], targetCount: number): UniformScalingPlan {
  const present = boundaries(open);
  const wanted = boundaries(splitHashKeySpace(targetCount));
  return {
    splits: [...wanted].filter((boundary) => !present.has(boundary)),
    merges: [...present].filter((boundary) => !wanted.has(boundary)),
  };
}

function boundaries(ranges: readonly HashKeyRange[]): Set<bigint> {
  return new Set(ranges.map((range) => range.start).filter((start) => start !== 0n));
}
