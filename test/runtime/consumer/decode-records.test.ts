import { describe, expect, test } from '@jest/globals';
import { decodeRecord } from '../../../runtime/consumer/decode-records.js';
import { anEvent, aRecord, SHARD, sequenceNumber } from '../../support/kinesis-batch.js';

test('a record with an event is usable, with whatever else the event carries', () => {
  const event = { ...anEvent(), schema: 'v2' };
  expect(decodeRecord(aRecord(1, event))).toMatchObject({ kind: 'usable', sequenceNumber: sequenceNumber(1), event });
});

const broken = (changes: object) => JSON.stringify({ ...anEvent(), ...changes });

describe('fails when', () => {
  test.each([
    ['data is no JSON', 'hello', 'InvalidJson', 'data must be JSON in UTF-8'],
    ['data is empty', '', 'InvalidJson', 'data must be JSON in UTF-8'],
    ['data is a list', '[]', 'InvalidEvent', 'event must be a JSON object'],
    ['the id is missing', broken({ id: undefined }), 'InvalidEvent', "'id' must be a string of at least 1 character"],
    ['the time is none', broken({ time: 'noon' }), 'InvalidEvent', "'time' must be an ISO 8601 time"],
    [
      'the key is too long',
      broken({ key: 'k'.repeat(257) }),
      'InvalidEvent',
      "'key' must be a string of 1 to 256 characters",
    ],
    ['the payload is a list', broken({ payload: [] }), 'InvalidEvent', "'payload' must be an object"],
    [
      'two fields are wrong',
      broken({ type: 3, key: '' }),
      'InvalidEvent',
      "'type' must be a string of at least 1 character; 'key' must be a string of 1 to 256 characters",
    ],
  ])('%s', (_rule, data, errorType, reason) => {
    expect(decodeRecord(aRecord(1, data))).toMatchObject({ kind: 'bad', errorType, reason });
  });
});

test('fails when data is not UTF-8', () => {
  const record = aRecord(1, anEvent());
  const data = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
  expect(decodeRecord({ ...record, kinesis: { ...record.kinesis, data } })).toMatchObject({ errorType: 'InvalidJson' });
});

test('a bad record keeps its bytes and where it came from', () => {
  expect(decodeRecord(aRecord(5, 'hello'))).toEqual({
    kind: 'bad',
    shardId: SHARD,
    sequenceNumber: sequenceNumber(5),
    partitionKey: 'k',
    arrivalTime: '2026-11-21T00:00:05.000Z',
    errorType: 'InvalidJson',
    reason: 'data must be JSON in UTF-8',
    data: Buffer.from('hello').toString('base64'),
  });
});

test('a reason never quotes the data', () => {
  const secret = 'hunter2';
  const record = decodeRecord(aRecord(1, broken({ time: secret, type: 1, extra: secret })));
  expect(record.kind === 'bad' && record.reason).not.toContain(secret);
});
