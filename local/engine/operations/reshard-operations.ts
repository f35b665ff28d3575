// UpdateShardCount, SplitShard and MergeShards. The stream is UPDATING for the time a reshard takes; reads and writes
// go on, and the shards change hands at its end (splits half-way, where merges follow).
import {
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
  UPDATE_SHARD_COUNT_MAX_FACTOR,
  UPDATE_SHARD_COUNT_MAX_SHARDS,
} from '../../../core/limits.js';
import { areAdjacent } from '../../../core/sharding/hash-key-range.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { planUniformScaling, type UniformScalingPlan } from '../reshard/plan-uniform-scaling.js';
import { finishReshard, takeStep } from '../reshard/resharding.js';
import { checkShardQuota } from '../streams/create-stream.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import { findShard, type StreamName } from '../streams/stream-registry.js';
import { type OperationTable, STREAM_NAME } from './operation.js';

export const reshardOperations = {
  UpdateShardCount: {
    required: ['TargetShardCount', 'ScalingType'],
    optional: STREAM_NAME,
    run(engine, input) {
      const stream = provisioned(engine, input);
      const current = stream.openShards.length;
      const target = input.TargetShardCount!;
      checkTarget(engine, stream, target);
      const plan = planUniformScaling(
        stream.openShards.map((shard) => shard.range),
        target,
      );
      // Shards that live only until the merges count as well.
      checkShardQuota(engine, plan.splits.length);
      stream.shardCountCalls.count(engine.clock.nowMs());
      reshard(engine, stream, plan);
      return {
        StreamName: stream.name,
        StreamARN: stream.arn,
        CurrentShardCount: current,
        TargetShardCount: target,
      };
    },
  },

  SplitShard: {
    required: ['ShardToSplit', 'NewStartingHashKey'],
    optional: STREAM_NAME,
    run(engine, input) {
      const stream = provisioned(engine, input);
      const shard = openShard(stream, input.ShardToSplit!);
      const boundary = BigInt(input.NewStartingHashKey!);
      const { start, end } = shard.range;
      if (boundary <= start + 1n || boundary >= end) {
        throw new ServiceError(
          'InvalidArgumentException',
          `NewStartingHashKey ${boundary} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is not both greater than one plus the shard's StartingHashKey ${start} and less than the shard's EndingHashKey ${end}.`,
        );
      }
      checkShardQuota(engine, 1);
      reshard(engine, stream, { splits: [boundary], merges: [] });
      return {};
    },
  },

  MergeShards: {
    required: ['ShardToMerge', 'AdjacentShardToMerge'],
    optional: STREAM_NAME,
    run(engine, input) {
      const stream = provisioned(engine, input);
      const first = openShard(stream, input.ShardToMerge!);
      const second = openShard(stream, input.AdjacentShardToMerge!);
      if (!areAdjacent(first.range, second.range)) {
        throw new ServiceError(
          'InvalidArgumentException',
          `Shards ${first.id} and ${second.id} in stream ${stream.name} under account ${stream.accountId} are not an adjacent pair of shards eligible for merging`,
        );
      }
      const isUpperFirst = first.range.start > second.range.start;
      const upper = isUpperFirst ? first : second;
      reshard(engine, stream, { splits: [], merges: [upper.range.start], isUpperFirst });
      return {};
    },
  },
} satisfies OperationTable;

/** Splits and merges over the time a reshard takes, one after the other; the stream is ACTIVE again after both. */
function reshard(engine: EngineContext, stream: Stream, plan: UniformScalingPlan): void {
  stream.status = 'UPDATING';
  stream.reshards += 1;
  stream.resharding = plan;
  const hasBoth = plan.splits.length > 0 && plan.merges.length > 0;
  if (hasBoth) engine.later(engine.timings.reshardMs / 2, () => takeStep(stream, engine.clock.nowMs()));
  engine.later(engine.timings.reshardMs, () => finishReshard(stream, engine.clock.nowMs()));
}
/** A stream that may be resharded now. */
function provisioned(engine: EngineContext, input: StreamName): Stream {
  const stream = engine.streams.find(input);
  if (stream.mode === 'ON_DEMAND') {
    throw new ServiceError(
      'ValidationException',
      `Request is invalid. Stream ${stream.name} under account ${stream.accountId} is in On-Demand mode.`,
    );
  }
  return engine.streams.findActive(input);
}

function openShard(stream: Stream, id: string): Shard {
  const shard = findShard(stream, id);
  if (!shard.end) return shard;
  throw new ServiceError(
    'InvalidArgumentException',
    `Shard ${id} in stream ${stream.name} under account ${stream.accountId} is not open.`,
  );
}

function checkTarget(engine: EngineContext, stream: Stream, target: number): void {
  const current = stream.openShards.length;
  const counts = `Current open shard count: ${current}, Target shard count: ${target}`;
  if (target === current) {
    throw new ServiceError(
      'InvalidArgumentException',
      `Target shard count must differ from the current one. ${counts}`,
    );
  }
  if (target > UPDATE_SHARD_COUNT_MAX_SHARDS) {
    throw limitExceeded(`UpdateShardCount cannot scale over ${UPDATE_SHARD_COUNT_MAX_SHARDS} shards. ${counts}`);
  }
  if (target > current * UPDATE_SHARD_COUNT_MAX_FACTOR) {
    throw limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
  }
  if (target * UPDATE_SHARD_COUNT_MAX_FACTOR < current) {
    throw limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
  }
  if (!stream.shardCountCalls.allows(engine.clock.nowMs())) {
    throw limitExceeded(
      `UpdateShardCount cannot be called more than ${UPDATE_SHARD_COUNT_CALLS_PER_DAY} times in a rolling 24 hours for stream ${stream.name} under account ${stream.accountId}.`,
    );
  }
}

function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceededException', message);
}
