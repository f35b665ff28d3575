// What a consumer promises, whatever fails, however batches are cut, and wherever an invocation dies.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../core/records/seeded-random.js';
import { type ConsumerOptions, createConsumer, type KinesisEventRecord } from '../../../runtime/consumer/index.js';
import { anAggregate, aPlain, type InnerRecord } from '../../support/aggregated-records.js';
import { Crash, deliverShard } from '../../support/lambda-delivery.js';
import { memoryMarks } from '../../support/memory-marks.js';

interface Numbered {
  readonly id: number;
  readonly key: string;
}

const KEYS = 4;
const BAD = 'no JSON';

/** A shard of plain and aggregated records, numbered through, with a bad one now and then. */
function aShard(seed: number, badRate = 0.05) {
  const random = seededRandom(seed);
  const good: Numbered[] = [];
  let bad = 0;
  let id = 0;
  const inner = (): InnerRecord => {
    const key = `k${Math.floor(random() * KEYS)}`;
    id += 1;
    if (random() < badRate) {
      bad += 1;
      return { key, text: BAD };
    }
    good.push({ id, key });
    return { key, text: JSON.stringify({ id, key }) };
  };
  const records = Array.from({ length: 40 }, (_, position): KinesisEventRecord => {
    if (random() < 0.5) return aPlain(position, inner());
    return anAggregate(position, Array.from({ length: 1 + Math.floor(random() * 8) }, inner));
  });
  return { records, good, bad };
}

/** Everything outside of the function. It may die at any call, after which nothing of the invocation takes place. */
function aWorld(random: () => number, crashRate: number, failureRate: number) {
  const effects: { readonly record: Numbered; readonly invocation: number }[] = [];
  const stored = new Set<string>();
  const marks = memoryMarks();
  const crashed = new Set<number>();
  let invocation = 0;
  /** Something outside is asked for: it takes place or fails, and the function may die before or after. */
  const outside = async (of: number, act: () => void) => {
    if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    if (crashed.has(of)) throw new Crash();
    const dies = random() < crashRate;
    const diesBefore = random() < 0.5;
    if (dies) crashed.add(of);
    if (dies && diesBefore) throw new Crash();
    if (!dies && random() < failureRate) throw new Error('down');
    act();
    if (dies) throw new Crash();
  };
  const invoke = (make: (of: number) => ConsumerOptions) => async (Records: readonly KinesisEventRecord[]) => {
    invocation += 1;
    const of = invocation;
    const consumer = createConsumer({ functionName: 'f', ...make(of) });
    const reply = await consumer({ Records }).catch((error) => {
      if (crashed.has(of)) throw new Crash();
      throw error;
    });
    if (crashed.has(of)) throw new Crash();
    return reply;
  };
  const failureStore = (of: number) => (_key: string, body: string) =>
    outside(of, () => {
      for (const line of body.trimEnd().split('\n')) {
        const { sequenceNumber, subSequenceNumber = 0, data } = JSON.parse(line);
        expect(Buffer.from(data, 'base64').toString()).toBe(BAD);
        stored.add(`${sequenceNumber}.${subSequenceNumber}`);
      }
    });
  const markPort = (of: number) => ({
    readMark: marks.readMark,
    async writeMark(write: Parameters<typeof marks.writeMark>[0]) {
      if (crashed.has(of) || random() < crashRate) {
        crashed.add(of);
        throw new Crash();
      }
      await marks.writeMark(write);
    },
  });
  return { effects, stored, marks, crashed, outside, invoke, failureStore, markPort };
}

/** Order of the first effects of each key, and within each invocation of all. */
function expectOrder(effects: readonly { readonly record: Numbered; readonly invocation: number }[]) {
  const firsts = new Map<string, number>();
  const seen = new Set<number>();
  const last = new Map<string, number>();
  for (const { record, invocation } of effects) {
    const place = `${invocation} ${record.key}`;
    expect(record.id).toBeGreaterThan(last.get(place) ?? 0);
    last.set(place, record.id);
    if (seen.has(record.id)) continue;
    seen.add(record.id);
    expect(record.id).toBeGreaterThan(firsts.get(record.key) ?? 0);
    firsts.set(record.key, record.id);
  }
}

