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
