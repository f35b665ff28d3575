// What holds whatever the stream does: throttles, failing calls, slow replies, splits and merges in between.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../core/records/seeded-random.js';
import { createProducerOn } from '../../../runtime/producer/create-producer.js';
import type { SpilledRecord } from '../../../runtime/producer/outcomes/spill.js';
import type { PutOutcome } from '../../../runtime/producer/producer.js';
import type { ProducerSettings } from '../../../runtime/producer/producer-options.js';
import { FakeStream } from '../../support/fake-stream.js';

interface Run {
  readonly seed: number;
  readonly shards: number;
  readonly keys: number;
  readonly records: number;
  /** Share of entries that are throttled, and of calls that fail. */
  readonly throttled: number;
  readonly failing: number;
  readonly reshards: number;
  readonly settings: ProducerSettings;
}

const aRun = (settings: fc.Arbitrary<ProducerSettings>): fc.Arbitrary<Run> =>
  fc.record({
    seed: fc.integer(),
    shards: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 1, max: 30 }),
    records: fc.integer({ min: 1, max: 300 }),
    throttled: fc.constantFrom(0, 0.1, 0.4),
    failing: fc.constantFrom(0, 0.1, 0.3),
    reshards: fc.integer({ min: 0, max: 4 }),
    settings,
  });

const modes = fc.constantFrom<ProducerSettings>(
  { aggregation: 'off' },
  { aggregation: 'by-shard' },
  { aggregation: 'by-shard', keyBuckets: 3 },
  { aggregation: 'by-key' },
);
const orders = fc.constantFrom<ProducerSettings>({ order: 'best-effort' }, { order: 'per-key' });

/** Puts numbered records in small groups over virtual time, while the stream is resharded. */
async function run({ seed, shards, keys, records, throttled, failing, reshards, settings }: Run) {
  const random = seededRandom(seed);
  const stream = new FakeStream({
    shards,
    random,
    latencyMs: (part) => 1 + part * 80,
    refuse: () => (random() < throttled ? 'ProvisionedThroughputExceededException' : undefined),
    answer: () =>
      random() < failing ? { kind: 'failed', errorCode: 'InternalFailure', message: 'm', retryable: true } : undefined,
  });
  const producer = createProducerOn(stream.ports, 's', { maxAggregateBytes: 500, lingerMs: 20, ...settings });
  const puts: Promise<PutOutcome>[] = [];
  const sent: { key: string; number: number }[] = [];
  const work = (async () => {
    for (let number = 0; number < records; ) {
      for (let group = Math.ceil(random() * 20); group > 0 && number < records; group -= 1, number += 1) {
        const key = `k${Math.floor(random() * keys)}`;
        sent.push({ key, number });
        puts.push(producer.put({ partitionKey: key, data: Buffer.from(String(number)) }));
      }
      await stream.time.sleep(random() * 60);
      if (random() < (reshards * 20) / records) {
        if (random() < 0.6 || stream.openShards.length < 2) {
          stream.split(stream.openShards[Math.floor(random() * stream.openShards.length)]!.shardId);
        } else stream.mergeFirst();
      }
    }
    await producer.close();
    return Promise.all(puts);
  })();
  const outcomes = await stream.time.until(work);
  return { stream, producer, sent, outcomes };
}

const numberOf = ({ data }: { readonly data: Uint8Array }) => Number(Buffer.from(data).toString());

