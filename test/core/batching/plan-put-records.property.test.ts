import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planPutRecords } from '../../../core/batching/plan-put-records.js';
import { recordBytes } from '../../../core/records/record-size.js';

const limits = fc.record({
  maxRecords: fc.integer({ min: 1, max: 20 }),
  maxBytes: fc.integer({ min: 1, max: 300 }),
  maxRecordBytes: fc.integer({ min: 1, max: 100 }),
});

const someEntries = fc.array(
  fc.record({
    data: fc.nat(120).map((size) => new Uint8Array(size)),
    partitionKey: fc.string({ maxLength: 12, unit: 'grapheme' }),
  }),
  { maxLength: 120 },
);

const bytesOf = (batch: readonly { data: Uint8Array; partitionKey: string }[]) =>
  batch.reduce((sum, { data, partitionKey }) => sum + recordBytes(data, partitionKey), 0);

test('loses nothing, repeats nothing and keeps the order', () => {
  fc.assert(
    fc.property(someEntries, limits, (entries, given) => {
      const { batches, refused } = planPutRecords(entries, given);
      const left = new Set(refused.map(({ entry }) => entry));
      expect(refused).toHaveLength(left.size);
      expect(batches.flat()).toEqual(entries.filter((entry) => !left.has(entry)));
      expect(batches.flat().length + refused.length).toBe(entries.length);
    }),
    { numRuns: 300 },
  );
});

test('no call passes a limit or is empty', () => {
  fc.assert(
    fc.property(someEntries, limits, (entries, given) => {
      for (const batch of planPutRecords(entries, given).batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(given.maxRecords);
        expect(bytesOf(batch)).toBeLessThanOrEqual(given.maxBytes);
      }
    }),
    { numRuns: 300 },
  );
});

test('makes no call that the one before had room for', () => {
  fc.assert(
    fc.property(someEntries, limits, (entries, given) => {
      const { batches } = planPutRecords(entries, given);
      for (const [i, batch] of batches.slice(0, -1).entries()) {
        const withNext = [...batch, batches[i + 1]![0]!];
        expect(withNext.length > given.maxRecords || bytesOf(withNext) > given.maxBytes).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
