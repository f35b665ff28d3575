import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ShardCheckpoint } from '../../../local/event-sources/shard-checkpoint.js';
import { aStreamRecord } from '../../support/a-mapping.js';

test('the checkpoint is the last record before which everything is settled, in whatever order that happened', () => {
  const orders = fc.integer({ min: 1, max: 40 }).chain((size) =>
    fc.tuple(
      fc.shuffledSubarray(
        Array.from({ length: size }, (_, index) => index),
        { minLength: 0 },
      ),
      fc.constant(size),
    ),
  );
  fc.assert(
    fc.property(orders, ([order, size]) => {
      const checkpoint = new ShardCheckpoint();
      const records = Array.from({ length: size }, (_, index) => aStreamRecord(index));
      for (const record of records) checkpoint.admit(record);
      for (const index of order) checkpoint.settle([records[index]!]);
      const settled = new Set(order);
      const open = records.findIndex((_, index) => !settled.has(index));
      const behind = open === -1 ? size : open;
      expect(checkpoint.sequenceNumber).toBe(behind === 0 ? undefined : String(behind - 1));
      expect(checkpoint.ahead).toBe(settled.size - behind);
      for (const [index, { sequenceNumber }] of records.entries()) {
        expect(checkpoint.isSettled(sequenceNumber)).toBe(settled.has(index));
      }
      expect(checkpoint.unsettled).toBe(size - settled.size);
    }),
  );
});

test('what one run has settled the next one never takes in, and everything else it does, once', () => {
  const cases = fc.integer({ min: 1, max: 40 }).chain((size) => {
    const indexes = Array.from({ length: size }, (_, index) => index);
    return fc.record({
      size: fc.constant(size),
      first: fc.shuffledSubarray(indexes),
      second: fc.shuffledSubarray(indexes),
    });
  });
  fc.assert(
    fc.property(cases, ({ size, first, second }) => {
      const records = Array.from({ length: size }, (_, index) => aStreamRecord(index));
      const settled = new Set(first);
      let checkpoint = new ShardCheckpoint();
      for (const record of records) checkpoint.admit(record);
      for (const index of first) checkpoint.settle([records[index]!]);
      for (const order of [second, []]) {
        const kept = checkpoint.kept();
        checkpoint = new ShardCheckpoint(kept);
        const from = kept.sequenceNumber === undefined ? 0 : Number(kept.sequenceNumber) + 1;
        expect(from + checkpoint.ahead).toBe(settled.size);
        for (const [index, { sequenceNumber }] of records.entries()) {
          expect(checkpoint.isSettled(sequenceNumber)).toBe(settled.has(index));
        }
        // A reader that is killed again has not come to the end.
        const read = records.slice(from, from + order.length + 1);
        for (const record of read) {
          const isNew = checkpoint.admit(record);
          expect(isNew).toBe(!settled.has(Number(record.sequenceNumber)));
          if (!isNew || !order.includes(Number(record.sequenceNumber))) continue;
          checkpoint.settle([record]);
          settled.add(Number(record.sequenceNumber));
        }
      }
    }),
  );
});
