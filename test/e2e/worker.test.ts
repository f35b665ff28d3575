// Workers over the lab's engine, in virtual time: one dies, two come, shards split and merge, and no record is lost.
import { expect, test } from '@jest/globals';
import type { KinesisEngine } from '../../local/engine/engine.js';
import { STREAM } from '../support/an-engine.js';
import { aFleet, keysOutOfOrder, repeatsOf, sharesOf } from '../support/worker-fleet.js';

async function split(engine: KinesisEngine): Promise<void> {
  const { Shards = [] } = await engine.ListShards({ StreamName: STREAM });
  const { ShardId, HashKeyRange } = Shards[3]!;
  const middle = (BigInt(HashKeyRange!.StartingHashKey!) + BigInt(HashKeyRange!.EndingHashKey!)) / 2n;
  await engine.SplitShard({ StreamName: STREAM, ShardToSplit: ShardId!, NewStartingHashKey: String(middle) });
}

async function merge(engine: KinesisEngine): Promise<void> {
  await engine.MergeShards({
    StreamName: STREAM,
    ShardToMerge: 'shardId-000000000008',
    AdjacentShardToMerge: 'shardId-000000000009',
  });
}

test.each([
  ['polling', 7, undefined],
  ['polling, other times', 23, undefined],
  ['enhanced fan-out', 16, 'orders'],
])(
  'three workers over 16 shards, one killed, two added, a split and a merge meanwhile: %s',
  async (_name, seed, consumer) => {
    const fleet = aFleet(16, seed, { consumer, shardSyncIntervalMs: 3_600_000 });
    for (const id of ['a', 'b', 'c']) fleet.add(id);
    void fleet.send();
    await fleet.pass(40_000);
    const startedMs = fleet.time.nowMs() - 10_000;
    const before = sharesOf(fleet.effects, ['a', 'b', 'c'], startedMs);

    fleet.kill('b');
    fleet.add('d');
    fleet.add('e');
    await split(fleet.engine);
    await fleet.pass(3_000);
    await merge(fleet.engine);
    await fleet.pass(27_000);
    const evenFromMs = fleet.time.nowMs();
    await fleet.pass(15_000);
    const after = sharesOf(fleet.effects, ['a', 'c', 'd', 'e'], evenFromMs);
    fleet.stopSending();
    await fleet.settle();
    await fleet.stop();
    const total = [...fleet.sent.values()].reduce((sum, count) => sum + count, 0);
    const done = new Set(fleet.effects.map(({ key, number }) => `${key} ${number}`));
    expect(done.size).toBe(total);
    expect(keysOutOfOrder(fleet.effects)).toEqual([]);
    expect(fleet.overlaps).toEqual([]);
    // Only what the killed one had not stored comes again.
    expect(new Set(repeatsOf(fleet.effects).map(({ workerId }) => workerId))).toEqual(new Set(['b']));
    for (const share of [...before, ...after]) {
      expect(share).toBeGreaterThanOrEqual(0.8);
      expect(share).toBeLessThanOrEqual(1.2);
    }
    expect([...fleet.leases.leases.values()].filter(({ owner }) => owner !== undefined)).toEqual([]);
  },
  60_000,
);