test('every record settles once, and what was put is there for a consumer with the rules of the KCL', async () => {
  const settings = fc.tuple(modes, orders).map((parts) => Object.assign({}, ...parts) as ProducerSettings);
  await fc.assert(
    fc.asyncProperty(aRun(settings), async (plan) => {
      const { stream, producer, outcomes } = await run(plan);
      const { userRecordsReceived, userRecordsPut, userRecordsFailed, bufferedRecords, bufferedBytes } =
        producer.metrics();
      expect([userRecordsReceived, bufferedRecords, bufferedBytes]).toEqual([plan.records, 0, 0]);
      expect(userRecordsPut + userRecordsFailed).toBe(plan.records);
      expect(outcomes.filter(({ kind }) => kind === 'put')).toHaveLength(userRecordsPut);
      const read = new Set(stream.allAsKclReads.map(numberOf));
      const lost = outcomes.flatMap(({ kind }, number) => (kind === 'put' && !read.has(number) ? [number] : []));
      expect(lost).toEqual([]);
      // A listing may still be on its way.
      await stream.time.until(stream.time.sleep(10));
      expect(stream.time.timers).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('in order per key, the records of a key are read in the order of their puts', async () => {
  const settings = modes.map((mode): ProducerSettings => ({ ...mode, order: 'per-key', recordTtlMs: 3_600_000 }));
  await fc.assert(
    fc.asyncProperty(aRun(settings), async (plan) => {
      const { stream, outcomes } = await run(plan);
      expect(outcomes.every(({ kind }) => kind === 'put')).toBe(true);
      const last = new Map<string, number>();
      const seen = new Set<number>();
      for (const record of stream.allAsKclReads) {
        const number = numberOf(record);
        // A record may come again, and then late: what counts is the first time.
        if (seen.has(number)) continue;
        seen.add(number);
        expect(number).toBeGreaterThanOrEqual(last.get(record.partitionKey) ?? 0);
        last.set(record.partitionKey, number);
      }
    }),
    { numRuns: 40 },
  );
});

test('the buffers stay below their marks, and everything beyond is spilled or turned away', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 3_000 }),
      fc.boolean(),
      modes,
      async (maxBufferedRecords, maxBufferedBytes, isSpilling, mode) => {
        const stream = new FakeStream({ shards: 3, latencyMs: () => 50 });
        const spilled: SpilledRecord[] = [];
        const spill = {
          async spill(batch: readonly SpilledRecord[]) {
            await stream.time.sleep(30);
            spilled.push(...batch);
          },
        };
        const marks = { maxBufferedRecords, maxBufferedBytes };
        const producer = createProducerOn(stream.ports, 's', { ...mode, ...marks, ...(isSpilling ? { spill } : {}) });
        const puts: Promise<PutOutcome>[] = [];
        for (let number = 0; number < 100; number += 1) {
          puts.push(producer.put({ partitionKey: `k${number % 5}`, data: Buffer.alloc(50) }));
          const { bufferedRecords, bufferedBytes } = producer.metrics();
          expect(bufferedRecords).toBeLessThanOrEqual(maxBufferedRecords);
          expect(bufferedRecords < 2 || bufferedBytes <= maxBufferedBytes).toBe(true);
          if (number % 10 === 0) await stream.time.until(stream.time.sleep(20));
        }
        await stream.time.until(producer.close());
        const kinds = (await Promise.all(puts)).map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind === 'put')).toHaveLength(stream.allAsKclReads.length);
        expect(kinds.filter((kind) => kind === 'spilled')).toHaveLength(spilled.length);
      },
    ),
    { numRuns: 40 },
  );
});

test('a sequence is read no faster than there is room, and none of it is turned away', async () => {
  const stream = new FakeStream({ shards: 4 });
  const producer = createProducerOn(stream.ports, 's', { aggregation: 'by-shard', maxBufferedRecords: 20 });
  const most: number[] = [];
  function* records() {
    for (let number = 0; number < 500; number += 1) {
      most.push(producer.metrics().bufferedRecords);
      yield { partitionKey: `k${number % 7}`, data: Buffer.from(String(number)) };
    }
  }
  const summary = await stream.time.until(producer.putAll(records()));
  expect(summary).toEqual({ put: 500, spilled: 0, failed: 0 });
  expect(Math.max(...most)).toBeLessThanOrEqual(20);
  await stream.time.until(producer.close());
});
