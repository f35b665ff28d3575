// The producer against the lab's engine with its limits on, in virtual time: what a busy shard and a reshard do to it.
import { expect, test } from '@jest/globals';
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { seededRandom } from '../../core/records/seeded-random.js';
import { effectiveHash, hashText, isWithin, type MappedShard } from '../../core/sharding/shard-map.js';
import { createKinesisEngine, type KinesisEngine } from '../../local/engine/engine.js';
import { createProducerOn } from '../../runtime/producer/create-producer.js';
import type { SpilledRecord } from '../../runtime/producer/outcomes/spill.js';
import type { PutOutcome } from '../../runtime/producer/producer.js';
import type { ProducerSettings } from '../../runtime/producer/producer-options.js';
import { readShard, STREAM } from '../support/an-engine.js';
import { clockOf, enginePorts } from '../support/engine-ports.js';
import { VirtualTime } from '../support/virtual-time.js';

const SHARDS = 8;

function aLab(settings: ProducerSettings) {
  const time = new VirtualTime();
  const engine = createKinesisEngine({
    clock: clockOf(time),
    metrics: { put: () => undefined },
    identity: { accountId: '000000000000', region: 'us-east-1' },
    timings: { reshardMs: 400 },
  });
  engine.openStream({ StreamName: STREAM, ShardCount: SHARDS });
  const random = seededRandom(7);
  const producer = createProducerOn(
    enginePorts(engine, time, () => 5 + random() * 20),
    STREAM,
    settings,
  );
  return { time, engine, producer, random };
}

async function shardsOf(engine: KinesisEngine, isOpen: boolean): Promise<MappedShard[]> {
  const filter = isOpen ? ({ ShardFilter: { Type: 'AT_LATEST' } } as const) : {};
  const { Shards = [] } = await engine.ListShards({ StreamName: STREAM, ...filter });
  return Shards.map(({ ShardId, HashKeyRange }) => ({
    shardId: ShardId!,
    start: hashText(BigInt(HashKeyRange!.StartingHashKey!)),
    end: hashText(BigInt(HashKeyRange!.EndingHashKey!)),
  }));
}

/** Some keys of each shard. */
function keysOf(shards: readonly MappedShard[], each: number): string[][] {
  const keys = shards.map((): string[] => []);
  for (let i = 0; keys.some(({ length }) => length < each); i += 1) {
    const at = shards.findIndex((shard) => isWithin(shard, effectiveHash(`key ${i}`, undefined)));
    if (keys[at]!.length < each) keys[at]!.push(`key ${i}`);
  }
  return keys;
}

