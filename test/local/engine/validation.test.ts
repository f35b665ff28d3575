import { expect, test } from '@jest/globals';
import { anEngine, STREAM } from '../../support/an-engine.js';

const ARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
const detected = (text: string) => `1 validation error detected: ${text}`;
const entry = { Data: Buffer.from('a'), PartitionKey: 'k' };

test.each([
  [
    'a required member is missing',
    'CreateStream',
    {},
    'ValidationException',
    detected("Value null at 'streamName' failed to satisfy constraint: Member must not be null"),
  ],
  [
    'a name has characters it may not have',
    'CreateStream',
    { StreamName: 'a b' },
    'ValidationException',
    detected(
      "Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ),
  ],
  [
    'a number is out of its range',
    'GetRecords',
    { ShardIterator: 'x', Limit: 10_001 },
    'ValidationException',
    detected(
      "Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    ),
  ],
  [
    'a choice is none of those there are',
    'UpdateShardCount',
    { StreamName: STREAM, TargetShardCount: 2, ScalingType: 'RANDOM' },
    'ValidationException',
    detected(
      "Value 'RANDOM' at 'scalingType' failed to satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]",
    ),
  ],
  [
    'a member has the wrong type',
    'PutRecord',
    { StreamName: STREAM, Data: Buffer.from('a'), PartitionKey: 7 },
    'SerializationException',
    "'PartitionKey' must be a string, got a number",
  ],
  ['no stream is named', 'ListShards', {}, 'InvalidArgumentException', 'Either StreamName or StreamARN must be given.'],
  [
    'more than 500 records are put at once',
    'PutRecords',
    { StreamName: STREAM, Records: Array(501).fill(entry) },
    'ValidationException',
    detected("Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500"),
  ],
  [
    'a record is over the size of the stream, its key included',
    'PutRecords',
    { StreamName: STREAM, Records: [entry, { Data: Buffer.alloc(1_048_576), PartitionKey: 'k' }] },
    'ValidationException',
    detected(
      "Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    ),
  ],
  [
    'a record has no key',
    'PutRecords',
    { StreamName: STREAM, Records: [{ Data: Buffer.from('a') }] },
    'ValidationException',
    detected("Value null at 'records.1.member.partitionKey' failed to satisfy constraint: Member must not be null"),
  ],
  [
    'a batch is over 10 MiB',
    'PutRecords',
    { StreamName: STREAM, Records: Array(11).fill({ Data: Buffer.alloc(1_000_000), PartitionKey: 'k' }) },
    'InvalidArgumentException',
    'Records size exceeds 10 MB limit',
  ],
  [
    'an explicit hash key is beyond the key space',
    'PutRecord',
    { StreamName: STREAM, ...entry, ExplicitHashKey: String(2n ** 128n) },
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
  ],
  [
    'the stream exists already',
    'CreateStream',
    { StreamName: STREAM },
    'ResourceInUseException',
    `Stream ${STREAM} under account 000000000000 already exists.`,
  ],
  [
    'an on-demand stream is given a shard count',
    'CreateStream',
    { StreamName: 'other', ShardCount: 2, StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
    'ValidationException',
    'ShardCount must not be given for a stream in mode ON_DEMAND.',
  ],
  [
    'warm throughput is set on a provisioned stream',
    'UpdateStreamWarmThroughput',
    { StreamARN: ARN, WarmThroughputMiBps: 10 },
    'ValidationException',
    `Request is invalid. Stream ${STREAM} under account 000000000000 is in Provisioned mode.`,
  ],
  [
    'retention is lowered by Increase',
    'IncreaseStreamRetentionPeriod',
    { StreamName: STREAM, RetentionPeriodHours: 23 },
    'InvalidArgumentException',
    `Requested retention period (23 hours) for stream ${STREAM} must be 24 to 8760 hours with IncreaseStreamRetentionPeriod.`,
  ],
  [
    'the operation is not offered',
    'CreateChannel',
    {},
    'UnknownOperationException',
    'Operation CreateChannel is outside the lab: its Kinesis has no channels; try them in an account.',
  ],
] as const)('fails when %s', async (_rule, operation, input, name, message) => {
  const { engine } = anEngine();
  await expect(engine.call(operation, input)).rejects.toMatchObject({ name, message, status: 400 });
});
