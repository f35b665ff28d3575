// The Kinesis operations as the lab's own parts call them: in process here, over HTTP from anywhere else.
// Shapes are the SDK's own; only their types are imported.
import type * as kinesis from '@aws-sdk/client-kinesis';

type Call<I, O> = (input: I) => Promise<Omit<O, '$metadata'>>;

/** One function per operation, named as in the Kinesis API. Each throws a ServiceError as the service would. */
export interface KinesisApi {
  AddTagsToStream: Call<kinesis.AddTagsToStreamCommandInput, kinesis.AddTagsToStreamCommandOutput>;
  CreateStream: Call<kinesis.CreateStreamCommandInput, kinesis.CreateStreamCommandOutput>;
  DecreaseStreamRetentionPeriod: Call<
    kinesis.DecreaseStreamRetentionPeriodCommandInput,
    kinesis.DecreaseStreamRetentionPeriodCommandOutput
  >;
  DeleteResourcePolicy: Call<kinesis.DeleteResourcePolicyCommandInput, kinesis.DeleteResourcePolicyCommandOutput>;
  DeleteStream: Call<kinesis.DeleteStreamCommandInput, kinesis.DeleteStreamCommandOutput>;
  DescribeAccountSettings: Call<
    kinesis.DescribeAccountSettingsCommandInput,
    kinesis.DescribeAccountSettingsCommandOutput
  >;
  DeregisterStreamConsumer: Call<
    kinesis.DeregisterStreamConsumerCommandInput,
    kinesis.DeregisterStreamConsumerCommandOutput
  >;
  DescribeLimits: Call<kinesis.DescribeLimitsCommandInput, kinesis.DescribeLimitsCommandOutput>;
  DescribeStream: Call<kinesis.DescribeStreamCommandInput, kinesis.DescribeStreamCommandOutput>;
  DescribeStreamConsumer: Call<kinesis.DescribeStreamConsumerCommandInput, kinesis.DescribeStreamConsumerCommandOutput>;
  DescribeStreamSummary: Call<kinesis.DescribeStreamSummaryCommandInput, kinesis.DescribeStreamSummaryCommandOutput>;
  DisableEnhancedMonitoring: Call<
    kinesis.DisableEnhancedMonitoringCommandInput,
    kinesis.DisableEnhancedMonitoringCommandOutput
  >;
  EnableEnhancedMonitoring: Call<
    kinesis.EnableEnhancedMonitoringCommandInput,
    kinesis.EnableEnhancedMonitoringCommandOutput
  >;
  GetRecords: Call<kinesis.GetRecordsCommandInput, kinesis.GetRecordsCommandOutput>;
  GetResourcePolicy: Call<kinesis.GetResourcePolicyCommandInput, kinesis.GetResourcePolicyCommandOutput>;
  GetShardIterator: Call<kinesis.GetShardIteratorCommandInput, kinesis.GetShardIteratorCommandOutput>;
  IncreaseStreamRetentionPeriod: Call<
    kinesis.IncreaseStreamRetentionPeriodCommandInput,
    kinesis.IncreaseStreamRetentionPeriodCommandOutput
  >;
  ListShards: Call<kinesis.ListShardsCommandInput, kinesis.ListShardsCommandOutput>;
  ListStreamConsumers: Call<kinesis.ListStreamConsumersCommandInput, kinesis.ListStreamConsumersCommandOutput>;
  ListStreams: Call<kinesis.ListStreamsCommandInput, kinesis.ListStreamsCommandOutput>;
  ListTagsForResource: Call<kinesis.ListTagsForResourceCommandInput, kinesis.ListTagsForResourceCommandOutput>;
  ListTagsForStream: Call<kinesis.ListTagsForStreamCommandInput, kinesis.ListTagsForStreamCommandOutput>;
  MergeShards: Call<kinesis.MergeShardsCommandInput, kinesis.MergeShardsCommandOutput>;
  PutRecord: Call<kinesis.PutRecordCommandInput, kinesis.PutRecordCommandOutput>;
  PutRecords: Call<kinesis.PutRecordsCommandInput, kinesis.PutRecordsCommandOutput>;
  PutResourcePolicy: Call<kinesis.PutResourcePolicyCommandInput, kinesis.PutResourcePolicyCommandOutput>;
  RegisterStreamConsumer: Call<kinesis.RegisterStreamConsumerCommandInput, kinesis.RegisterStreamConsumerCommandOutput>;
  RemoveTagsFromStream: Call<kinesis.RemoveTagsFromStreamCommandInput, kinesis.RemoveTagsFromStreamCommandOutput>;
  SplitShard: Call<kinesis.SplitShardCommandInput, kinesis.SplitShardCommandOutput>;
  StartStreamEncryption: Call<kinesis.StartStreamEncryptionCommandInput, kinesis.StartStreamEncryptionCommandOutput>;
  StopStreamEncryption: Call<kinesis.StopStreamEncryptionCommandInput, kinesis.StopStreamEncryptionCommandOutput>;
  TagResource: Call<kinesis.TagResourceCommandInput, kinesis.TagResourceCommandOutput>;
  UntagResource: Call<kinesis.UntagResourceCommandInput, kinesis.UntagResourceCommandOutput>;
  UpdateAccountSettings: Call<kinesis.UpdateAccountSettingsCommandInput, kinesis.UpdateAccountSettingsCommandOutput>;
  UpdateMaxRecordSize: Call<kinesis.UpdateMaxRecordSizeCommandInput, kinesis.UpdateMaxRecordSizeCommandOutput>;
  UpdateShardCount: Call<kinesis.UpdateShardCountCommandInput, kinesis.UpdateShardCountCommandOutput>;
  UpdateStreamMode: Call<kinesis.UpdateStreamModeCommandInput, kinesis.UpdateStreamModeCommandOutput>;
  UpdateStreamRecordDistributionStrategy: Call<
    kinesis.UpdateStreamRecordDistributionStrategyCommandInput,
    kinesis.UpdateStreamRecordDistributionStrategyCommandOutput
  >;
  UpdateStreamWarmThroughput: Call<
    kinesis.UpdateStreamWarmThroughputCommandInput,
    kinesis.UpdateStreamWarmThroughputCommandOutput
  >;
}

