import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { spillKey } from '../../../runtime/producer/outcomes/render-spilled.js';
import { s3Spill } from '../../../runtime/producer/outcomes/spill-s3.js';

const s3 = mockClient(S3Client);
const putAtMs = Date.UTC(2026, 10, 21, 12);
const aSpilled = (partitionKey: string) => ({
  record: { partitionKey, data: Buffer.from('bytes') },
  putAtMs,
  errorCode: 'Expired',
  message: 'too old',
  attempts: 3,
});

test('keeps what is given up together in one object, a line for each record', async () => {
  s3.on(PutObjectCommand).resolves({});
  const sink = s3Spill({ bucket: 'kept', producer: 'shop', region: 'us-east-1' });
  await sink.spill([aSpilled('a'), aSpilled('ключ')]);
  const { Bucket, Key, Body, ContentType } = s3.commandCalls(PutObjectCommand)[0]!.args[0].input;
  expect([Bucket, ContentType]).toEqual(['kept', 'application/x-ndjson']);
  expect(Key).toMatch(/^records\/shop\/spilled\/2026-11-21T12:00:00\.000Z-[0-9a-f]{8}\.ndjson$/);
  const lines = String(Body).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    ['a', 'ключ'].map((partitionKey) => ({
      shardId: '',
      sequenceNumber: '',
      partitionKey,
      arrivalTime: '2026-11-21T12:00:00.000Z',
      errorType: 'Expired',
      reason: 'too old',
      data: Buffer.from('bytes').toString('base64'),
    })),
  );
});

test('fails when the bucket does not take it', async () => {
  s3.on(PutObjectCommand).rejects(new Error('no such bucket'));
  const sink = s3Spill({ bucket: 'gone', producer: 'shop', region: 'us-east-1' });
  await expect(sink.spill([aSpilled('a')])).rejects.toThrow('no such bucket');
});

test('two objects of one moment have keys of their own', () => {
  expect(spillKey('shop', [aSpilled('a')], () => 0.1)).not.toBe(spillKey('shop', [aSpilled('a')], () => 0.2));
  expect(spillKey('shop', [aSpilled('a')], () => 0)).toMatch(/-00000000\.ndjson$/);
});
