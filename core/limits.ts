// Every number of Kinesis Data Streams that the platform checks, plans with or enforces in the lab. One number, one
// place: the unit is in the name, the source in brackets: an AWS API reference operation, or a page of the developer
// guide ("guide: …"). What no AWS page confirmed says "unverified". Lambda's and Firehose's stand in the files beside.

const MIB = 1_024 * 1_024;

// Shards

/** Bytes a shard takes in a second, data and partition keys: 1 MiB [CreateStream]. */
export const SHARD_WRITE_BYTES_PER_SECOND = MIB;
/** Records a shard takes in a second [CreateStream]. */
export const SHARD_WRITE_RECORDS_PER_SECOND = 1_000;
/** Bytes a shard gives in a second, shared by all GetRecords readers: 2 MiB [CreateStream]. */
export const SHARD_READ_BYTES_PER_SECOND = 2 * MIB;
/** GetRecords calls a shard answers in a second, shared by all readers [GetRecords]. */
export const SHARD_READ_CALLS_PER_SECOND = 5;
/** Shards of an account where the quota is highest: us-east-1, us-west-2, eu-west-1 [guide: Quotas and limits]. */
export const ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS = 20_000;
/** Shards of an account in the other Regions: 1,000, in some 6,000 [guide: Quotas and limits]. */
export const ACCOUNT_SHARDS_QUOTA_OTHER_REGIONS = 1_000;

// Streams

/** Characters of a stream name, out of a-z, A-Z, 0-9, '_', '.' and '-' [CreateStream]. */
export const STREAM_NAME_MAX_CHARACTERS = 128;
/** What a stream name is made of [CreateStream]. */
export const STREAM_NAME_PATTERN = /^[a-zA-Z0-9_.-]{1,128}$/;
/** Streams of an account that may be in CREATING at once [CreateStream]. */
export const STREAMS_CREATING_MAX = 5;
/** On-demand streams of an account [guide: Quotas and limits]. */
export const ON_DEMAND_STREAMS_QUOTA = 50;
/** Tags of one stream [AddTagsToStream]. */
export const STREAM_TAGS_MAX = 50;
/** Shortest retention, and the default [IncreaseStreamRetentionPeriod]. */
export const RETENTION_MIN_HOURS = 24;
/** Longest retention, 365 days [IncreaseStreamRetentionPeriod]. */
export const RETENTION_MAX_HOURS = 8_760;
/** Retention up to here is billed per shard-hour, beyond it per stored and retrieved GB [guide: Change the data retention period]. */
export const RETENTION_EXTENDED_MAX_HOURS = 168;
/** Switches between provisioned and on-demand in a rolling 24 hours [UpdateStreamMode]. */
export const MODE_SWITCHES_PER_DAY = 2;
/** Keys applied to a stream in a rolling 24 hours, and as often encryption may be stopped [StartStreamEncryption]. */
export const ENCRYPTION_CHANGES_PER_DAY = 25;

// Records

/** Largest record of a stream by default, data and partition key, in KiB [UpdateMaxRecordSize]. */
export const RECORD_DEFAULT_MAX_KIB = 1_024;
/** Largest that a stream's record size may be set to, in KiB [UpdateMaxRecordSize]. */
export const RECORD_HIGHEST_MAX_KIB = 10_240;
/** Largest record of a stream by default, data and partition key: 1 MiB [PutRecord]. */
export const RECORD_DEFAULT_MAX_BYTES = RECORD_DEFAULT_MAX_KIB * 1_024;
/** Largest record a stream can be set to take: 10 MiB [UpdateMaxRecordSize]. */
export const RECORD_HIGHEST_MAX_BYTES = RECORD_HIGHEST_MAX_KIB * 1_024;
/** Fewest characters of a partition key [PutRecord]. */
export const PARTITION_KEY_MIN_CHARACTERS = 1;
/** Most characters of a partition key [PutRecord]. */
export const PARTITION_KEY_MAX_CHARACTERS = 256;
/** Hash keys there are: MD5 has 128 bits [guide: Terminology and concepts]. */
export const HASH_KEY_COUNT = 2n ** 128n;
/** Highest hash key [PutRecord]. */
export const HASH_KEY_MAX = HASH_KEY_COUNT - 1n;

// Writing

/** Records of one PutRecords call [PutRecords]. */
export const PUT_RECORDS_MAX_RECORDS = 500;
/** Bytes of one PutRecords call, data and partition keys: 10 MiB [PutRecords]. */
export const PUT_RECORDS_MAX_BYTES = 10 * MIB;
/** What a PUT payload unit holds of one record: 25 KB [guide: Quotas and limits; pricing page]. */
export const PUT_PAYLOAD_UNIT_BYTES = 25 * 1_024;

// Reading

