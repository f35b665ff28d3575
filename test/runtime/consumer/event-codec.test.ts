import { describe, expect, test } from '@jest/globals';
import { eventCodec } from '../../../runtime/consumer/event-codec.js';
import { anEvent } from '../../support/kinesis-batch.js';

const decode = (data: string | Uint8Array) => eventCodec.decode(Buffer.from(data));

test('an event is decoded with whatever else it carries', () => {
  const event = { ...anEvent(), schema: 'v2' };
  expect(decode(JSON.stringify(event))).toEqual(event);
});

const broken = (changes: object) => JSON.stringify({ ...anEvent(), ...changes });

describe('fails when', () => {
  test.each([
    ['data is no JSON', 'hello', 'InvalidJson', 'data must be JSON in UTF-8'],
    ['data is empty', '', 'InvalidJson', 'data must be JSON in UTF-8'],
    ['data is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'InvalidJson', 'data must be JSON in UTF-8'],
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
  ])('%s', (_rule, data, errorType, message) => {
    expect(() => decode(data)).toThrow(expect.objectContaining({ name: 'PermanentError', errorType, message }));
  });
});

test('a reason never quotes the data', () => {
  const secret = 'hunter2';
  expect(() => decode(broken({ time: secret, type: 1, extra: secret }))).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(secret) }),
  );
});
