import { expect, test } from '@jest/globals';
import { planPutRecords } from '../../../core/batching/plan-put-records.js';
import { aPutEntry } from '../../support/put-entry.js';

const entries = (count: number) => Array.from({ length: count }, () => aPutEntry());
const sizes = (...plan: Parameters<typeof planPutRecords>) =>
  planPutRecords(...plan).batches.map(({ length }) => length);

test.each([
  ['plans no call for nothing', 0, []],
  ['puts one record in one call', 1, [1]],
  ['fills a call to 500 records', 500, [500]],
  ['opens a second call for the 501st', 501, [500, 1]],
  ['opens as many calls as it takes', 1_200, [500, 500, 200]],
])('%s', (_rule, count, expected) => {
  expect(sizes(entries(count))).toEqual(expected);
});

test('fills a call to exactly its bytes, and no further', () => {
  expect(sizes(entries(5), { maxBytes: 8 })).toEqual([2, 2, 1]);
  expect(sizes(entries(5), { maxBytes: 11 })).toEqual([2, 2, 1]);
  expect(sizes(entries(5), { maxBytes: 12 })).toEqual([3, 2]);
});

test('fits ten full records in a call, not eleven', () => {
  const full = aPutEntry({ data: Buffer.alloc(1_024 * 1_024 - 1) });
  expect(sizes(Array.from({ length: 11 }, () => full))).toEqual([10, 1]);
});

test('leaves out what no call would take and says why', () => {
  const large = aPutEntry({ data: Buffer.alloc(2_000_000) });
  const plan = planPutRecords([aPutEntry(), large, aPutEntry()]);
  expect(plan.batches.map(({ length }) => length)).toEqual([2]);
  expect(plan.refused).toEqual([{ entry: large, rule: 'RecordTooLarge', reason: expect.stringContaining('2000001') }]);
});

test('fails when a record is larger than a whole call', () => {
  const plan = planPutRecords([aPutEntry()], { maxBytes: 3 });
  expect(plan).toEqual({ batches: [], refused: [expect.objectContaining({ rule: 'RecordTooLarge' })] });
});
