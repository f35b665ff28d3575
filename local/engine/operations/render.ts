// Streams, shards and consumers as the API's outputs show them.
import type * as kinesis from '@aws-sdk/client-kinesis';
import type { Shard } from '../streams/shard.js';
import type { FanOutConsumer, Stream } from '../streams/stream.js';

export function renderShard(shard: Shard): kinesis.Shard {
  const [parent, adjacentParent] = shard.parentIds;
  return {
    ShardId: shard.id,
    ...(parent && { ParentShardId: parent }),
    ...(adjacentParent && { AdjacentParentShardId: adjacentParent }),
    HashKeyRange: renderRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.numbers.first(),
      ...(shard.end && { EndingSequenceNumber: shard.end.sequenceNumber }),
    },
  };
}

/** Children of a closed shard, as GetRecords and SubscribeToShard announce them. */
export function renderChildren(shard: Shard): kinesis.ChildShard[] {
  return (shard.end?.children ?? []).map((child) => ({
    ShardId: child.id,
    ParentShards: [...child.parentIds],
    HashKeyRange: renderRange(child),
  }));
}

/** What DescribeStream and DescribeStreamSummary both tell. */
export function renderStream(stream: Stream) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: stream.status,
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdAtMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: shardMetricsOf(stream) }],
    EncryptionType: stream.keyId === undefined ? ('NONE' as const) : ('KMS' as const),
    ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
  };
}

export function renderConsumer(consumer: FanOutConsumer): kinesis.Consumer {
  return {
    ConsumerName: consumer.name,
    ConsumerARN: consumer.arn,
    ConsumerStatus: consumer.status,
    ConsumerCreationTimestamp: new Date(consumer.createdAtMs),
  };
}

export function shardMetricsOf(stream: Stream): kinesis.MetricsName[] {
  return [...stream.metrics.shardLevel] as kinesis.MetricsName[];
}

/** Encryption as replies mention it: only where there is one. */
export function encryptionOf(stream: Stream): { readonly EncryptionType?: 'KMS' } {
  return stream.keyId === undefined ? {} : { EncryptionType: 'KMS' };
}

function renderRange(shard: Shard): kinesis.HashKeyRange {
  return { StartingHashKey: String(shard.range.start), EndingHashKey: String(shard.range.end) };
}
