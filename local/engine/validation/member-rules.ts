// The shape of every input member, as data: the service checks types first, then constraints, before it looks at any
// stream. Numbers and patterns are the API model's.

/** Constraint of one member. Lengths count characters, entries or bytes. */
export interface MemberRule {
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'map' | 'structure' | 'blob' | 'time';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
}

const NAME = /^[a-zA-Z0-9_.-]+$/;
const SHARD: MemberRule = { type: 'string', min: 1, max: 128, pattern: NAME };
const HASH_KEY: MemberRule = { type: 'string', pattern: /^(0|([1-9]\d{0,38}))$/ };
const SEQUENCE: MemberRule = { type: 'string', pattern: /^(0|([1-9]\d{0,128}))$/ };
const CONSUMER_ARN = /^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+(:[0-9]+)?$/;
const ITERATOR_TYPES = ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'];

/** Rules by member name; a member means the same in every operation. */
export const MEMBER_RULES: Readonly<Record<string, MemberRule>> = {
  AdjacentShardToMerge: SHARD,
  ConsumerARN: { type: 'string', min: 1, max: 2_048, pattern: CONSUMER_ARN },
  ConsumerName: { type: 'string', min: 1, max: 128, pattern: NAME },
  Data: { type: 'blob', max: 10_485_760 },
  DryRun: { type: 'boolean' },
  EncryptionType: { type: 'string', values: ['NONE', 'KMS'] },
  EnforceConsumerDeletion: { type: 'boolean' },
  ExclusiveStartShardId: SHARD,
  ExclusiveStartStreamName: { type: 'string', min: 1, max: 128, pattern: NAME },
  ExclusiveStartTagKey: { type: 'string', min: 1, max: 128 },
  ExplicitHashKey: HASH_KEY,
  KeyId: { type: 'string', min: 1, max: 2_048 },
  MinimumThroughputBillingCommitment: { type: 'structure' },
  Limit: { type: 'number', min: 1, max: 10_000 },
  MaxRecordSizeInKiB: { type: 'number', min: 1_024, max: 10_240 },
  MaxResults: { type: 'number', min: 1, max: 10_000 },
  NewStartingHashKey: HASH_KEY,
  NextToken: { type: 'string', min: 1, max: 1_048_576 },
  PartitionKey: { type: 'string', min: 1, max: 256 },
  Policy: { type: 'string' },
  RecordDistributionStrategy: { type: 'string', values: ['AUTO', 'USER_PARTITION_KEY'] },
  Records: { type: 'list', min: 1, max: 500 },
  ResourceARN: { type: 'string', min: 1, max: 2_048, pattern: /^arn:aws.*:kinesis:.*:\d{12}:.*stream\/\S+$/ },
  RetentionPeriodHours: { type: 'number' },
  ScalingType: { type: 'string', values: ['UNIFORM_SCALING'] },
  SequenceNumberForOrdering: SEQUENCE,
  ShardCount: { type: 'number', min: 1 },
  ShardFilter: { type: 'structure' },
  ShardId: SHARD,
  ShardIterator: { type: 'string', min: 1, max: 512 },
  ShardIteratorType: { type: 'string', values: ITERATOR_TYPES },
  ShardLevelMetrics: { type: 'list', min: 1, max: 7 },
  ShardToMerge: SHARD,
  ShardToSplit: SHARD,
  StartingPosition: { type: 'structure' },
  StartingSequenceNumber: SEQUENCE,
  StreamARN: { type: 'string', min: 1, max: 2_048, pattern: /^arn:aws.*:kinesis:.*:\d{12}:stream\/\S+$/ },
  StreamCreationTimestamp: { type: 'time' },
  StreamId: { type: 'string', min: 1, max: 24 },
  StreamModeDetails: { type: 'structure' },
  StreamName: { type: 'string', min: 1, max: 128, pattern: NAME },
  TagKeys: { type: 'list', min: 1, max: 50 },
  Tags: { type: 'map', min: 1, max: 200 },
  TargetShardCount: { type: 'number', min: 1 },
  Timestamp: { type: 'time' },
  WarmThroughputMiBps: { type: 'number', min: 0 },
};
