import { describe, expect, test } from '@jest/globals';
import { parseInput, renderOutput } from '../../../local/engine/http/json-shapes.js';

describe('what comes in', () => {
  test('bytes are read from base64 and times from seconds, wherever they stand', () => {
    const body = {
      Data: 'AQI=',
      Records: [{ Data: '', PartitionKey: 'k' }],
      Timestamp: 1.5,
      ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: 2 },
    };
    expect(parseInput(Buffer.from(JSON.stringify(body)))).toEqual({
      Data: Buffer.from([1, 2]),
      Records: [{ Data: Buffer.alloc(0), PartitionKey: 'k' }],
      Timestamp: new Date(1_500),
      ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: new Date(2_000) },
    });
  });

  test('an empty body is an input without members', () => {
    expect(parseInput(Buffer.alloc(0))).toEqual({});
  });

  test.each([
    ['it is no JSON', '{', 'not valid JSON'],
    ['it is no object', '[]', 'must be a JSON object'],
    ['bytes are not text', '{"Data":7}', "'Data' must be base64 text"],
    ['bytes are not base64', '{"Data":"a*b="}', "'Data' must be base64 text"],
    ['a record is no object', '{"Records":["a"]}', "Each of 'Records' must be an object"],
  ] as const)('fails when %s', (_rule, body, text) => {
    expect(() => parseInput(Buffer.from(body))).toThrow(text);
  });
});

describe('what goes out', () => {
  test('times are seconds with their milliseconds', () => {
    expect(JSON.parse(renderOutput({ Consumer: { ConsumerCreationTimestamp: new Date(1_767_607_200_123) } }))).toEqual({
      Consumer: { ConsumerCreationTimestamp: 1_767_607_200.123 },
    });
  });

  test('records keep their bytes and any key, beside the other members', () => {
    const record = {
      SequenceNumber: '49',
      ApproximateArrivalTimestamp: new Date(1_500),
      Data: Buffer.from('ä'),
      PartitionKey: 'quote " and ü',
      EncryptionType: 'KMS' as const,
    };
    const output = { NextShardIterator: 'x', ChildShards: undefined, MillisBehindLatest: 0, Records: [record] };
    expect(JSON.parse(renderOutput(output))).toEqual({
      NextShardIterator: 'x',
      MillisBehindLatest: 0,
      Records: [{ ...record, ApproximateArrivalTimestamp: 1.5, Data: 'w6Q=' }],
    });
    expect(JSON.parse(renderOutput({ Records: [record] })).Records).toHaveLength(1);
    expect(renderOutput({ Records: [] })).toBe('{"Records":[]}');
    expect(renderOutput({})).toBe('{}');
  });
});
