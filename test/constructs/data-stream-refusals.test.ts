import { expect, test } from '@jest/globals';
import { Duration, Size } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ConfigError } from '../../lib/errors.js';
import { DataStream, type DataStreamProps, RecordDistributionStrategy } from '../../lib/index.js';
import { aStack } from '../support/a-stack.js';

const { ON_DEMAND } = kinesis.StreamMode;
const { ALL, INCOMING_BYTES } = kinesis.ShardLevelMetrics;

function refusal(props: DataStreamProps): ConfigError {
  try {
    new DataStream(aStack(), 'Stream', props);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const SHARDS = `'shardCount' must be a whole number from 1 to 20000`;
const HOURS = `'retentionPeriod' must be a whole number of hours from 24 to 8760`;
const KIB = `'maxRecordSize' must be a whole number of KiB from 1024 to 10240`;
const WARM = `'warmThroughputMiBps' must be a whole number from 1 to 10240`;
const METRICS = `'shardLevelMetrics' must be ALL alone or distinct metrics`;
const NAME = `'streamName' must be 1 to 128 characters of a-z, A-Z, 0-9, '_', '.' and '-'`;

test.each<[string, DataStreamProps, string]>([
  [
    'an on-demand stream has a shard count',
    { streamMode: ON_DEMAND, shardCount: 2 },
    `'shardCount' must be left out with 'streamMode' ON_DEMAND, got 2; remove it, or set 'streamMode' to PROVISIONED`,
  ],
  [
    'a provisioned stream has warm throughput',
    { warmThroughputMiBps: 10 },
    `'warmThroughputMiBps' must be left out with 'streamMode' PROVISIONED, got 10; remove it, or set 'streamMode' to ON_DEMAND`,
  ],
  [
    'a provisioned stream has a record distribution',
    { recordDistributionStrategy: RecordDistributionStrategy.AUTO },
    `'recordDistributionStrategy' must be left out with 'streamMode' PROVISIONED, got AUTO; remove it, or set 'streamMode' to ON_DEMAND`,
  ],
  ['there is no shard', { shardCount: 0 }, `${SHARDS}, got 0; the upper bound is the highest account quota`],
  ['shards are in pieces', { shardCount: 1.5 }, `${SHARDS}, got 1.5; the upper bound is the highest account quota`],
  [
    'shards exceed any quota',
    { shardCount: 20_001 },
    `${SHARDS}, got 20001; the upper bound is the highest account quota`,
  ],
  [
    'retention is too short',
    { retentionPeriod: Duration.hours(23) },
    `${HOURS}, got 23; deliver to a bucket what must be kept longer`,
  ],
  [
    'retention is too long',
    { retentionPeriod: Duration.hours(8_761) },
    `${HOURS}, got 8761; deliver to a bucket what must be kept longer`,
  ],
  [
    'retention is no whole hour',
    { retentionPeriod: Duration.minutes(1_470) },
    `${HOURS}, got 24.5; deliver to a bucket what must be kept longer`,
  ],
  [
    'records are smaller than the service allows to say',
    { maxRecordSize: Size.kibibytes(1_023) },
    `${KIB}, got 1023; put what is larger into a bucket and its address into the record`,
  ],
  [
    'records are too large',
    { maxRecordSize: Size.mebibytes(11) },
    `${KIB}, got 11264; put what is larger into a bucket and its address into the record`,
  ],
  [
    'warm throughput is out of bounds',
    { streamMode: ON_DEMAND, warmThroughputMiBps: 10_241 },
    `${WARM}, got 10241; leave it out to let the service follow the traffic`,
  ],
  [
    'all metrics come with one of them',
    { shardLevelMetrics: [ALL, INCOMING_BYTES] },
    `${METRICS}, got ALL, IncomingBytes; remove the repeated ones`,
  ],
  [
    'a metric comes twice',
    { shardLevelMetrics: [INCOMING_BYTES, INCOMING_BYTES] },
    `${METRICS}, got IncomingBytes, IncomingBytes; remove the repeated ones`,
  ],
  ['the name has a space', { streamName: 'my clicks' }, `${NAME}, got 'my clicks'; rename it or leave it out`],
  [
    'there are more tags than the service takes',
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, ''])) },
    `'tags' must be at most 50, got 51; remove some`,
  ],
])('fails when %s', (_rule, props, message) => {
  const error = refusal(props);
  expect(error.message).toBe(`${message} [Stack/Stream]`);
  expect(error.constructPath).toBe('Stack/Stream');
});

test('fails when a customer key comes with another encryption', () => {
  const stack = aStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  const define = () => new DataStream(stack, 'Stream', { encryptionKey, encryption: kinesis.StreamEncryption.MANAGED });
  expect(define).toThrow(
    `'encryption' must be KMS when 'encryptionKey' is given, got MANAGED; remove one of the two [Stack/Stream]`,
  );
});
