import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginReplay, type ReplayProgress } from '../../../runtime/replay/progress.js';
import { replay } from '../../../runtime/replay/replay.js';
import { aReader, aRecord, aTarget, aTimer, type FakeShard } from '../../support/fake-replay.js';

const RANGE = { kind: 'time', fromMs: 20_000, toMs: 80_000 } as const;
const KEYS = ['a', 'b', 'c', 'd'];

/** Generations of shards that reshards have made, each key in one shard of each, records of all 100 s. */
const streams = fc
  .record({
    generations: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
    records: fc.array(fc.record({ key: fc.constantFrom(...KEYS), gapMs: fc.nat(3_000) }), { maxLength: 120 }),
  })
  .map(({ generations, records }): FakeShard[] => {
    const shards = generations.map((count, g) =>
      Array.from({ length: count }, (_, i) => ({
        shardId: `shard-${g}-${i}`,
        parentIds: g === 0 ? [] : parentsOf(i, count, generations[g - 1]!).map((p) => `shard-${g - 1}-${p}`),
        closed: g < generations.length - 1,
        records: [] as ReturnType<typeof aRecord>[],
      })),
    );
    let atMs = 0;
    for (const [number, { key, gapMs }] of records.entries()) {
      atMs += gapMs;
      const generation = shards[Math.min(shards.length - 1, Math.floor((number * shards.length) / records.length))]!;
      const { shardId, records: own } = generation[KEYS.indexOf(key) % generation.length]!;
      own.push(aRecord(shardId, number, key, atMs, String(number)));
    }
    return shards.flat();
  });

/** Shards before the reshard from which some key comes to this one. */
function parentsOf(index: number, count: number, before: number): number[] {
  const own = KEYS.map((_, key) => key).filter((key) => key % count === index);
  return [...new Set(own.map((key) => key % before))];
}

const inRange = (shards: readonly FakeShard[]) =>
  shards
    .flatMap(({ records }) => records)
    .filter(({ arrivalMs }) => arrivalMs >= RANGE.fromMs && arrivalMs < RANGE.toMs)
    .map(({ sequenceNumber }) => Number(sequenceNumber));

const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

test('killed anywhere and gone on with: nothing is lost, at most a batch of each shard is repeated, keys keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      streams,
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(12), { maxLength: 3 }),
      async (shards, rate, kills) => {
        let progress: ReplayProgress = beginReplay({
          ...{ replayId: 'r', streamName: 's', target: 't', range: RANGE, keys: [] },
        });
        const lives: string[][] = [];
        for (const killAfter of [...kills, Number.POSITIVE_INFINITY]) {
          const { target, records } = aTarget();
          let saves = 0;
          const options = { progress, reader: aReader(shards), target, timer: aTimer(), ratePerSecond: rate };
          await replay({
            ...options,
            signal: new AbortController().signal,
            // Dies between the effect of a batch and its being noted.
            async save(next) {
              saves += 1;
              if (saves > killAfter) throw new Error('killed');
              progress = next;
            },
          }).catch((error: Error) => expect(error.message).toBe('killed'));
          lives.push(records().map(({ stored }) => stored.sequenceNumber));
        }
        const delivered = lives.flat().map(Number);
        expect(sorted([...new Set(delivered)])).toEqual(sorted(inRange(shards)));
        expect(delivered.length - new Set(delivered).size).toBeLessThanOrEqual(kills.length * shards.length * rate);
        expect(progress.ended).toBe(true);
        for (const life of lives) {
          for (const key of KEYS) expectOrder(life.map(Number), shards, key);
        }
      },
    ),
    { numRuns: 150 },
  );
});

function expectOrder(numbers: readonly number[], shards: readonly FakeShard[], key: string): void {
  const own = new Set(
    shards
      .flatMap(({ records }) => records.filter((record) => record.partitionKey === key))
      .map((r) => Number(r.sequenceNumber)),
  );
  const ofKey = numbers.filter((number) => own.has(number));
  expect(ofKey).toEqual(sorted(ofKey));
}