/** One push of an enhanced fan-out subscription, as in SubscribeToShardEvent; without records it is a sign of life. */
export interface FanOutEvent {
  readonly Records: kinesis._Record[];
  readonly ContinuationSequenceNumber?: string;
  readonly MillisBehindLatest: number;
  readonly ChildShards?: kinesis.ChildShard[];
}

/** Enhanced fan-out inside the process: the lab's stand-in for the HTTP/2 push. */
export interface FanOut {
  /**
   * Yields events until the shard ends (the last event carries ChildShards) or `signal` is aborted.
   * Read through the consumer's own 2 MiB/s per shard, not the shard's shared limit.
   */
  subscribe(
    consumerArn: string,
    shardId: string,
    from: kinesis.StartingPosition,
    signal: AbortSignal,
  ): AsyncIterable<FanOutEvent>;
}

/** What totals are made of: counted by the engine itself, beside the API. */
export interface StreamCensus {
  /** Records that the stream has accepted since it was created. */
  accepted(streamName: string): number;
  /** Records of one shard with a sequence number above `sequenceNumber` (all of them when undefined). */
  countAfter(streamName: string, shardId: string, sequenceNumber: string | undefined): number;
  /** Records of one shard that arrived before `timeMs`. */
  countBefore(streamName: string, shardId: string, timeMs: number): number;
  /** Lab time before which records are past their retention now. */
  horizonMs(streamName: string): number;
  /** Reshard calls that were accepted: UpdateShardCount, SplitShard and MergeShards. */
  reshards(streamName: string): number;
}

/** What a starting lab sets up from its template, without the time the service takes for it. */
export interface StartUp {
  /** Tells whether there is such a stream, from an earlier run for example. */
  hasStream(streamName: string): boolean;
  /** Creates a stream that is ACTIVE at once, encrypted with this key if there is one. */
  openStream(input: kinesis.CreateStreamCommandInput, keyId?: string): void;
  /** Registers a consumer that is ACTIVE at once; returns its ARN. */
  openConsumer(input: kinesis.RegisterStreamConsumerCommandInput): string;
}