/** Records of one GetRecords reply, and the default of its Limit [GetRecords]. */
export const GET_RECORDS_MAX_RECORDS = 10_000;
/** Bytes of one GetRecords reply: 10 MiB [GetRecords]. */
export const GET_RECORDS_MAX_BYTES = 10 * MIB;
/** A reply of the full 10 MiB makes calls on the shard fail for this long [GetRecords]. */
export const GET_RECORDS_PENALTY_MS = 5_000;
/** Age at which a shard iterator expires [GetShardIterator]. */
export const SHARD_ITERATOR_EXPIRY_MS = 300_000;
/** Most shards of one ListShards page [ListShards]. */
export const LIST_SHARDS_MAX_RESULTS = 10_000;
/** Shards of one ListShards page by default [ListShards]. */
export const LIST_SHARDS_DEFAULT_RESULTS = 1_000;
/** Age at which a NextToken of ListShards expires [ListShards]. */
export const LIST_SHARDS_TOKEN_EXPIRY_MS = 300_000;

// Enhanced fan-out

/** Bytes a shard pushes in a second to each registered consumer: 2 MiB [guide: Enhanced fan-out consumers]. */
export const FAN_OUT_BYTES_PER_SECOND = 2 * MIB;
/** Registered consumers of a provisioned or On-demand Standard stream [RegisterStreamConsumer]. */
export const FAN_OUT_CONSUMERS_MAX = 20;
/** Registered consumers of a stream in an account with On-demand Advantage [RegisterStreamConsumer]. */
export const FAN_OUT_CONSUMERS_MAX_ADVANTAGE = 50;
/** Consumers of a stream that may be in CREATING at once [RegisterStreamConsumer]. */
export const FAN_OUT_CONSUMERS_CREATING_MAX = 5;
/** Characters of a consumer name, same alphabet as a stream name [RegisterStreamConsumer]. */
export const FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS = 128;
/** Length of a subscription, after which the consumer subscribes again [SubscribeToShard]. */
export const SUBSCRIPTION_DURATION_MS = 300_000;
/** SubscribeToShard calls a second for one consumer and shard [SubscribeToShard]. */
export const SUBSCRIBE_CALLS_PER_SECOND = 1;
/** A SubscribeToShard call sooner than this after a successful one is refused; a later one takes over [SubscribeToShard]. */
export const SUBSCRIBE_AGAIN_AFTER_MS = 5_000;

// Resharding

/** Shards that UpdateShardCount may set a stream to [UpdateShardCount]. */
export const UPDATE_SHARD_COUNT_MAX_SHARDS = 10_000;
/** UpdateShardCount calls of a stream in a rolling 24 hours [UpdateShardCount]. */
export const UPDATE_SHARD_COUNT_CALLS_PER_DAY = 10;
/** One UpdateShardCount call goes from half to double the open shards [UpdateShardCount]. */
export const UPDATE_SHARD_COUNT_MAX_FACTOR = 2;
/** SplitShard or MergeShards calls a second: per account [SplitShard], per stream [guide: Quotas and limits]. */
export const SPLIT_MERGE_CALLS_PER_SECOND = 5;
/** Time one split or merge takes. Unverified: AWS documents none, this is what scaling-utils assumes. */
export const RESHARD_STEP_MS = 30_000;
/** The rolling day that the call budgets count over. */
export const CALL_BUDGET_WINDOW_MS = 86_400_000;

// Control plane

/** DescribeStreamSummary calls a second, per account [DescribeStreamSummary]. */
export const DESCRIBE_SUMMARY_CALLS_PER_SECOND = 20;
/** ListShards calls a second, per stream [ListShards]. */
export const LIST_SHARDS_CALLS_PER_SECOND = 1_000;
/** UpdateShardCount calls a second, per account [UpdateShardCount]. */
export const UPDATE_SHARD_COUNT_CALLS_PER_SECOND = 10;

// On-demand streams

/** Shards a new On-demand Standard stream starts with: 4 MiB/s of writes [guide: Choose the right mode]. */
export const ON_DEMAND_START_SHARDS = 4;
/** Write traffic an On-demand Standard stream takes, as a multiple of its 30-day peak [guide: Choose the right mode]. */
export const ON_DEMAND_GROWTH_FACTOR = 2;
/** Traffic that outgrows the factor within this time is throttled [guide: Choose the right mode]. */
export const ON_DEMAND_GROWTH_WINDOW_MS = 900_000;
/** A shard busier than this is split, within 15 minutes: 500 KB/s [guide: Choose the right mode]. */
export const ON_DEMAND_SPLIT_ABOVE_BYTES_PER_SECOND = 500_000;
/** Shortest commitment to On-demand Advantage: 24 hours [guide: Choose the right mode]. */
export const COMMITMENT_MIN_MS = 86_400_000;
/** Highest warm throughput of a stream: 10 GiB/s; needs the account's On-demand Advantage [UpdateStreamWarmThroughput]. */
export const WARM_THROUGHPUT_MAX_MIB_PER_SECOND = 10_240;

// Metrics

/** Period of stream and shard metrics [guide: Monitor with CloudWatch]. */
export const METRIC_PERIOD_MS = 60_000;
/** The shard-level metrics that EnableEnhancedMonitoring's ALL stands for [EnableEnhancedMonitoring]. */
export const SHARD_LEVEL_METRICS = [
  'IncomingBytes',
  'IncomingRecords',
  'OutgoingBytes',
  'OutgoingRecords',
  'WriteProvisionedThroughputExceeded',
  'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
] as const;