const idsOf = (effects: readonly { readonly record: Numbered }[]) => effects.map(({ record }) => record.id);
const seeds = fc.record({ data: fc.nat(), faults: fc.nat() });
const byId = (a: number, b: number) => a - b;

test.each([1, 3])(
  'plain mark, %i keys at a time: at least once, each repeat by an invocation that died, order per key',
  async (concurrency) => {
    await fc.assert(
      fc.asyncProperty(seeds, async ({ data, faults }) => {
        const random = seededRandom(faults);
        const { records, good, bad } = aShard(data);
        const world = aWorld(random, 0.02, 0.05);
        const invoke = world.invoke((of) => ({
          concurrency,
          failureStore: world.failureStore(of),
          mark: world.markPort(of),
          handle: (value: unknown) => {
            const record = value as Numbered;
            const effect = () => world.effects.push({ record, invocation: of });
            // Some effects are there at once, some fail at once.
            if (random() < 0.3 && !world.crashed.has(of)) return void effect();
            return world.outside(of, effect);
          },
        }));
        await deliverShard(records, invoke, { random });
        expect([...new Set(idsOf(world.effects))].sort(byId)).toEqual(good.map(({ id }) => id));
        expect(world.stored.size).toBe(bad);
        expectOrder(world.effects);
        // A repeat has an earlier effect in an invocation that died before its mark was written.
        const last = new Map<number, number>();
        for (const { record, invocation } of world.effects) {
          const earlier = last.get(record.id);
          if (earlier !== undefined) expect(world.crashed.has(earlier)).toBe(true);
          last.set(record.id, invocation);
        }
      }),
      { numRuns: 60 },
    );
  },
);

test.each([Number.POSITIVE_INFINITY, 5])(
  'mark with the effects, %d records at a time: exactly once, in order',
  async (maxRecords) => {
    await fc.assert(
      fc.asyncProperty(seeds, async ({ data, faults }) => {
        const random = seededRandom(faults);
        const { records, good, bad } = aShard(data);
        const world = aWorld(random, 0.05, 0.1);
        const invoke = world.invoke((of) => ({
          ...(Number.isFinite(maxRecords) ? { maxBatchRecords: maxRecords } : {}),
          failureStore: world.failureStore(of),
          mark: world.markPort(of),
          markWrite: 'with-effects',
          handleBatch: async (batch, { markThrough }) => {
            const write = markThrough();
            await world.outside(of, () => {
              if (world.marks.marks.get(write.key)?.version !== write.expectedVersion)
                throw new Error('another writer');
              world.marks.marks.set(write.key, write);
              for (const { value } of batch) world.effects.push({ record: value as Numbered, invocation: of });
            });
          },
        }));
        await deliverShard(records, invoke, { random });
        expect(idsOf(world.effects)).toEqual(good.map(({ id }) => id));
        expect(world.stored.size).toBe(bad);
      }),
      { numRuns: 60 },
    );
  },
);

test('without a mark: at least once, repeats by redelivery only, order per key', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async ({ data, faults }) => {
      const random = seededRandom(faults);
      const { records, good, bad } = aShard(data);
      const world = aWorld(random, 0.01, 0.02);
      const invoke = world.invoke((of) => ({
        failureStore: world.failureStore(of),
        handle: (value: unknown) =>
          world.outside(of, () => world.effects.push({ record: value as Numbered, invocation: of })),
      }));
      await deliverShard(records, invoke, { random });
      expect([...new Set(idsOf(world.effects))].sort(byId)).toEqual(good.map(({ id }) => id));
      expect(world.stored.size).toBe(bad);
      expectOrder(world.effects);
    }),
    { numRuns: 30 },
  );
});
