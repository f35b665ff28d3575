import { expect, test } from '@jest/globals';
import { batchesOf, type NumberedRecord, PRODUCERS } from '../../bench/chaos/put-numbered.js';

const loadOf = (seed: number, records: number): (readonly NumberedRecord[])[][] =>
  Array.from({ length: PRODUCERS }, (_, producer) => [...batchesOf(seed, producer, records)]);

test('the same seed puts the same records in the same puts, another seed others', () => {
  expect(loadOf(5, 400)).toEqual(loadOf(5, 400));
  expect(loadOf(6, 400)).not.toEqual(loadOf(5, 400));
});

test('no put holds two records of a key, keys belong to one producer, and their numbers count from 0', () => {
  const next = new Map<number, number>();
  const owners = new Map<number, number>();
  loadOf(5, 400).forEach((batches, producer) => {
    expect(batches.flat()).toHaveLength(400);
    for (const batch of batches) {
      expect(new Set(batch.map(({ key }) => key)).size).toBe(batch.length);
      for (const { key, number, data } of batch) {
        expect(number).toBe(next.get(key) ?? 0);
        expect(data.toString()).toMatch(new RegExp(`^${key} ${number} \\.*$`));
        expect(owners.get(key) ?? producer).toBe(producer);
        next.set(key, number + 1);
        owners.set(key, producer);
      }
    }
  });
});
