import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';
import type { KinesisEngine } from '../../../local/engine/engine.js';
import { anEngine, putText, readShard, STREAM, textOf } from '../../support/an-engine.js';

const SPACE_END = 2n ** 128n - 1n;

/** One reshard; which shard or boundary it concerns is taken modulo those there are. */
const reshards = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('split' as const), at: fc.nat(), fraction: fc.integer({ min: 1, max: 99 }) }),
    fc.record({ kind: fc.constant('merge' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('scale' as const), percent: fc.integer({ min: 50, max: 200 }) }),
  ),
  { minLength: 1, maxLength: 8 },
);

type Reshard = typeof reshards extends fc.Arbitrary<(infer R)[]> ? R : never;

async function openShards(engine: KinesisEngine) {
  const { Shards } = await engine.ListShards({ StreamName: STREAM, ShardFilter: { Type: 'AT_LATEST' } });
  return Shards!
    .map((shard) => ({
      id: shard.ShardId!,
      start: BigInt(shard.HashKeyRange!.StartingHashKey!),
      end: BigInt(shard.HashKeyRange!.EndingHashKey!),
    }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

async function apply(engine: KinesisEngine, reshard: Reshard): Promise<void> {
  const open = await openShards(engine);
  if (reshard.kind === 'scale') {
    const target = Math.max(Math.ceil(open.length / 2), Math.round((open.length * reshard.percent) / 100));
    if (target === open.length) return;
    await engine.UpdateShardCount({
      StreamName: STREAM,
      TargetShardCount: target,
      ScalingType: 'UNIFORM_SCALING',
    });
    return;
  }
  const shard = open[reshard.at % open.length]!;
  if (reshard.kind === 'split') {
    const start = shard.start + ((shard.end - shard.start) * BigInt(reshard.fraction)) / 100n;
    const NewStartingHashKey = String(start);
    if (start > shard.start)
      await engine.SplitShard({ StreamName: STREAM, ShardToSplit: shard.id, NewStartingHashKey });
    return;
  }
  const next = open[(reshard.at % open.length) + 1];
  if (!next) return;
  await engine.MergeShards({ StreamName: STREAM, ShardToMerge: shard.id, AdjacentShardToMerge: next.id });
}

test('after any reshards the open shards cover the whole key space, each key once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), reshards, async (shards, steps) => {
      const { engine, clock } = anEngine({ shards });
      for (const step of steps) {
        await apply(engine, step);
        await clock.advance(30_000);
      }
      const open = await openShards(engine);
      expect(open[0]!.start).toBe(0n);
      expect(open.at(-1)!.end).toBe(SPACE_END);
      open.slice(1).forEach((shard, i) => {
        expect(shard.start).toBe(open[i]!.end + 1n);
      });
    }),
    { numRuns: 60 },
  );
});

test('uniform scaling ends with exactly the ranges that a new stream of that size has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 50, max: 200 }), async (shards, percent) => {
      const { engine, clock } = anEngine({ shards });
      await apply(engine, { kind: 'scale', percent });
      await clock.advance(30_000);
      const open = await openShards(engine);
      expect(open.map(({ start, end }) => ({ start, end }))).toEqual(splitHashKeySpace(open.length));
    }),
    { numRuns: 60 },
  );
});

test('reading parents before children loses nothing, repeats nothing, and keeps the order of each key', async () => {
  await fc.assert(
    fc.asyncProperty(
      reshards,
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 10 }),
      async (steps, keys) => {
        const { engine, clock } = anEngine({ enforceLimits: false });
        const written: string[] = [];
        for (const step of steps) {
          for (const key of keys) {
            const text = `${key}${written.length}`;
            await putText(engine, text, key);
            written.push(text);
          }
          await apply(engine, step);
          await clock.advance(30_000);
        }
        const read: string[] = [];
        let before = 0n;
        for (const id of await parentsFirst(engine)) {
          before = 0n;
          for (const record of await readShard(engine, id)) {
            expect(BigInt(record.SequenceNumber!)).toBeGreaterThan(before);
            before = BigInt(record.SequenceNumber!);
            read.push(textOf(record));
          }
        }
        expect([...read].sort()).toEqual([...written].sort());
        for (const key of ['a', 'b', 'c', 'd']) {
          const ofKey = (texts: string[]) => texts.filter((text) => text.startsWith(key));
          expect(ofKey(read)).toEqual(ofKey(written));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a child's sequence numbers are above its parents', even within one second", async () => {
  await fc.assert(
    fc.asyncProperty(reshards, async (steps) => {
      const { engine, clock } = anEngine({ timings: { reshardMs: 10 } });
      for (const step of steps) {
        await apply(engine, step);
        await clock.advance(10);
      }
      const { Shards } = await engine.ListShards({ StreamName: STREAM });
      const ranges = new Map(Shards!.map((shard) => [shard.ShardId, shard.SequenceNumberRange!]));
      for (const child of Shards!) {
        for (const parent of [child.ParentShardId, child.AdjacentParentShardId].filter((id) => id !== undefined)) {
          const end = BigInt(ranges.get(parent)!.EndingSequenceNumber!);
          expect(BigInt(child.SequenceNumberRange!.StartingSequenceNumber!)).toBeGreaterThan(end);
        }
      }
    }),
    { numRuns: 60 },
  );
});

/** Shard ids so that every shard comes after its parents. */
async function parentsFirst(engine: KinesisEngine): Promise<string[]> {
  const { Shards } = await engine.ListShards({ StreamName: STREAM });
  const order: string[] = [];
  const visit = (id: string | undefined) => {
    const shard = Shards!.find((candidate) => candidate.ShardId === id);
    if (!shard || order.includes(shard.ShardId!)) return;
    visit(shard.ParentShardId);
    visit(shard.AdjacentParentShardId);
    order.push(shard.ShardId!);
  };
  for (const shard of Shards!) visit(shard.ShardId);
  return order;
}
