import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AggregateBuilder, encodeAggregated } from '../../../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../../../core/records/aggregated/user-record.js';
import { anyUserRecord, aUserRecord, comparable } from '../../../support/a-user-record.js';

test('is the magic, the tables, the records and the MD5 of the message, byte for byte', () => {
  const message = Buffer.from(
    [
      '0a0161', // partition key 'a'
      '0a0162', // partition key 'b'
      '120137', // explicit hash key '7'
      '1a0708001a03010203', // key 0, three bytes
      '1a06080110001a00', // key 1, hash key 0, no bytes
      '1a0508001a01ff', // key 0 again
    ].join(''),
    'hex',
  );
  const aggregated = encodeAggregated([
    { partitionKey: 'a', data: Buffer.of(1, 2, 3) },
    { partitionKey: 'b', explicitHashKey: '7', data: Buffer.alloc(0) },
    { partitionKey: 'a', data: Buffer.of(255) },
  ]);
  const md5 = createHash('md5').update(message).digest();
  expect(Buffer.from(aggregated).toString('hex')).toBe(
    Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, md5]).toString('hex'),
  );
});

test('gives back every user record: keys, hash keys, bytes and tags, in order', () => {
  fc.assert(
    fc.property(fc.array(anyUserRecord, { minLength: 1, maxLength: 40 }), (records) => {
      expect(decoded(encodeAggregated(records)).map(comparable)).toEqual(records.map(comparable));
    }),
  );
});

test('knows its size, and the size with one more, to the byte', () => {
  fc.assert(
    fc.property(fc.array(anyUserRecord, { minLength: 1, maxLength: 20 }), fc.array(fc.boolean()), (records, asked) => {
      const builder = new AggregateBuilder();
      records.forEach((record, i) => {
        const size = asked[i] ? builder.sizeWith(record) : undefined;
        builder.add(record);
        const bytes = builder.build().length;
        expect(builder.bytes).toBe(bytes);
        expect(size ?? bytes).toBe(bytes);
      });
    }),
  );
});

test('measures a record again when another has been added since', () => {
  const builder = new AggregateBuilder();
  const record = aUserRecord();
  const alone = builder.sizeWith(record);
  builder.add(aUserRecord({ data: Buffer.alloc(0) }));
  builder.add(record);
  expect(builder.sizeWith(record)).toBeLessThan(builder.bytes + alone);
  expect(builder.build().length).toBe(builder.bytes);
});

test('starts anew when it is cleared', () => {
  const builder = new AggregateBuilder();
  builder.add(aUserRecord({ partitionKey: 'x', explicitHashKey: '1' }));
  builder.sizeWith(aUserRecord());
  builder.clear();
  expect([builder.records.length, builder.bytes]).toEqual([0, 20]);
  const record = aUserRecord({ partitionKey: 'y', explicitHashKey: '2' });
  builder.add(record);
  expect(builder.build()).toEqual(encodeAggregated([record]));
});

test('holds many keys and many bytes', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `key-${i % 15_000}`);
  const records = keys.map((partitionKey) => ({ partitionKey, data: Buffer.alloc(420, partitionKey) }));
  const aggregated = encodeAggregated(records);
  expect(aggregated.length).toBeGreaterThan(8 * 1_024 * 1_024);
  expect(decoded(aggregated).map(({ partitionKey }) => partitionKey)).toEqual(keys);
});

test.each([
  ['many', Array.from({ length: 3_000 }, (_, i) => `a-key-of-its-own-${i}`)],
  [
    'alike but for their middle',
    Array.from({ length: 200 }, (_, i) => `${'k'.repeat(60)}${1_000 + i}${'k'.repeat(60)}`),
  ],
])('a key that is there is not written again when keys are %s', (_, keys) => {
  const builder = new AggregateBuilder();
  const records = keys.map((partitionKey) => aUserRecord({ partitionKey, data: Buffer.alloc(0) }));
  for (const record of records) builder.add(record);
  for (const record of records) expect(builder.sizeWith(record) - builder.bytes).toBeLessThan(10);
});

test('writes a lone surrogate as what UTF-8 has for it, and sizes it so', () => {
  const builder = new AggregateBuilder();
  builder.add(aUserRecord({ partitionKey: 'a\ud800b' }));
  expect(builder.bytes).toBe(builder.build().length);
  expect(decoded(builder.build())[0]!.partitionKey).toBe('a\ufffdb');
});

function decoded(aggregated: Uint8Array): readonly UserRecord[] {
  const record = decodeRecord(aggregated);
  if (record.kind === 'plain') throw new Error('taken for a plain record');
  expect(record.lost).toBe(0);
  return record.records;
}
