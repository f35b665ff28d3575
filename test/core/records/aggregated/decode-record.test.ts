import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { encodeAggregated } from '../../../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../../../core/records/aggregated/decode-record.js';
import { aUserRecord, comparable } from '../../../support/a-user-record.js';

const TABLES = '0a0161 0a0162 120137';
const [FIRST, SECOND] = ['1a07 0800 1a03010203', '1a06 0801 1001 1a00'] as const;
const HASHED = '1a06 0801 1000 1a00';

test.each([
  ['tables and records in any order', `${FIRST} ${HASHED} ${TABLES}`],
  ['fields of a record in any order', `${TABLES} 1a07 1a03010203 0800 1a06 1a00 1000 0801`],
  ['fields that are given twice: the last counts', `${TABLES} 1a0b 0801 1a00 1a03010203 0800 ${HASHED}`],
  ['numbers that are longer than they need be', `${TABLES} 9a00 9100 0880808080808080808000 1a8300 010203 ${HASHED}`],
  ['unknown fields of every wire type', `2801 31${'00'.repeat(8)} 3a0101 3d00000000 ${TABLES} ${FIRST} ${HASHED}`],
  ['unknown groups, in each other', `${TABLES} 2b 2801 33 3a0101 34 2c ${FIRST} ${HASHED}`],
  ['unknown fields of a record', `${TABLES} 1a0c 0800 1a03010203 2a0101 3005 ${HASHED}`],
  ['known fields of another wire type', `0801 1001 1801 ${TABLES} 1a0a 0a0105 0800 1a03010203 ${HASHED}`],
])('reads %s', (_what, message) => {
  expect(decode(message)).toEqual([
    { partitionKey: 'a', data: '010203' },
    { partitionKey: 'b', explicitHashKey: '7', data: '' },
  ]);
});

test('reads tags, with a value and without', () => {
  const tags = [{ key: 'producer', value: '7' }, { key: 'n', value: '' }, { key: 'bare' }];
  const decoded = decodeRecord(encodeAggregated([aUserRecord({ tags })]));
  expect(decoded).toMatchObject({ kind: 'aggregated', records: [{ tags }] });
});

test('gives views of the bytes, not copies', () => {
  const padded = new Uint8Array([9, 9, ...encodeAggregated([aUserRecord({ data: Buffer.of(1, 2) })])]);
  const decoded = decodeRecord(padded.subarray(2));
  const data = decoded.kind === 'aggregated' ? decoded.records[0]!.data : undefined;
  expect(data?.buffer).toBe(padded.buffer);
  expect([...data!]).toEqual([1, 2]);
});

test('keeps the records before one whose key is in no table, and tells how many are lost', () => {
  expect(lost(`${TABLES} ${FIRST} 1a04 0802 1a00 ${FIRST}`)).toEqual([1, 2]);
  expect(lost(`${TABLES} ${FIRST} ${HASHED} ${SECOND} ${FIRST}`)).toEqual([2, 2]);
  expect(lost(FIRST)).toEqual([0, 1]);
  expect(lost(`${TABLES} 1a0d 08ffffffffffffffffff01 1a00`)).toEqual([0, 1]);
});

test('takes an index by its low 32 bits, as the KCL does', () => {
  expect(decode(`${TABLES} 1a09 08818080808001 1a00`)).toEqual([{ partitionKey: 'b', data: '' }]);
});

test.each([
  ['no bytes', Buffer.alloc(0)],
  ['a piece of the magic', Buffer.from('f3899a', 'hex')],
  ['the magic and a digest of nothing', aggregate('')],
  ['another magic', Buffer.concat([Buffer.from('f3899ac3', 'hex'), aggregate(TABLES).subarray(4)])],
  ['another digest', Buffer.concat([aggregate(TABLES).subarray(0, -1), Buffer.of(0x55)])],
  ['a record without a key index', aggregate(`${TABLES} 1a02 1a00`)],
  ['a record without data', aggregate(`${TABLES} 1a02 0800`)],
  ['a tag without a key', aggregate(`${TABLES} 1a08 0800 1a00 2202 1200`)],
  ['a field that goes on behind the end', aggregate(`${TABLES} 1a07 0800 1a04010203`)],
  ['a record that goes on behind the end', aggregate('0a02 61')],
  ['a length below zero', aggregate('0affffffff0f')],
  ['a varint of eleven bytes', aggregate(`28${'80'.repeat(10)}00`)],
  ['a varint that does not end', aggregate('2880')],
  ['field number zero', aggregate('0000')],
  ['wire type 6', aggregate('2e')],
  ['wire type 7', aggregate('2f')],
  ['the end of a group that has not begun', aggregate('2c')],
  ['the end of another group', aggregate('2b34')],
  ['a group that does not end', aggregate('2b2801')],
  ['groups a hundred and one deep', aggregate('2b'.repeat(101) + '2c'.repeat(101))],
])('takes %s for a plain record', (_what, data) => {
  expect(decodeRecord(data)).toEqual({ kind: 'plain' });
});

test('reads groups a hundred deep, and what stands in the innermost', () => {
  expect(decode(`${TABLES} ${'2b'.repeat(100)} 2801 ${'2c'.repeat(100)} ${FIRST}`)).toHaveLength(1);
});

function decode(message: string) {
  const decoded = decodeRecord(aggregate(message));
  if (decoded.kind === 'plain') throw new Error('taken for a plain record');
  expect(decoded.lost).toBe(0);
  return decoded.records.map(comparable);
}

function lost(message: string) {
  const decoded = decodeRecord(aggregate(message));
  return decoded.kind === 'plain' ? 'plain' : [decoded.records.length, decoded.lost];
}

/** The bytes of a message in hexadecimal, blanks for the eye, with magic and digest. */
function aggregate(message: string): Buffer {
  const bytes = Buffer.from(message.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), bytes, createHash('md5').update(bytes).digest()]);
}
