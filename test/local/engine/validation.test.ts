import { expect, test } from '@jest/globals';
import { OPERATIONS } from '../../../local/engine/operations/all-operations.js';
import { ServiceError } from '../../../local/service-error.js';
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
    'retention is below a day',
    'DecreaseStreamRetentionPeriod',
    { StreamName: STREAM, RetentionPeriodHours: 23 },
    'InvalidArgumentException',
    'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
  ],
  [
    'retention is above a year',
    'IncreaseStreamRetentionPeriod',
    { StreamName: STREAM, RetentionPeriodHours: 8_761 },
    'InvalidArgumentException',
    'Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.',
  ],
  [
    'retention is raised by Decrease',
    'DecreaseStreamRetentionPeriod',
    { StreamName: STREAM, RetentionPeriodHours: 25 },
    'InvalidArgumentException',
    `Requested retention period (25 hours) for stream ${STREAM} can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.`,
  ],
  [
    'the oldest record is asked for by a sequence number',
    'GetShardIterator',
    {
      ...{ StreamName: STREAM, ShardId: 'shardId-000000000000' },
      ...{ ShardIteratorType: 'TRIM_HORIZON', StartingSequenceNumber: '1' },
    },
    'InvalidArgumentException',
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified TRIM_HORIZON and also a StartingSequenceNumber.',
  ],
  [
    'a count is no whole number',
    'CreateStream',
    { StreamName: 'other', ShardCount: 2.5 },
    'SerializationException',
    "'ShardCount' must be a whole number, got the number 2.5",
  ],
  [
    'a structure lacks what it must have',
    'CreateStream',
    { StreamName: 'other', StreamModeDetails: {} },
    'ValidationException',
    detected("Value null at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must not be null"),
  ],
  [
    'a structure has a choice that is none',
    'UpdateStreamMode',
    { StreamARN: ARN, StreamModeDetails: { StreamMode: 'SOMETIMES' } },
    'ValidationException',
    detected(
      "Value 'SOMETIMES' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]",
    ),
  ],
  [
    'a time inside a structure is none',
    'ListShards',
    { StreamName: STREAM, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: 'yesterday' } },
    'SerializationException',
    "'ShardFilter.timestamp' must be a time, got a string",
  ],
  [
    'a commitment has a status that is none',
    'UpdateAccountSettings',
    { MinimumThroughputBillingCommitment: { Status: 'MAYBE' } },
    'ValidationException',
    detected(
      "Value 'MAYBE' at 'minimumThroughputBillingCommitment.status' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]",
    ),
  ],
  [
    'the key of a tag is too long',
    'AddTagsToStream',
    { StreamName: STREAM, Tags: { ['k'.repeat(129)]: 'v' } },
    'ValidationException',
    detected(
      "Value at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
    ),
  ],
  [
    'the value of a tag is too long',
    'AddTagsToStream',
    { StreamName: STREAM, Tags: { k: 'v'.repeat(257) } },
    'ValidationException',
    detected(
      "Value at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]",
    ),
  ],
  [
    'an item of a list is no text',
    'EnableEnhancedMonitoring',
    { StreamName: STREAM, ShardLevelMetrics: [{}] },
    'SerializationException',
    "'ShardLevelMetrics' must be a string, got an object",
  ],
  [
    'a record is none',
    'PutRecords',
    { StreamName: STREAM, Records: [undefined] },
    'SerializationException',
    "Each of 'Records' must be a structure of 'Data', a blob, and of 'PartitionKey' and 'ExplicitHashKey', strings.",
  ],
  [
    'the key of a record is a number',
    'PutRecords',
    { StreamName: STREAM, Records: [{ Data: Buffer.from('a'), PartitionKey: 5 }] },
    'SerializationException',
    "Each of 'Records' must be a structure of 'Data', a blob, and of 'PartitionKey' and 'ExplicitHashKey', strings.",
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

test('fails a call with DryRun that would have succeeded, and changes nothing', async () => {
  const { engine } = anEngine();
  const DryRun = true;
  const name = 'DryRunOperationException';
  await expect(engine.PutRecord({ StreamName: STREAM, ...entry, DryRun })).rejects.toMatchObject({ name });
  await expect(engine.PutRecords({ StreamName: STREAM, Records: [entry], DryRun })).rejects.toMatchObject({ name });
  const place = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  await expect(engine.GetShardIterator({ ...place, DryRun })).rejects.toMatchObject({ name });
  const { ShardIterator } = await engine.GetShardIterator(place);
  await expect(engine.GetRecords({ ShardIterator, DryRun })).rejects.toMatchObject({ name });
  expect((await engine.GetRecords({ ShardIterator })).Records).toEqual([]);
  const wrong = engine.PutRecord({ StreamName: 'none', ...entry, DryRun });
  await expect(wrong).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

/** What a client in any language may send by mistake. */
const ODD: readonly unknown[] = [
  ...[null, 0, -1, 2.5, 1e300, '', 'x', '9'.repeat(39), true, [], {}, [null], [{}], ['x'], { Type: 5 }, { k: null }],
  { Type: 'AT_TIMESTAMP', Timestamp: 'x' },
  { Type: 'AT_TIMESTAMP', Timestamp: new Date(Number.NaN) },
  { Type: 'AFTER_SHARD_ID' },
  [{ Data: 'x', PartitionKey: 'k' }],
  [{ Data: Buffer.from('a'), PartitionKey: 'k', ExplicitHashKey: 5 }],
];

const REQUIRED: Readonly<Record<string, unknown>> = {
  ...entry,
  ...{ StreamARN: ARN, ResourceARN: ARN, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
  ...{ ShardLevelMetrics: ['ALL'], Tags: { a: 'b' }, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
  ...{
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    Records: [entry],
    ConsumerName: 'c',
    RetentionPeriodHours: 30,
  },
};

test.each(Object.keys(OPERATIONS))('%s answers any odd value with an error of the service', async (operation) => {
  const { required, optional } = OPERATIONS[operation as keyof typeof OPERATIONS];
  const base = Object.fromEntries(required.map((member) => [member, REQUIRED[member]]));
  for (const member of [...required, ...optional]) {
    for (const value of ODD) {
      const { engine } = anEngine({ enforceLimits: false });
      const input = { ...(optional.includes('StreamName') && { StreamName: STREAM }), ...base, [member]: value };
      const error = await engine.call(operation, input).catch((reason: unknown) => reason);
      if (error instanceof Error) expect([member, value, error]).toEqual([member, value, expect.any(ServiceError)]);
      await engine.close();
    }
  }
});
