// Makes the template's streams and their consumers in the engine, ready at once.
import type { KinesisEngine } from './engine/engine.js';
import type { PlatformModel, StreamModel } from './template/model.js';

/** Opens them all; gives the engine's ARN of each stream consumer by the template's, which lacks its creation time. */
export async function openStreams(engine: KinesisEngine, model: PlatformModel): Promise<ReadonlyMap<string, string>> {
  for (const stream of model.streams) await openStream(engine, stream);
  return new Map(
    model.streamConsumers.map(({ arn, name, streamArn }) => [
      arn,
      engine.openConsumer({ StreamARN: streamArn, ConsumerName: name }),
    ]),
  );
}

async function openStream(engine: KinesisEngine, stream: StreamModel): Promise<void> {
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
