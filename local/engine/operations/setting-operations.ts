// The settings of a stream: retention, encryption, shard-level metrics, mode, record size and throughput.
import type { MetricsName } from '@aws-sdk/client-kinesis';
import {
  ENCRYPTION_CHANGES_PER_DAY,
  MODE_SWITCHES_PER_DAY,
  RETENTION_MAX_HOURS,
  RETENTION_MIN_HOURS,
  SHARD_LEVEL_METRICS,
} from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import type { CallBudget } from '../limits/call-budget.js';
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
      countEncryption(engine, stream, stream.keyStarts);
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
      countEncryption(engine, stream, stream.keyStops);
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
      if (mode === 'ON_DEMAND') stream.scaling.hold(nowMs);
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

/** Counts a change of encryption; refuses one too many. */
function countEncryption({ clock }: EngineContext, stream: Stream, budget: CallBudget): void {
  const nowMs = clock.nowMs();
  if (!budget.allows(nowMs)) {
    throw new ServiceError(
      'LimitExceededException',
      `Stream ${stream.name} under account ${stream.accountId} can start, and stop, encryption at most ${ENCRYPTION_CHANGES_PER_DAY} times in a rolling 24 hours.`,
    );
  }
  budget.count(nowMs);
}

/** Leaves the stream UPDATING for a while; reads and writes go on. */
function update(engine: EngineContext, stream: Stream, ms: number, then?: (nowMs: number) => void): void {
  stream.status = 'UPDATING';
  engine.later(ms, () => {
    then?.(engine.clock.nowMs());
    if (stream.status === 'UPDATING') stream.status = 'ACTIVE';
  });
}

function setRetention(stream: Stream, hours: number, direction: 'Increase' | 'Decrease'): Record<string, never> {
  const asked = `Requested retention period (${hours} hours)`;
  if (hours < RETENTION_MIN_HOURS) {
    throw invalid(`Minimum allowed retention period is ${RETENTION_MIN_HOURS} hours. ${asked} is too short.`);
  }
  if (hours > RETENTION_MAX_HOURS) {
    throw invalid(`Maximum allowed retention period is ${RETENTION_MAX_HOURS} hours. ${asked} is too long.`);
  }
  const present = stream.retentionHours;
  const [isWrong, comparison, other] =
    direction === 'Increase' ? [hours < present, 'shorter', 'Decrease'] : [hours > present, 'longer', 'Increase'];
  if (isWrong) {
    throw invalid(
      `${asked} for stream ${stream.name} can not be ${comparison} than existing retention period (${present} hours). Use ${other}RetentionPeriod API.`,
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
