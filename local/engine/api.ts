// The Kinesis operations as the lab's own parts call them: in process here, over HTTP from anywhere else.
// Shapes are the SDK's own; only their types are imported.
import type * as kinesis from '@aws-sdk/client-kinesis';

/** One function per operation, named as in the Kinesis API. Each throws a ServiceError as the service would. */
export interface KinesisApi {
  CreateStream(input: kinesis.CreateStreamCommandInput): Promise<Record<string, never>>;
  DescribeStreamSummary(
    input: kinesis.DescribeStreamSummaryCommandInput,
  ): Promise<Omit<kinesis.DescribeStreamSummaryCommandOutput, '$metadata'>>;
  ListShards(input: kinesis.ListShardsCommandInput): Promise<Omit<kinesis.ListShardsCommandOutput, '$metadata'>>;
  GetShardIterator(
    input: kinesis.GetShardIteratorCommandInput,
  ): Promise<Omit<kinesis.GetShardIteratorCommandOutput, '$metadata'>>;
  GetRecords(input: kinesis.GetRecordsCommandInput): Promise<Omit<kinesis.GetRecordsCommandOutput, '$metadata'>>;
  PutRecords(input: kinesis.PutRecordsCommandInput): Promise<Omit<kinesis.PutRecordsCommandOutput, '$metadata'>>;
  UpdateShardCount(
    input: kinesis.UpdateShardCountCommandInput,
  ): Promise<Omit<kinesis.UpdateShardCountCommandOutput, '$metadata'>>;
  RegisterStreamConsumer(
    input: kinesis.RegisterStreamConsumerCommandInput,
  ): Promise<Omit<kinesis.RegisterStreamConsumerCommandOutput, '$metadata'>>;
}

/** One push of an enhanced fan-out subscription, as in SubscribeToShardEvent. */
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
  /** Reshard calls that were accepted: UpdateShardCount, SplitShard and MergeShards. */
  reshards(streamName: string): number;
}
