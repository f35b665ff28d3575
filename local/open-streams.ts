// Brings the engine to what the template says: streams and consumers that are not there are made, ready at once; those of
// an earlier run are changed where the template has changed since, as an update of the stack would. What was resized or
// changed otherwise by a call stays so, and a stream that the template no longer has is left as it is.
import type { KeptEntries } from './data-dir/kept-entries.js';
import type { KinesisEngine } from './engine/engine.js';
import type { PlatformModel, StreamModel } from './template/model.js';
import { updateStream } from './update-stream.js';

/** The template's streams as they were last applied, by name. */
export type AppliedStreams = Pick<KeptEntries<StreamModel>, 'get' | 'set'>;

/** Opens them all; gives the engine's ARN of each stream consumer by the template's, which lacks its creation time. */
export async function openStreams(
  engine: KinesisEngine,
  model: PlatformModel,
  applied: AppliedStreams = new Map<string, StreamModel>(),
): Promise<ReadonlyMap<string, string>> {
  for (const stream of model.streams) {
    const { name } = stream;
    if (engine.hasStream(name)) await updateStream(engine, applied.get(name), stream);
    else await createStream(engine, stream);
    applied.set(name, stream);
  }
  const consumers = model.streamConsumers.map(
    async ({ arn, name, streamArn }) => [arn, await openConsumer(engine, streamArn, name)] as const,
  );
  return new Map(await Promise.all(consumers));
}

async function openConsumer(engine: KinesisEngine, StreamARN: string, ConsumerName: string): Promise<string> {
  const { Consumers = [] } = await engine.ListStreamConsumers({ StreamARN });
  const known = Consumers.find((consumer) => consumer.ConsumerName === ConsumerName);
  return known?.ConsumerARN ?? engine.openConsumer({ StreamARN, ConsumerName });
}

async function createStream(engine: KinesisEngine, stream: StreamModel): Promise<void> {
  const { name: StreamName, mode, shardCount, maxRecordSizeKiB, tags } = stream;
  engine.openStream(
    {
      StreamName,
      StreamModeDetails: { StreamMode: mode },
      ...(shardCount === undefined ? {} : { ShardCount: shardCount }),
      MaxRecordSizeInKiB: maxRecordSizeKiB,
      ...(Object.keys(tags).length === 0 ? {} : { Tags: { ...tags } }),
    },
    stream.keyId,
  );
  const { RetentionPeriodHours } = await engine.DescribeStreamSummary({ StreamName }).then((out) => ({
    RetentionPeriodHours: out.StreamDescriptionSummary?.RetentionPeriodHours ?? stream.retentionHours,
  }));
  if (stream.retentionHours > RetentionPeriodHours) {
    await engine.IncreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: stream.retentionHours });
  }
  if (stream.shardLevelMetrics.length > 0) {
    const ShardLevelMetrics = stream.shardLevelMetrics as ('ALL' | 'IncomingBytes')[];
    await engine.EnableEnhancedMonitoring({ StreamName, ShardLevelMetrics });
  }
}
