// The settings of a stream: retention, encryption, shard-level metrics, mode, record size and throughput.
import type { MetricsName } from '@aws-sdk/client-kinesis';
import {
  MODE_SWITCHES_PER_DAY,
  RETENTION_MAX_HOURS,
  RETENTION_MIN_HOURS,
  SHARD_LEVEL_METRICS,
} from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { checkShardQuota, refuseUncommitted } from '../streams/create-stream.js';
import { currentMiBps, growTo } from '../streams/on-demand.js';
import type { Stream } from '../streams/stream.js';
import type { StreamName } from '../streams/stream-registry.js';
import { type OperationTable, STREAM_NAME } from './operation.js';
import { shardMetricsOf } from './render.js';

export const settingOperations = {
  IncreaseStreamRetentionPeriod: {
    required: ['RetentionPeriodHours'],
    optional: STREAM_NAME,
    run: (engine, input) => setRetention(engine.streams.findActive(input), input.RetentionPeriodHours!, 'Increase'),
  },

  DecreaseStreamRetentionPeriod: {
    required: ['RetentionPeriodHours'],
    optional: STREAM_NAME,
    run: (engine, input) => setRetention(engine.streams.findActive(input), input.RetentionPeriodHours!, 'Decrease'),
  },

  StartStreamEncryption: {
    required: ['EncryptionType', 'KeyId'],
    optional: STREAM_NAME,
    run(engine, input) {
      if (input.EncryptionType !== 'KMS') throw invalid('EncryptionType must be KMS to start encryption.');
      const stream = engine.streams.findActive(input);
      stream.keyId = input.KeyId;
      update(engine, stream, engine.timings.settingMs);
      return {};
    },
  },

  StopStreamEncryption: {
    required: ['EncryptionType', 'KeyId'],
    optional: STREAM_NAME,
    run(engine, input) {
      if (input.EncryptionType !== 'KMS') throw invalid('EncryptionType must be KMS to stop encryption.');
      const stream = engine.streams.findActive(input);
      stream.keyId = undefined;
      update(engine, stream, engine.timings.settingMs);
      return {};
    },
  },

  EnableEnhancedMonitoring: {
    required: ['ShardLevelMetrics'],
    optional: STREAM_NAME,
    run: (engine, input) =>
      setShardMetrics(engine, input, input.ShardLevelMetrics!, (level, names) => {
        for (const name of names) level.add(name);
      }),
  },

  DisableEnhancedMonitoring: {
    required: ['ShardLevelMetrics'],
    optional: STREAM_NAME,
    run: (engine, input) =>
      setShardMetrics(engine, input, input.ShardLevelMetrics!, (level, names) => {
        for (const name of names) level.delete(name);
      }),
  },

  UpdateStreamMode: {
    required: ['StreamARN', 'StreamModeDetails'],
    optional: ['StreamId', 'WarmThroughputMiBps'],
    run(engine, input) {
      const stream = engine.streams.findActive(input);
      const mode = input.StreamModeDetails!.StreamMode!;
      if (input.WarmThroughputMiBps !== undefined) refuseUncommitted(engine);
      const nowMs = engine.clock.nowMs();
      if (!stream.modeSwitches.allows(nowMs)) {
        throw new ServiceError(
          'LimitExceededException',
          `Stream ${stream.name} under account ${stream.accountId} can change its mode at most ${MODE_SWITCHES_PER_DAY} times in a rolling 24 hours.`,
        );
      }
      if (mode !== stream.mode) stream.modeSwitches.count(nowMs);
      stream.mode = mode;
      if (mode === 'PROVISIONED') stream.recordDistribution = 'USER_PARTITION_KEY';
      stream.warmThroughputMiBps = mode === 'ON_DEMAND' ? input.WarmThroughputMiBps : undefined;
      update(engine, stream, engine.timings.settingMs);
      return {};
    },
  },

  UpdateMaxRecordSize: {
    required: ['MaxRecordSizeInKiB'],
    optional: ['StreamARN', 'StreamId'],
    run(engine, input) {
      engine.streams.findActive(input).maxRecordKiB = input.MaxRecordSizeInKiB!;
      return {};
    },
  },

  UpdateStreamWarmThroughput: {
    required: ['WarmThroughputMiBps'],
    optional: STREAM_NAME,
    run(engine, input) {
      const stream = onDemand(engine, input);
      const warm = input.WarmThroughputMiBps!;
      refuseUncommitted(engine);
      checkShardQuota(engine, Math.max(0, warm - stream.openShards.length));
      stream.warmThroughputMiBps = warm;
      const WarmThroughput = { TargetMiBps: warm, CurrentMiBps: currentMiBps(stream) };
      // What is to be released, goes when the stream is next sized.
      update(engine, stream, engine.timings.reshardMs, (nowMs) => growTo(stream, warm, nowMs));
      return { StreamName: stream.name, StreamARN: stream.arn, WarmThroughput };
    },
  },

  UpdateStreamRecordDistributionStrategy: {
    required: ['StreamARN', 'RecordDistributionStrategy'],
    optional: ['StreamId'],
    run(engine, input) {
      const stream = engine.streams.findActive(input);
      if (stream.mode !== 'ON_DEMAND') {
        throw invalid(
          `RecordDistributionStrategy can be set on on-demand streams only; ${stream.name} is provisioned.`,
        );
      }
      stream.recordDistribution = input.RecordDistributionStrategy!;
      return {};
    },
  },
} satisfies OperationTable;

/** Leaves the stream UPDATING for a while; reads and writes go on. */
function update(engine: EngineContext, stream: Stream, ms: number, then?: (nowMs: number) => void): void {
  stream.status = 'UPDATING';
  engine.later(ms, () => {
    then?.(engine.clock.nowMs());
    if (stream.status === 'UPDATING') stream.status = 'ACTIVE';
  });
}

function setRetention(stream: Stream, hours: number, direction: 'Increase' | 'Decrease'): Record<string, never> {
  const [least, most] =
    direction === 'Increase'
      ? [stream.retentionHours, RETENTION_MAX_HOURS]
      : [RETENTION_MIN_HOURS, stream.retentionHours];
  if (hours < least || hours > most) {
    throw invalid(
      `Requested retention period (${hours} hours) for stream ${stream.name} must be ${least} to ${most} hours with ${direction}StreamRetentionPeriod.`,
    );
  }
  stream.retentionHours = hours;
  return {};
}

function setShardMetrics(
  engine: EngineContext,
  input: StreamName,
  names: readonly MetricsName[],
  apply: (level: Set<string>, names: readonly string[]) => void,
) {
  const stream = engine.streams.findActive(input);
  const unknown = names.find((name) => name !== 'ALL' && !(SHARD_LEVEL_METRICS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw invalid(`ShardLevelMetrics must be ALL or of ${SHARD_LEVEL_METRICS.join(', ')}, got '${unknown}'.`);
  }
  const before = shardMetricsOf(stream);
  apply(stream.metrics.shardLevel, names.includes('ALL') ? SHARD_LEVEL_METRICS : names);
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardLevelMetrics: before,
    DesiredShardLevelMetrics: shardMetricsOf(stream),
  };
}

function onDemand(engine: EngineContext, input: StreamName): Stream {
  const stream = engine.streams.findActive(input);
  if (stream.mode === 'ON_DEMAND') return stream;
  throw new ServiceError(
    'ValidationException',
    `Request is invalid. Stream ${stream.name} under account ${stream.accountId} is in Provisioned mode.`,
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgumentException', message);
}
