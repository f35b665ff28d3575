// Changes a stream of an earlier run to what the template says now, by the calls that an update of the stack makes and
// under the service's rules for them.
import { setTimeout as wait } from 'node:timers/promises';
import type { MetricsName } from '@aws-sdk/client-kinesis';
import { DataDirError } from './data-dir/data-dir-error.js';
import type { KinesisEngine } from './engine/engine.js';
import { ServiceError } from './service-error.js';
import type { StreamModel } from './template/model.js';

/** Wall time between two looks at a stream that is being changed. */
const POLL_MS = 10;

/**
 * Applies what differs from `before`, the template as it was applied last; without it an earlier run was cut off while it
 * made the stream, and what the stream is counts instead.
 */
export async function updateStream(
  engine: KinesisEngine,
  before: StreamModel | undefined,
  after: StreamModel,
): Promise<void> {
  try {
    await applyChanges(engine, before ?? (await describe(engine, after)), after);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new DataDirError(
      `update stream '${after.name}' of '--data-dir' failed: ${error.message}; undo the change in the template, or begin with another folder`,
      { cause: error },
    );
  }
}

async function applyChanges(engine: KinesisEngine, before: StreamModel, after: StreamModel): Promise<void> {
  const { name: StreamName, arn: StreamARN, mode, shardCount, retentionHours } = after;
  const actual = await describe(engine, after);
  if (retentionHours !== before.retentionHours && retentionHours !== actual.retentionHours) {
    const input = { StreamName, RetentionPeriodHours: retentionHours };
    if (retentionHours > actual.retentionHours) await engine.IncreaseStreamRetentionPeriod(input);
    else await engine.DecreaseStreamRetentionPeriod(input);
  }
  if (after.maxRecordSizeKiB !== before.maxRecordSizeKiB) {
    await engine.UpdateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB: after.maxRecordSizeKiB });
    await untilActive(engine, StreamName);
  }
  await applyTags(engine, before, after);
  await applyShardMetrics(engine, before, after);
  await applyKey(engine, before, after);
  if (mode !== before.mode && mode !== actual.mode) {
    await engine.UpdateStreamMode({ StreamARN, StreamModeDetails: { StreamMode: mode } });
    await untilActive(engine, StreamName);
  }
  if (shardCount === undefined || shardCount === before.shardCount || shardCount === actual.shardCount) return;
  // Readers and writers go on meanwhile.
  await engine.UpdateShardCount({ StreamName, TargetShardCount: shardCount, ScalingType: 'UNIFORM_SCALING' });
}

async function applyTags(engine: KinesisEngine, before: StreamModel, after: StreamModel): Promise<void> {
  const StreamName = after.name;
  const gone = Object.keys(before.tags).filter((key) => !(key in after.tags));
  if (gone.length > 0) await engine.RemoveTagsFromStream({ StreamName, TagKeys: gone });
  const set = Object.entries(after.tags).filter(([key, value]) => before.tags[key] !== value);
  if (set.length > 0) await engine.AddTagsToStream({ StreamName, Tags: Object.fromEntries(set) });
}

async function applyShardMetrics(engine: KinesisEngine, before: StreamModel, after: StreamModel): Promise<void> {
  const StreamName = after.name;
  const [old, now] = [before.shardLevelMetrics, after.shardLevelMetrics] as readonly (readonly MetricsName[])[];
  const gone = old!.filter((name) => !now!.includes(name));
  if (gone.length > 0) await engine.DisableEnhancedMonitoring({ StreamName, ShardLevelMetrics: gone });
  const added = now!.filter((name) => !old!.includes(name));
  if (added.length > 0) await engine.EnableEnhancedMonitoring({ StreamName, ShardLevelMetrics: added });
}

async function applyKey(engine: KinesisEngine, before: StreamModel, after: StreamModel): Promise<void> {
  if (after.keyId === before.keyId) return;
  const input = { StreamName: after.name, EncryptionType: 'KMS' } as const;
  if (after.keyId !== undefined) await engine.StartStreamEncryption({ ...input, KeyId: after.keyId });
  else await engine.StopStreamEncryption({ ...input, KeyId: before.keyId });
  await untilActive(engine, after.name);
}

async function untilActive(engine: KinesisEngine, StreamName: string): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName });
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await wait(POLL_MS);
  }
}

/** What the stream is, in the template's terms. */
async function describe(engine: KinesisEngine, { name: StreamName, ...stream }: StreamModel): Promise<StreamModel> {
  const { StreamDescriptionSummary: summary } = await engine.DescribeStreamSummary({ StreamName });
  const { Tags = [] } = await engine.ListTagsForStream({ StreamName });
  const mode = summary?.StreamModeDetails?.StreamMode ?? stream.mode;
  return {
    ...stream,
    name: StreamName,
    mode,
    shardCount: mode === 'ON_DEMAND' ? undefined : summary?.OpenShardCount,
    retentionHours: summary?.RetentionPeriodHours ?? stream.retentionHours,
    maxRecordSizeKiB: summary?.MaxRecordSizeInKiB ?? stream.maxRecordSizeKiB,
    keyId: summary?.KeyId,
    shardLevelMetrics: (summary?.EnhancedMonitoring ?? []).flatMap(({ ShardLevelMetrics }) => ShardLevelMetrics ?? []),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  };
}
