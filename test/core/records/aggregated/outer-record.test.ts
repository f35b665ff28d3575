import { expect, test } from '@jest/globals';
import { AggregateBuilder, encodeAggregated } from '../../../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../../../core/records/aggregated/decode-record.js';
import { renderOuterRecord } from '../../../../core/records/aggregated/outer-record.js';
import type { UserRecord } from '../../../../core/records/aggregated/user-record.js';
import { aUserRecord } from '../../../support/a-user-record.js';

test('sends a single user record as it is', () => {
  const record = aUserRecord({ explicitHashKey: '5' });
  expect(outer(record)).toBe(record);
});

test("sends more as one, by the hash of the first one's key", () => {
  const records = [aUserRecord({ partitionKey: 'first' }), aUserRecord({ explicitHashKey: '5' })];
  expect(outer(...records)).toEqual({
    partitionKey: 'a',
    explicitHashKey: '184787798776517256703042355172915545301',
    data: encodeAggregated(records),
  });
});

test("sends more by the first one's own hash key, where it has one", () => {
  expect(outer(aUserRecord({ explicitHashKey: '5' }), aUserRecord()).explicitHashKey).toBe('5');
});

test.each([
  ['tags', aUserRecord({ tags: [{ key: 'producer', value: '7' }] })],
  ['bytes that are an aggregated record', aUserRecord({ data: encodeAggregated([aUserRecord()]) })],
])('aggregates a single user record with %s, so that it comes back as it was', (_what, record) => {
  expect(decodeRecord(outer(record).data)).toMatchObject({ kind: 'aggregated', records: [record] });
});

test('fails when there is nothing to send', () => {
  expect(() => outer()).toThrow("'builder' must hold a record, got none; add one first");
});

function outer(...records: readonly UserRecord[]): UserRecord {
  const builder = new AggregateBuilder();
  for (const record of records) builder.add(record);
  return renderOuterRecord(builder);
}
