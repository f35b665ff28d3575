// What a mark keeps, and what a consumer makes of it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NUMBER_TAG, PRODUCER_TAG } from '../../../runtime/consumer/index.js';
import { decodeMark, encodeMark, type Mark, MarkReader } from '../../../runtime/consumer/mark.js';
import { ProducerWindows } from '../../../runtime/consumer/producer-windows.js';
import { ALL_DONE, aConsumer, down, failedAt, numbered, plainBatch } from '../../support/a-consumer.js';
import { anAggregate, aPlain, type InnerRecord } from '../../support/aggregated-records.js';
import { sequenceNumber } from '../../support/kinesis-batch.js';
import { memoryMarks } from '../../support/memory-marks.js';

const at = (position: number, subSequenceNumber?: number) => ({
  sequenceNumber: sequenceNumber(position),
  subSequenceNumber,
});

test('is read as it was written', () => {
  const place = fc.tuple(fc.nat(1e6), fc.option(fc.nat(500), { nil: undefined })).map(([a, b]) => at(a, b));
  const ranges = fc
    .uniqueArray(fc.nat(1e6), { maxLength: 20 })
    .map((positions) =>
      positions.sort((a, b) => a - b).map((position) => ({ from: at(position, 0), to: at(position, 7) })),
    );
  const marks: fc.Arbitrary<Mark> = fc.record({
    through: fc.option(place, { nil: undefined }),
    above: ranges,
    failing: fc.option(fc.record({ position: place, attempts: fc.nat(99) }), { nil: undefined }),
    producers: fc.constantFrom([], [['p', 3, 'CA==']] as const),
  });
  fc.assert(fc.property(marks, (mark) => expect(decodeMark(encodeMark(mark))).toEqual(mark)));
});

