import { KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { ProducerPorts } from '../../../runtime/producer/ports.js';
import { awsProducerPorts } from '../../../runtime/producer/ports-aws.js';
import { aPutEntry } from '../../support/put-entry.js';

const kinesis = mockClient(KinesisClient);
let ports: ProducerPorts;

beforeEach(() => {
  kinesis.reset();
  ports = awsProducerPorts({ region: 'us-east-1' });
});
afterEach(() => ports.close());

const put = (count = 1) =>
  ports.putRecords(
    'orders',
    Array.from({ length: count }, () => aPutEntry()),
  );

test('makes one PutRecords call to the stream', async () => {
  kinesis.on(PutRecordsCommand).resolves({ Records: [{ ShardId: 's', SequenceNumber: '1' }] });
  await ports.putRecords('orders', [aPutEntry({ explicitHashKey: '7' })]);
  expect(kinesis.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input.StreamName)).toEqual(['orders']);
});

test('reads what became of each entry', async () => {
  kinesis.on(PutRecordsCommand).resolves({
    FailedRecordCount: 1,
    Records: [
      { ShardId: 's', SequenceNumber: '1' },
      { ErrorCode: 'InternalFailure', ErrorMessage: 'oh' },
    ],
  });
  expect(await put(2)).toEqual({
    kind: 'replied',
    entries: [
      { kind: 'put', shardId: 's', sequenceNumber: '1' },
      { kind: 'failed', errorCode: 'InternalFailure', message: 'oh' },
    ],
  });
});

test('fails when the reply holds fewer results than entries were sent', async () => {
  kinesis.on(PutRecordsCommand).resolves({ Records: [{ ShardId: 's', SequenceNumber: '1' }] });
  expect(await put(2)).toEqual({
    kind: 'failed',
    errorCode: 'ResultCountMismatch',
    message: 'put records failed: 2 entries sent, 1 results came back',
    retryable: false,
  });
});

const anError = (name: string, extra: object = {}) => Object.assign(new Error('why'), { name, ...extra });

test.each([
  ['a throttled request', anError('ProvisionedThroughputExceededException'), true],
  ['a throttled key', anError('KMSThrottlingException'), true],
  ['a lost connection', anError('Error', { code: 'ECONNRESET' }), true],
  ['a request that timed out', anError('TimeoutError'), true],
  ['an unknown error of the service', anError('Strange', { $metadata: { httpStatusCode: 500 } }), true],
  [
    'a skewed clock that was set right',
    anError('InvalidSignatureException', { $metadata: { clockSkewCorrected: true } }),
    true,
  ],
  ['a stream that is not there', anError('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } }), false],
  ['missing permission', anError('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), false],
  ['an invalid request', anError('ValidationException'), false],
])('tells whether another try is worth it: %s', async (_rule, error, retryable) => {
  kinesis.on(PutRecordsCommand).rejects(error);
  const errorCode = 'code' in error ? error.code : error.name;
  expect(await put()).toEqual({ kind: 'failed', errorCode, message: 'why', retryable });
});

test('a wait ends early when aborted', async () => {
  await expect(ports.sleep(60_000, AbortSignal.abort())).resolves.toBeUndefined();
});

test('lists all pages of the open shards', async () => {
  const page = (shardId: string, range: readonly [string, string], NextToken?: string) => ({
    Shards: [
      {
        ShardId: shardId,
        HashKeyRange: { StartingHashKey: range[0], EndingHashKey: range[1] },
        SequenceNumberRange: { StartingSequenceNumber: '1' },
      },
    ],
    ...(NextToken === undefined ? {} : { NextToken }),
  });
  kinesis
    .on(ListShardsCommand)
    .resolvesOnce(page('a', ['0', '255'], 'next'))
    .resolvesOnce(page('b', ['256', '340282366920938463463374607431768211455']));
  expect(await ports.listShards('orders')).toEqual({
    kind: 'listed',
    shards: [
      { shardId: 'a', start: '\0'.repeat(16), end: `${'\0'.repeat(15)}\xff` },
      { shardId: 'b', start: `${'\0'.repeat(14)}\x01\0`, end: '\xff'.repeat(16) },
    ],
  });
  expect(kinesis.commandCalls(ListShardsCommand).map(({ args }) => args[0].input)).toEqual([
    { StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' }, MaxResults: 1_000 },
    { NextToken: 'next', MaxResults: 1_000 },
  ]);
});

test('fails when the shards may not be listed', async () => {
  kinesis.on(ListShardsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  expect(await ports.listShards('orders')).toMatchObject({ kind: 'failed', errorCode: 'AccessDeniedException' });
});
