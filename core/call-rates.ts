// How often each operation of Kinesis Data Streams may be called, from its page of the API reference
// (https://docs.aws.amazon.com/kinesis/latest/APIReference/): calls a second, and what shares them. Operations without
// a rate there are not in the table.
import {
  DESCRIBE_SUMMARY_CALLS_PER_SECOND,
  LIST_SHARDS_CALLS_PER_SECOND,
  UPDATE_SHARD_COUNT_CALLS_PER_SECOND,
} from './limits.js';

/** A rate, and whether all calls of the account share it, or those about one stream or one shard. */
export interface CallRate {
  readonly perSecond: number;
  readonly per: 'account' | 'stream' | 'shard';
}

const FIVE_PER_ACCOUNT: CallRate = { perSecond: 5, per: 'account' };
const FIVE_PER_STREAM: CallRate = { perSecond: 5, per: 'stream' };

/** Rates by operation. */
export const CALL_RATES: Readonly<Record<string, CallRate>> = {
  AddTagsToStream: FIVE_PER_ACCOUNT,
  CreateStream: FIVE_PER_ACCOUNT,
  DeleteStream: FIVE_PER_ACCOUNT,
  DeregisterStreamConsumer: FIVE_PER_STREAM,
  DescribeAccountSettings: FIVE_PER_ACCOUNT,
  DescribeLimits: { perSecond: 1, per: 'account' },
  DescribeStream: { perSecond: 10, per: 'account' },
  DescribeStreamConsumer: { perSecond: 20, per: 'stream' },
  DescribeStreamSummary: { perSecond: DESCRIBE_SUMMARY_CALLS_PER_SECOND, per: 'account' },
  GetShardIterator: { perSecond: 5, per: 'shard' },
  ListShards: { perSecond: LIST_SHARDS_CALLS_PER_SECOND, per: 'stream' },
  ListStreamConsumers: FIVE_PER_STREAM,
  ListStreams: FIVE_PER_ACCOUNT,
  ListTagsForStream: FIVE_PER_ACCOUNT,
  MergeShards: FIVE_PER_ACCOUNT,
  RegisterStreamConsumer: FIVE_PER_ACCOUNT,
  RemoveTagsFromStream: FIVE_PER_ACCOUNT,
  SplitShard: FIVE_PER_ACCOUNT,
  UpdateAccountSettings: FIVE_PER_ACCOUNT,
  UpdateShardCount: { perSecond: UPDATE_SHARD_COUNT_CALLS_PER_SECOND, per: 'account' },
  UpdateStreamWarmThroughput: FIVE_PER_ACCOUNT,
};