test.each<[string, ProducerSettings]>([
  ['each by itself', {}],
  ['aggregated by shard', { aggregation: 'by-shard' }],
])(
  'twice the load that a shard takes leaves the other seven alone: %s',
  async (_name, settings) => {
    const SECONDS = 4;
    const spilled: SpilledRecord[] = [];
    const spill = {
      async spill(records: readonly SpilledRecord[]) {
        spilled.push(...records);
      },
    };
    const maxBufferedBytes = 4 * 1_024 * 1_024;
    const { time, engine, producer } = aLab({ ...settings, maxBufferedBytes, spill });
    const keys = keysOf(await shardsOf(engine, true), 20);
    const data = Buffer.alloc(2_000);
    // 2 KB each: 500 a second fill a shard. The first gets twice that, the others nine tenths.
    const perTick = keys.map((_, shard) => (shard === 0 ? 20 : 9));
    const offered = perTick.map(() => 0);
    const accepted = perTick.map(() => 0);
    const puts: Promise<PutOutcome>[] = [];
    const endsAtMs = time.nowMs() + SECONDS * 1_000;
    const load = async () => {
      while (time.nowMs() < endsAtMs) {
        for (const [shard, count] of perTick.entries()) {
          for (let i = 0; i < count; i += 1) {
            const put = producer.put({ partitionKey: keys[shard]![i]!, data });
            offered[shard]! += 1;
            puts.push(put);
            void put.then(({ kind }) => {
              if (kind === 'put' && time.nowMs() <= endsAtMs) accepted[shard]! += 1;
            });
          }
        }
        await time.sleep(20);
      }
    };
    await time.until(load());
    await time.until(producer.close());
    const outcomes = await Promise.all(puts);
    for (let shard = 1; shard < SHARDS; shard += 1) {
      expect(accepted[shard]! / offered[shard]!).toBeGreaterThanOrEqual(0.95);
    }
    // The busy shard is not starved either.
    expect(accepted[0]! / SECONDS).toBeGreaterThan(400);
    expect(producer.metrics().bufferedBytesPeak).toBeLessThanOrEqual(maxBufferedBytes);
    const kinds = (kind: PutOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
    expect(spilled.length).toBeGreaterThan(0);
    expect([kinds('put') + kinds('spilled'), kinds('spilled')]).toEqual([puts.length, spilled.length]);
    await engine.close();
  },
  30_000,
);

test('producers that share a shard come to share its limit, with few throttles', async () => {
  const { time, engine, producer, random } = aLab({});
  const [shard] = await shardsOf(engine, true);
  const [[partitionKey]] = keysOf([shard!], 1) as [[string]];
  const others = [1, 2].map(() =>
    createProducerOn(
      enginePorts(engine, time, () => 5 + random() * 20),
      STREAM,
    ),
  );
  const producers = [producer, ...others];
  const endsAtMs = time.nowMs() + 10_000;
  const data = Buffer.alloc(10);
  const load = async () => {
    for (; time.nowMs() < endsAtMs; await time.sleep(50)) {
      for (const each of producers) for (let i = 0; i < 40; i += 1) void each.put({ partitionKey, data });
    }
  };
  await time.until(load());
  const counts = producers.map((each) => each.metrics());
  const put = counts.reduce((sum, { userRecordsPut }) => sum + userRecordsPut, 0);
  expect(put).toBeGreaterThan(9_000);
  for (const { userRecordsPut } of counts) expect(userRecordsPut).toBeGreaterThan(put / 6);
  expect(counts.reduce((sum, { throttled }) => sum + throttled, 0)).toBeLessThan(put / 10);
  await time.until(Promise.all(producers.map((each) => each.close({ signal: AbortSignal.abort() }))));
  await engine.close();
}, 30_000);

test('nothing is lost and order per key holds through a split, a merge and a doubling', async () => {
  const { time, engine, producer, random } = aLab({
    aggregation: 'by-shard',
    keyBuckets: 2,
    order: 'per-key',
    lingerMs: 30,
    recordTtlMs: 600_000,
  });
  const puts: Promise<PutOutcome>[] = [];
  let isOver = false;
  const load = async () => {
    for (let number = 0; !isOver; ) {
      for (let i = 0; i < 40; i += 1, number += 1) {
        const partitionKey = `key ${Math.floor(random() * 200)}`;
        puts.push(producer.put({ partitionKey, data: Buffer.from(String(number)) }));
      }
      await time.sleep(10);
    }
  };
  const reshard = async () => {
    await time.sleep(300);
    const [first, second, third] = await shardsOf(engine, true);
    const middle = (2n ** 128n / BigInt(SHARDS) / 2n).toString();
    await engine.SplitShard({ StreamName: STREAM, ShardToSplit: first!.shardId, NewStartingHashKey: middle });
    await time.sleep(900);
    const pair = { ShardToMerge: second!.shardId, AdjacentShardToMerge: third!.shardId };
    await engine.MergeShards({ StreamName: STREAM, ...pair });
    await time.sleep(900);
    const TargetShardCount = (await shardsOf(engine, true)).length * 2;
    await engine.UpdateShardCount({ StreamName: STREAM, ScalingType: 'UNIFORM_SCALING', TargetShardCount });
    await time.sleep(1_500);
    isOver = true;
  };
  await time.until(Promise.all([load(), reshard()]));
  await time.until(producer.close());
  const outcomes = await Promise.all(puts);
  expect(outcomes.filter(({ kind }) => kind !== 'put')).toEqual([]);

  const shards = await shardsOf(engine, false);
  expect(shards).toHaveLength(SHARDS + 2 + 1 + 16);
  const seen = new Set<number>();
  const last = new Map<string, number>();
  let dropped = 0;
  for (const shard of shards) {
    for (const { Data, PartitionKey } of await readShard(engine, shard.shardId)) {
      const decoded = decodeRecord(Data!);
      const records: readonly UserRecord[] =
        decoded.kind === 'plain' ? [{ partitionKey: PartitionKey!, data: Data! }] : decoded.records;
      const isKept = records.every(({ partitionKey }) => isWithin(shard, effectiveHash(partitionKey, undefined)));
      if (!isKept) dropped += 1;
      for (const { partitionKey, data } of isKept ? records : []) {
        const number = Number(Buffer.from(data).toString());
        if (seen.has(number)) continue;
        expect(number).toBeGreaterThan(last.get(partitionKey) ?? -1);
        seen.add(number);
        last.set(partitionKey, number);
      }
    }
  }
  // The reshards did send aggregated records astray: all of their records have come again.
  expect(dropped).toBeGreaterThan(0);
  expect(seen.size).toBe(puts.length);
  await engine.close();
}, 30_000);
