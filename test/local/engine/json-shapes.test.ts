import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInput, renderOutput } from '../../../local/engine/http/json-shapes.js';
import { scanPutRecords } from '../../../local/engine/http/scan-put-records.js';

const render = (output: unknown) => Buffer.from(renderOutput(output)).toString('utf8');

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
    expect(JSON.parse(render({ Consumer: { ConsumerCreationTimestamp: new Date(1_767_607_200_123) } }))).toEqual({
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
    expect(JSON.parse(render(output))).toEqual({
      NextShardIterator: 'x',
      MillisBehindLatest: 0,
      Records: [{ ...record, ApproximateArrivalTimestamp: 1.5, Data: 'w6Q=' }],
    });
    expect(JSON.parse(render({ Records: [record] })).Records).toHaveLength(1);
    expect(render({ Records: [] })).toBe('{"Records":[]}');
    expect(render({})).toBe('{}');
  });
});

describe('a PutRecords body that is read from its bytes', () => {
  const parse = (body: string) => parseInput(Buffer.from(body), 'PutRecords');
  const read = (body: string) => scanPutRecords(Buffer.from(body));

  test('gives what the ordinary way gives', () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/["\\\p{Cc}\p{Cs}]/gu, ''));
    const entry = fc.record(
      {
        Data: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
        PartitionKey: text,
        ExplicitHashKey: fc.nat().map(String),
      },
      { requiredKeys: ['Data', 'PartitionKey'] },
    );
    const call = fc.record({ StreamName: text, Records: fc.array(entry, { minLength: 1, maxLength: 5 }) });
    fc.assert(
      fc.property(call, fc.constantFrom(undefined, 1), (input, indent) => {
        const body = JSON.stringify(input, undefined, indent);
        expect(read(body)).toBeDefined();
        expect(parse(body)).toEqual(parseInput(Buffer.from(body)));
      }),
    );
  });

  test.each([
    ['escapes', '{"Records":[{"Data":"AQ==","PartitionKey":"a\\u0062"}]}'],
    ['members it does not know', '{"Records":[{"Data":"AQ==","PartitionKey":"a"}],"DryRun":true}'],
    ['nulls', '{"Records":[{"Data":"AQ==","PartitionKey":"a","ExplicitHashKey":null}]}'],
    ['no records', '{"Records":[],"StreamName":"s"}'],
    ['no bytes', '{"StreamName":"s"}'],
  ] as const)('leaves %s to the ordinary way', (_rule, body) => {
    expect(read(body)).toBeUndefined();
    expect(parse(body)).toEqual(parseInput(Buffer.from(body)));
  });

  test.each([
    ['it breaks off', '{"Records":[{"Data":"AQ==","PartitionKey":"a"}]'],
    ['something follows', '{"Records":[{"Data":"AQ==","PartitionKey":"a"}]}x'],
    ['bytes are not base64', '{"Records":[{"Data":"a*b=","PartitionKey":"a"}]}'],
    ['a text does not end', '{"Records":[{"Data":"AQ=='],
    ['a comma has nothing behind it', '{"Records":[{"Data":"AQ==",}]}'],
  ] as const)('fails when %s', (_rule, body) => {
    expect(read(body)).toBeUndefined();
    expect(() => parse(body)).toThrow();
  });
});

test('put results go out with their errors', () => {
  const output = {
    FailedRecordCount: 1,
    Records: [
      { SequenceNumber: '49', ShardId: 'shardId-000000000000' },
      { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded für "x"' },
    ],
  };
  expect(JSON.parse(render(output))).toEqual(output);
});

test('a member that is null is one that is not there', () => {
  const body = '{"StreamName":"s","PartitionKey":null,"ShardFilter":{"Type":"AT_LATEST","Timestamp":null}}';
  const read = (text: string) => parseInput(Buffer.from(text));
  expect(read(body)).toEqual({ StreamName: 's', ShardFilter: { Type: 'AT_LATEST' } });
  const entries = '{"Records":[{"Data":"AQ==","PartitionKey":"k","ExplicitHashKey":null}]}';
  expect(read(entries)).toEqual({ Records: [{ Data: Buffer.from([1]), PartitionKey: 'k' }] });
});
