// Makes the stream that CreateStream asks for, in state CREATING, or refuses it.
import type { CreateStreamCommandInput } from '@aws-sdk/client-kinesis';
import { ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS, ON_DEMAND_START_SHARDS, STREAM_TAGS_MAX } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { Stream, type StreamMode } from './stream.js';

/** What no tag may have. */
const TAG_STRANGERS = /[^\p{L}\p{N}\p{Z}_./=+\-%@:]/u;

/** Adds the stream to the registry. */
export function createStream(engine: EngineContext, input: CreateStreamCommandInput): Stream {
  const { streams, clock } = engine;
  const name = input.StreamName!;
  const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED';
  if (streams.get(name)) {
    const { accountId } = streams.identity;
    throw new ServiceError('ResourceInUseException', `Stream ${name} under account ${accountId} already exists.`);
  }
  checkTags(input.Tags ?? {});
  refuseForMode(input, mode);
  if (input.WarmThroughputMiBps !== undefined) refuseUncommitted(engine);
  const shardCount =
    mode === 'ON_DEMAND' ? Math.max(ON_DEMAND_START_SHARDS, input.WarmThroughputMiBps ?? 0) : (input.ShardCount ?? 1);
  checkShardQuota(engine, shardCount);
  const stream = new Stream({
    name,
    arn: streams.arnOf(name),
    accountId: streams.identity.accountId,
    createdAtMs: clock.nowMs(),
    mode,
    shardCount,
    metrics: new StreamMetrics(engine.metrics, name),
  });
  stream.maxRecordKiB = input.MaxRecordSizeInKiB ?? stream.maxRecordKiB;
  stream.warmThroughputMiBps = input.WarmThroughputMiBps;
  stream.recordDistribution = input.RecordDistributionStrategy ?? stream.recordDistribution;
  for (const [key, value] of Object.entries(input.Tags ?? {})) stream.tags.set(key, value);
  streams.add(stream);
  return stream;
}

/** Refuses warm throughput to an account without On-demand Advantage. */
export function refuseUncommitted({ account, clock }: EngineContext): void {
  if (account.isCommitted(clock.nowMs())) return;
  throw new ServiceError(
    'ValidationException',
    'Warm throughput needs MinimumThroughputBillingCommitment to be ENABLED for the account (UpdateAccountSettings).',
  );
}

/** Refuses what would take the account past its shard quota. */
export function checkShardQuota(engine: EngineContext, additional: number): void {
  const open = engine.streams.all().reduce((sum, stream) => sum + stream.openShards.length, 0);
  if (open + additional <= ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS) return;
  throw new ServiceError(
    'LimitExceededException',
    `This request would exceed the shard limit for the account ${engine.streams.identity.accountId} in ${engine.streams.identity.region}. Current shard count for the account: ${open}. Limit: ${ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS}. Number of additional shards that would have resulted from this request: ${additional}.`,
  );
}

export function checkTags(tags: Readonly<Record<string, string>>): void {
  const count = Object.keys(tags).length;
  if (count > STREAM_TAGS_MAX) {
    throw new ServiceError('InvalidArgumentException', `A resource has at most ${STREAM_TAGS_MAX} tags, got ${count}.`);
  }
  const texts = Object.entries(tags).flat();
  if (texts.some((text) => TAG_STRANGERS.test(text))) {
    throw new ServiceError(
      'InvalidArgumentException',
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :.',
    );
  }
  const reserved = Object.keys(tags).find((key) => key.startsWith('aws:'));
  if (reserved !== undefined) {
    throw new ServiceError(
      'InvalidArgumentException',
      `Tag keys starting with 'aws:' are reserved, got '${reserved}'.`,
    );
  }
}

/** On-demand streams choose their shards themselves, and alone have warm throughput and record distribution. */
function refuseForMode(input: CreateStreamCommandInput, mode: StreamMode): void {
  const wrong =
    mode === 'ON_DEMAND'
      ? (['ShardCount'] as const).find((member) => input[member] !== undefined)
      : (['WarmThroughputMiBps', 'RecordDistributionStrategy'] as const).find((member) => input[member] !== undefined);
  if (wrong) {
    throw new ServiceError('ValidationException', `${wrong} must not be given for a stream in mode ${mode}.`);
  }
}
