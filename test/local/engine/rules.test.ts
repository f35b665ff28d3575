// Every behaviour by which engines of Kinesis differ, and the rules of the conformance suite, or the tests beside this,
// that hold it. A behaviour without one, or one that was renamed, shows up here.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ALL_RULES } from '../../conformance/all-rules.js';

/** A rule of the suite, or a test by its file and name. */
type Held = readonly (string | readonly [file: string, name: string])[];

const BEHAVIOURS: Readonly<Record<string, Held>> = {
  'the default SDK client connects': ['The default SDK client, which speaks HTTP/2, connects and lists streams'],
  'CreateStream provisioned': ['CreateStream answers at once; the stream is CREATING, then ACTIVE with its shards'],
  'CreateStream on-demand': ['An on-demand stream starts with four shards'],
  'tags, record size and warm throughput at creation': [
    'CreateStream takes tags',
    'CreateStream takes a maximum record size',
    'CreateStream with warm throughput in an account that is not committed to it is refused',
    ['test/local/engine/on-demand', 'is there from the start where it is asked for at creation'],
  ],
  'addressing by ARN': ['A stream is addressed by its ARN as well as by its name'],
  'ListShards in pages': [
    'ListShards pages by MaxResults and NextToken',
    'A NextToken of ListShards expires after 300 seconds: ExpiredNextTokenException',
  ],
  'hash key ranges': ['A new stream divides the 128-bit hash key space evenly and without gaps'],
  'partition key to shard': ['A partition key goes to the shard whose range holds its MD5'],
  'limits of one request': [
    'PutRecords with more than 500 records: refused whole',
    'A record above 1 MiB, data and partition key, is refused by default',
    'PutRecords of more than 10 MiB, data and partition keys: refused whole',
  ],
  'write throttling': [
    'A shard takes 1,000 records a second: PutRecords beyond fails for the rest, each with its error code',
    'A shard takes 1 MiB a second: PutRecord beyond it throws ProvisionedThroughputExceededException',
    'A client that pushes 3 MB/s at one shard gets 1 MiB/s accepted, within 2 %',
  ],
  'read throttling': [
    'A shard answers five GetRecords a second; a sixth throws ProvisionedThroughputExceededException',
    'A shard gives 2 MiB a second to its polling readers together',
    'After a GetRecords that returned 10 MiB, calls within the next five seconds throw',
  ],
  'five iterator types': [
    'TRIM_HORIZON reads from the oldest record',
    'AT_SEQUENCE_NUMBER reads from that record on',
    'AFTER_SEQUENCE_NUMBER reads from the record after',
    'LATEST reads what comes after the iterator was taken',
    'AT_TIMESTAMP reads from the first record that arrived then or later',
  ],
  'AT_TIMESTAMP in the future': ['AT_TIMESTAMP in the future: InvalidArgumentException'],
  MillisBehindLatest: ['MillisBehindLatest is above zero while records are left to read, and zero at the tip'],
  'GetRecords of 10 MiB at most': ['A GetRecords returns at most 10 MiB, and the next iterator goes on after it'],
  'the end of a closed shard': [
    'A closed shard keeps its records, ends without a next iterator, and names its children',
  ],
  'SplitShard and MergeShards': [
    'SplitShard makes the stream UPDATING, closes the parent and opens two children with half-open ranges',
    'MergeShards makes one child with both parents',
  ],
  UpdateShardCount: [
    'UpdateShardCount doubles into even ranges, and tells the counts',
    'UpdateShardCount to more than double or less than half: LimitExceededException',
    'UpdateShardCount, SplitShard and MergeShards on an on-demand stream are refused',
    'UpdateShardCount more than ten times in a rolling 24 hours: LimitExceededException',
  ],
  UpdateStreamMode: [
    'UpdateStreamMode switches between provisioned and on-demand',
    'UpdateStreamMode more than twice in 24 hours: LimitExceededException',
  ],
  'retention to 8,760 hours': ['Retention goes up to 8,760 hours and down to 24'],
  encryption: [
    'StartStreamEncryption turns on KMS, which puts and reads then mention; StopStreamEncryption turns it off',
  ],
  'shard-level metrics': ['EnableEnhancedMonitoring with ALL turns on the seven shard-level metrics'],
  'registered consumers': [
    'RegisterStreamConsumer of a name that is taken: ResourceInUseException',
    'A stream has at most 20 registered consumers: LimitExceededException',
    'ListStreamConsumers pages by MaxResults and NextToken',
  ],
  SubscribeToShard: [
    'Each pushed event says where to go on: a new subscription AFTER its continuation number misses nothing',
    'The last event of a closed shard names its children, and the subscription ends',
    'A second SubscribeToShard within five seconds of a successful one: ResourceInUseException',
    'A SubscribeToShard after five seconds takes over, and the older subscription ends',
    'A subscription ends after five minutes',
  ],
  tags: [
    'AddTagsToStream, ListTagsForStream and RemoveTagsFromStream keep tags by key',
    'TagResource, ListTagsForResource and UntagResource work on a stream',
    'TagResource works on a registered consumer',
  ],
  'resource policies': ['PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy keep a policy'],
  DescribeLimits: ['DescribeLimits counts open shards and on-demand streams against their limits'],
  'records up to 10 MiB': ['UpdateMaxRecordSize lets records of up to 10 MiB in'],
  'warm throughput': [
    'UpdateStreamWarmThroughput on a provisioned stream is refused',
    ['test/local/engine/on-demand', 'opens shards ahead of traffic, and lets go of them again'],
  ],
  'account settings': [
    'DescribeAccountSettings tells the status of the throughput commitment',
    ['test/local/engine/on-demand', 'a commitment lasts for a day at least'],
  ],
  'record distribution, and channels by name': [
    'With AUTO, records of one partition key spread over the shards',
    ['test/local/engine/validation', 'the operation is not offered'],
  ],
  'deletion with consumers': [
    'DeleteStream of a stream with registered consumers: ResourceInUseException, unless EnforceConsumerDeletion',
  ],
  'a restart': [
    ['test/e2e/durability', 'every acknowledged record survives a kill, in its place, and numbers go on growing'],
    [
      'test/e2e/durability',
      'streams, settings, consumers and accepted reshards survive a kill; what was deleted stays so',
    ],
  ],
  'a bad iterator': ['GetRecords with a made-up iterator: InvalidArgumentException'],
};

test.each(Object.entries(BEHAVIOURS))('%s', (_behaviour, held) => {
  const rules = new Set(ALL_RULES.map(({ rule }) => rule));
  const isThere = (each: Held[number]) => {
    if (typeof each === 'string') return rules.has(each);
    const [file, name] = each;
    const source = readFileSync(`${file}.test.ts`, 'utf8');
    return source.includes(`'${name}'`);
  };
  expect(held.filter((each) => !isThere(each))).toEqual([]);
});
