import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { FailedRecord } from '../../../runtime/consumer/failed-record.js';
import { failureKey, storeFailures } from '../../../runtime/consumer/failure-store.js';
import { s3FailureStore } from '../../../runtime/consumer/failure-store-aws.js';
import { SHARD, sequenceNumber } from '../../support/kinesis-batch.js';

const s3 = mockClient(S3Client);
afterEach(() => {
  s3.reset();
});

const bad = (position: number, subSequenceNumber?: number): FailedRecord => ({
  shardId: SHARD,
  sequenceNumber: sequenceNumber(position),
  ...(subSequenceNumber === undefined ? {} : { subSequenceNumber }),
  partitionKey: 'k',
  arrivalTime: '2026-11-21T00:00:00.000Z',
  errorType: 'InvalidJson',
  reason: 'data must be JSON in UTF-8',
  data: 'aGVsbG8=',
});

test('one object holds the failures of an invocation, a line each, named after the first', async () => {
  s3.on(PutObjectCommand).resolves({});
  await storeFailures(s3FailureStore('failures'), 'fn', [bad(7), bad(9)]);
  const [call, ...more] = s3.commandCalls(PutObjectCommand);
  expect(more).toEqual([]);
  const { Bucket, Key, Body } = call!.args[0].input;
  expect([Bucket, Key]).toEqual(['failures', `records/fn/${SHARD}/${sequenceNumber(7)}.ndjson`]);
  const lines = String(Body).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).sequenceNumber)).toEqual([sequenceNumber(7), sequenceNumber(9)]);
  expect(Object.keys(JSON.parse(lines[0]!))).toEqual([
    'shardId',
    'sequenceNumber',
    'partitionKey',
    'arrivalTime',
    'errorType',
    'reason',
    'data',
  ]);
});

test('writes nothing when nothing failed', async () => {
  await storeFailures(s3FailureStore('failures'), 'fn', []);
  expect(s3.commandCalls(PutObjectCommand)).toEqual([]);
});

test('fails when the bucket refuses', async () => {
  s3.on(PutObjectCommand).rejects(new Error('AccessDenied'));
  await expect(storeFailures(s3FailureStore('failures'), 'fn', [bad(1)])).rejects.toThrow('AccessDenied');
});

test('records of one aggregated record that fail in two invocations stand in two objects', () => {
  const place = `records/fn/${SHARD}/${sequenceNumber(7)}`;
  expect([failureKey('fn', bad(7, 3)), failureKey('fn', bad(7, 0))]).toEqual([
    `${place}.3.ndjson`,
    `${place}.0.ndjson`,
  ]);
});