test('has what lies through its place and in its ranges, and nothing else', () => {
  const reader = new MarkReader({
    through: at(3, 1),
    above: [
      { from: at(3, 4), to: at(5, 0) },
      { from: at(7, 2), to: at(7, 3) },
    ],
    producers: [],
  });
  const places = [at(1, 0), at(3, 1), at(3, 2), at(3, 4), at(4, 9), at(5, 0), at(5, 1), at(7, 1), at(7, 3), at(8, 0)];
  expect(places.map((place) => reader.has(place))).toEqual([
    true,
    true,
    false,
    true,
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
});

test('of a thousand ranges fits an item of 400 KB many times', () => {
  const above = Array.from({ length: 1_000 }, (_, i) => ({ from: at(i * 1e6, 0), to: at(i * 1e6 + 1, 499) }));
  expect(Buffer.byteLength(encodeMark({ through: at(0), above, producers: [] }))).toBeLessThan(40_000);
});

test('numbers of a producer are known exactly within the window, and none is known that was not seen', () => {
  const numbers = fc.array(fc.nat(9_000), { maxLength: 300 });
  fc.assert(
    fc.property(numbers, (seen) => {
      let windows = new ProducerWindows();
      const expected = new Set<number>();
      let highest = -1;
      for (const [i, number] of seen.entries()) {
        if (i % 50 === 49) windows = ProducerWindows.restore(windows.store());
        const known = windows.has('p', number);
        if (known) expect(expected.has(number)).toBe(true);
        else if (expected.has(number)) expect(number).toBeLessThanOrEqual(highest - 4_096);
        windows.add('p', number);
        expected.add(number);
        highest = Math.max(highest, number);
      }
      expect(windows.has('q', 1)).toBe(false);
    }),
  );
});

describe('a mark', () => {
  const tagged = (n: number, producer = 'p1'): InnerRecord => ({
    ...numbered(n),
    tags: [
      { key: PRODUCER_TAG, value: producer },
      { key: NUMBER_TAG, value: String(n) },
    ],
  });

  test('is written once an invocation, and not when nothing has changed', async () => {
    const mark = memoryMarks();
    const { consumer } = aConsumer({ mark, concurrency: 3 });
    const batch = {
      Records: [anAggregate(1, [numbered(1), { key: 'k', text: 'x' }, numbered(2)]), aPlain(2, numbered(3))],
    };
    await consumer(batch);
    expect(mark.writes).toHaveLength(1);
    await consumer(batch);
    expect(mark.writes).toHaveLength(1);
  });

  test('knows a record that its producer has put twice, in any order, and none that it has not', async () => {
    const mark = memoryMarks();
    const { consumer, seen, telemetry } = aConsumer({ mark });
    await consumer({
      Records: [
        anAggregate(
          1,
          [5, 3, 9].map((n) => tagged(n)),
        ),
      ],
    });
    await consumer({ Records: [anAggregate(2, [tagged(3), tagged(4), tagged(9), tagged(5), tagged(5, 'p2')])] });
    expect(seen).toEqual([5, 3, 9, 4, 5]);
    expect(telemetry.measured[1]).toMatchObject({ RecordsProcessed: 2, DuplicatesDropped: 3 });
  });

  test('that cannot be written fails nothing: what has taken effect is answered for', async () => {
    const mark = { ...memoryMarks(), writeMark: down };
    const { consumer, telemetry } = aConsumer({ mark });
    expect(await consumer(plainBatch(['1']))).toEqual(ALL_DONE);
    expect(telemetry.events).toMatchObject([{ type: 'consumer.mark-not-written', error: 'ThrottlingException' }]);
  });

  test('that cannot be read fails the invocation before any effect', async () => {
    const { consumer, seen } = aConsumer({ mark: { ...memoryMarks(), readMark: down } });
    await expect(consumer(plainBatch(['1']))).rejects.toThrow('down');
    expect(seen).toEqual([]);
  });

  test('of a replay is its own: the records have their effects again, once', async () => {
    const mark = memoryMarks();
    const { consumer, seen } = aConsumer({ mark });
    const batch = plainBatch(['1']);
    const replayed = { Records: batch.Records.map((record) => ({ ...record, replay: { replayId: 'r1' } })) };
    for (const delivery of [batch, replayed, replayed]) await consumer(delivery);
    expect(seen).toEqual([1, 1]);
  });
});

describe('a mark for each key bucket', () => {
  /** Batches of one shard run in parallel, as with a parallelization factor: each has the buckets of its own. */
  test('skips nothing that a batch beside it has not done', async () => {
    const mark = memoryMarks();
    const seen: unknown[] = [];
    let healthy = false;
    const { consumer } = aConsumer({
      mark,
      markPer: 'bucket',
      handle: async (record) => {
        if (record === 1 && !healthy) throw new Error('down');
        seen.push(record);
      },
    });
    const bucket = (position: number, key: string) => {
      const record = anAggregate(position, [numbered(position), numbered(position + 100)]);
      return { ...record, kinesis: { ...record.kinesis, partitionKey: key } };
    };
    const first = { Records: [bucket(1, 'b0'), bucket(4, 'b0')] };
    const beside = { Records: [bucket(2, 'b1'), bucket(3, 'b2'), bucket(5, 'b1')] };
    expect(await consumer(beside)).toEqual(ALL_DONE);
    expect(await consumer(first)).toEqual(failedAt(1));
    healthy = true;
    expect(await consumer(first)).toEqual(ALL_DONE);
    expect(await consumer(beside)).toEqual(ALL_DONE);
    expect(seen).toHaveLength(10);
    expect([...mark.marks.keys()].map((key) => key.split('#').at(-1)).sort()).toEqual(['b0', 'b1', 'b2']);
  });

  test('answers with the first record of any bucket that is not done', async () => {
    const handle = async (record: unknown) => {
      if (record !== 1) throw new Error('down');
    };
    const { consumer } = aConsumer({ mark: memoryMarks(), markPer: 'bucket', handle });
    const Records = ['a', 'b', 'c'].map((key, i) => aPlain(i + 1, numbered(i + 1, key)));
    expect(await consumer({ Records })).toEqual(failedAt(2));
  });

  test('fails when a batch has more partition keys than marks are worth', async () => {
    const { consumer } = aConsumer({ mark: memoryMarks(), markPer: 'bucket' });
    const Records = Array.from({ length: 101 }, (_, i) => aPlain(i + 1, numbered(i, `k${i}`)));
    await expect(consumer({ Records })).rejects.toThrow('at most 100 partition keys');
  });
});
