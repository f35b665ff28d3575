import { UPDATE_SHARD_COUNT_MAX_SHARDS } from '../../core/limits.js';
import type { ScalingPolicy } from '../../core/scaling/plan-resize.js';
import { type Environment, readText, readWholeNumber } from '../../runtime/environment/environment-variable.js';

/** CloudWatch keeps minutes for 15 days, but a scale-in that waits longer than a day is a stream that never scales in. */
const SCALE_IN_AFTER_MAX_MINUTES = 1_440;

/** Settings of the function, read once. */
export function readEnv(env: Environment = process.env): {
  readonly streamName: string;
  readonly policy: ScalingPolicy;
} {
  const streamName = readText(env, 'STREAM_NAME');
  const minShards = readWholeNumber(env, 'MIN_SHARDS', 1, UPDATE_SHARD_COUNT_MAX_SHARDS);
  return {
    streamName,
    policy: {
      minShards,
      maxShards: readWholeNumber(env, 'MAX_SHARDS', minShards, UPDATE_SHARD_COUNT_MAX_SHARDS),
      targetPercent: readWholeNumber(env, 'TARGET_PERCENT', 1, 100),
      scaleInAfterMinutes: readWholeNumber(env, 'SCALE_IN_AFTER_MINUTES', 1, SCALE_IN_AFTER_MAX_MINUTES),
    },
  };
}
