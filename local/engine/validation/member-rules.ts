// The shape of every input member, as data: the service checks types first, then constraints, before it looks at any
// stream. Patterns, and the numbers that stand here, are the API model's.
import {
  FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS,
  GET_RECORDS_MAX_RECORDS,
  LIST_SHARDS_MAX_RESULTS,
  PARTITION_KEY_MAX_CHARACTERS,
  PARTITION_KEY_MIN_CHARACTERS,
  PUT_RECORDS_MAX_RECORDS,
  RECORD_DEFAULT_MAX_KIB,
  RECORD_HIGHEST_MAX_BYTES,
  RECORD_HIGHEST_MAX_KIB,
  SHARD_LEVEL_METRICS,
  STREAM_NAME_MAX_CHARACTERS,
} from '../../../core/limits.js';

/** Constraint of one member. Lengths count characters, entries or bytes. */
export interface MemberRule {
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'map' | 'structure' | 'blob' | 'time';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** Members of a structure. */
  readonly members?: Readonly<Record<string, MemberRule>>;
  /** Those of them that a structure must have. */
  readonly required?: readonly string[];
  /** Texts of a list, or the values of a map. */
  readonly each?: MemberRule;
  /** Keys of a map. */
  readonly keys?: MemberRule;
}

const NAME = /^[a-zA-Z0-9_.-]+$/;
const SHARD: MemberRule = { type: 'string', min: 1, max: 128, pattern: NAME };
const HASH_KEY: MemberRule = { type: 'string', pattern: /^(0|([1-9]\d{0,38}))$/ };
const SEQUENCE: MemberRule = { type: 'string', pattern: /^(0|([1-9]\d{0,128}))$/ };
const CONSUMER_ARN = /^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+(:[0-9]+)?$/;
const TAG_KEY: MemberRule = { type: 'string', min: 1, max: 128 };
const TIME: MemberRule = { type: 'time' };
const FILTER_TYPES = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
];
const ITERATOR_TYPES = ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'];

/** Rules by member name; a member means the same in every operation. */
export const MEMBER_RULES: Readonly<Record<string, MemberRule>> = {
  AdjacentShardToMerge: SHARD,
  ConsumerARN: { type: 'string', min: 1, max: 2_048, pattern: CONSUMER_ARN },
  ConsumerName: { type: 'string', min: 1, max: FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS, pattern: NAME },
  Data: { type: 'blob', max: RECORD_HIGHEST_MAX_BYTES },
  DryRun: { type: 'boolean' },
  EncryptionType: { type: 'string', values: ['NONE', 'KMS'] },
  EnforceConsumerDeletion: { type: 'boolean' },
  ExclusiveStartShardId: SHARD,
  ExclusiveStartStreamName: { type: 'string', min: 1, max: STREAM_NAME_MAX_CHARACTERS, pattern: NAME },
  ExclusiveStartTagKey: { type: 'string', min: 1, max: 128 },
  ExplicitHashKey: HASH_KEY,
  KeyId: { type: 'string', min: 1, max: 2_048 },
  MinimumThroughputBillingCommitment: {
    type: 'structure',
    members: { Status: { type: 'string', values: ['ENABLED', 'DISABLED'] } },
    required: ['Status'],
  },
  Limit: { type: 'number', min: 1, max: GET_RECORDS_MAX_RECORDS },
  MaxRecordSizeInKiB: { type: 'number', min: RECORD_DEFAULT_MAX_KIB, max: RECORD_HIGHEST_MAX_KIB },
  MaxResults: { type: 'number', min: 1, max: LIST_SHARDS_MAX_RESULTS },
  NewStartingHashKey: HASH_KEY,
  NextToken: { type: 'string', min: 1, max: 1_048_576 },
  PartitionKey: { type: 'string', min: PARTITION_KEY_MIN_CHARACTERS, max: PARTITION_KEY_MAX_CHARACTERS },
  Policy: { type: 'string' },
  RecordDistributionStrategy: { type: 'string', values: ['AUTO', 'USER_PARTITION_KEY'] },
  Records: { type: 'list', min: 1, max: PUT_RECORDS_MAX_RECORDS },
  ResourceARN: { type: 'string', min: 1, max: 2_048, pattern: /^arn:aws.*:kinesis:.*:\d{12}:.*stream\/\S+$/ },
  RetentionPeriodHours: { type: 'number' },
  ScalingType: { type: 'string', values: ['UNIFORM_SCALING'] },
  SequenceNumberForOrdering: SEQUENCE,
  ShardCount: { type: 'number', min: 1 },
  ShardFilter: {
    type: 'structure',
    members: { Type: { type: 'string', values: FILTER_TYPES }, ShardId: SHARD, Timestamp: TIME },
    required: ['Type'],
  },
  ShardId: SHARD,
  ShardIterator: { type: 'string', min: 1, max: 512 },
  ShardIteratorType: { type: 'string', values: ITERATOR_TYPES },
  ShardLevelMetrics: { type: 'list', min: 1, max: SHARD_LEVEL_METRICS.length, each: { type: 'string' } },
  ShardToMerge: SHARD,
  ShardToSplit: SHARD,
  StartingPosition: {
    type: 'structure',
    members: { Type: { type: 'string', values: ITERATOR_TYPES }, SequenceNumber: SEQUENCE, Timestamp: TIME },
    required: ['Type'],
  },
  StartingSequenceNumber: SEQUENCE,
  StreamARN: { type: 'string', min: 1, max: 2_048, pattern: /^arn:aws.*:kinesis:.*:\d{12}:stream\/\S+$/ },
  StreamCreationTimestamp: TIME,
  StreamId: { type: 'string', min: 1, max: 24 },
  StreamModeDetails: {
    type: 'structure',
    members: { StreamMode: { type: 'string', values: ['PROVISIONED', 'ON_DEMAND'] } },
    required: ['StreamMode'],
  },
  StreamName: { type: 'string', min: 1, max: STREAM_NAME_MAX_CHARACTERS, pattern: NAME },
  TagKeys: { type: 'list', min: 1, max: 50, each: TAG_KEY },
  Tags: { type: 'map', min: 1, max: 200, keys: TAG_KEY, each: { type: 'string', min: 0, max: 256 } },
  TargetShardCount: { type: 'number', min: 1 },
  Timestamp: TIME,
  WarmThroughputMiBps: { type: 'number', min: 0 },
};
