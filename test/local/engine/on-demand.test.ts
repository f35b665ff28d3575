import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KinesisEngine } from '../../../local/engine/engine.js';
import { PeakWrites } from '../../../local/engine/streams/peak-writes.js';
import { anEngine } from '../../support/an-engine.js';
import type { ManualClock } from '../../support/manual-clock.js';

const ON_DEMAND = { StreamName: 'tides', StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const;
const MIB = 1_024 * 1_024;

async function openShards(engine: KinesisEngine): Promise<number> {
  const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: 'tides' });
  return StreamDescriptionSummary!.OpenShardCount!;
}

/** Puts so much a second, spread over the key space, for so long; returns the part that was refused. */
async function push(engine: KinesisEngine, clock: ManualClock, mibPerSecond: number, seconds: number): Promise<number> {
  const records = 32;
  const Data = Buffer.alloc((mibPerSecond * MIB) / records - 1);
  let refused = 0;
  for (let second = 0; second < seconds; second += 1) {
    const Records = Array.from({ length: records }, (_, i) => ({
      Data,
      PartitionKey: 'k',
      ExplicitHashKey: String((2n ** 128n / BigInt(records)) * BigInt(i)),
    }));
    refused += (await engine.PutRecords({ StreamName: 'tides', Records })).FailedRecordCount!;
    await clock.advance(1_000);
  }
  return refused / (seconds * records);
}

describe('an on-demand stream', () => {
  test('keeps its four shards while they do for twice its peak', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    expect(await push(engine, clock, 1.8, 90)).toBe(0);
    await clock.advance(3_600_000);
    expect(await openShards(engine)).toBe(4);
  });

  test('has shards for twice its peak 15 minutes after it was reached', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    expect(await push(engine, clock, 3.5, 61)).toBe(0);
    await clock.advance(14 * 60_000);
    expect(await openShards(engine)).toBe(4);
    await clock.advance(2 * 60_000);
    // Each of the four was too busy, and has been split.
    expect(await openShards(engine)).toBe(8);
    expect(await push(engine, clock, 3.5, 1)).toBe(0);
  });

  test('throttles traffic that more than doubles before it has scaled', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    await push(engine, clock, 2, 60);
    expect(await push(engine, clock, 5, 20)).toBeCloseTo(0.2, 1);
  });

  test('splits the shard that is too busy, and leaves the others', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    for (let second = 0; second < 61; second += 1) {
      await engine.PutRecord({ ...at(0n), Data: Buffer.alloc(600_000) });
      await clock.advance(1_000);
    }
    await clock.advance(15 * 60_000);
    const { Shards } = await engine.ListShards({ StreamName: 'tides', ShardFilter: { Type: 'AT_LATEST' } });
    expect(Shards!.map((shard) => shard.ParentShardId)).toEqual([
      undefined,
      undefined,
      undefined,
      'shardId-000000000000',
      'shardId-000000000000',
    ]);
  });

  test('keeps the shards of a split as long as a peak counts, and merges them when it is past', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    for (let second = 0; second < 61; second += 1) {
      await engine.PutRecord({ ...at(0n), Data: Buffer.alloc(600_000) });
      await clock.advance(1_000);
    }
    await clock.advance(20 * 60_000);
    expect(await openShards(engine)).toBe(5);
    clock.jump(29 * 86_400_000);
    await clock.advance(60_000);
    expect(await openShards(engine)).toBe(5);
    clock.jump(86_400_000);
    await clock.advance(60_000);
    expect(await openShards(engine)).toBe(4);
  });

  test('holds twice its peak for 30 days, then lets go of it', async () => {
    const { engine, clock } = anEngine({ shards: 20 });
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/tides';
    engine.openStream({ StreamName: 'tides', ShardCount: 20 });
    await engine.UpdateStreamMode({ StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    await clock.advance(120_000);
    // It begins with the shards that it had.
    expect(await openShards(engine)).toBe(20);
    clock.jump(15 * 86_400_000);
    expect(await push(engine, clock, 6, 61)).toBe(0);
    clock.jump(16 * 86_400_000);
    await clock.advance(60_000);
    expect(await openShards(engine)).toBe(12);
    clock.jump(15 * 86_400_000);
    await clock.advance(60_000);
    expect(await openShards(engine)).toBe(4);
  });

  test('goes round its shards where keys do not matter, and takes records without one', async () => {
    const { engine } = anEngine();
    engine.openStream(ON_DEMAND);
    const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/tides';
    await engine.UpdateStreamRecordDistributionStrategy({ StreamARN, RecordDistributionStrategy: 'AUTO' });
    const shards = new Set<string | undefined>();
    for (let i = 0; i < 4; i += 1) {
      shards.add((await engine.PutRecord({ StreamName: 'tides', Data: Buffer.from('x') })).ShardId);
    }
    expect(shards.size).toBe(4);
  });
});

describe('warm throughput', () => {
  test('fails when the account has not committed itself', async () => {
    const { engine } = anEngine();
    engine.openStream(ON_DEMAND);
    const call = engine.UpdateStreamWarmThroughput({ StreamName: 'tides', WarmThroughputMiBps: 8 });
    await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('is there from the start where it is asked for at creation', async () => {
    const { engine, clock } = anEngine();
    await engine.UpdateAccountSettings({ MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
    await engine.CreateStream({ ...ON_DEMAND, WarmThroughputMiBps: 9 });
    await clock.advance(1_000);
    const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: 'tides' });
    expect(StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 9,
      WarmThroughput: { TargetMiBps: 9, CurrentMiBps: 9 },
    });
  });

  test('opens shards ahead of traffic, and lets go of them again', async () => {
    const { engine, clock } = anEngine();
    engine.openStream(ON_DEMAND);
    await engine.UpdateAccountSettings({ MinimumThroughputBillingCommitment: { Status: 'ENABLED' } });
    const warm = (WarmThroughputMiBps: number) =>
      engine.UpdateStreamWarmThroughput({ StreamName: 'tides', WarmThroughputMiBps });
    expect(await warm(10)).toMatchObject({ WarmThroughput: { TargetMiBps: 10, CurrentMiBps: 4 } });
    await clock.advance(30_000);
    expect(await openShards(engine)).toBe(10);
    await warm(5);
    await clock.advance(120_000);
    expect(await openShards(engine)).toBe(5);
  });
});

test('a commitment lasts for a day at least', async () => {
  const { engine, clock } = anEngine();
  const set = async (Status: 'ENABLED' | 'DISABLED') =>
    (await engine.UpdateAccountSettings({ MinimumThroughputBillingCommitment: { Status } }))
      .MinimumThroughputBillingCommitment!.Status;
  expect(await set('ENABLED')).toBe('ENABLED');
  expect(await set('DISABLED')).toBe('ENABLED_UNTIL_EARLIEST_ALLOWED_END');
  await clock.advance(24 * 3_600_000);
  expect((await engine.DescribeAccountSettings({})).MinimumThroughputBillingCommitment!.Status).toBe('DISABLED');
});

function at(hashKey: bigint) {
  return { StreamName: 'tides', PartitionKey: 'k', ExplicitHashKey: String(hashKey) };
}

test('the peak of an hour and of a month is the highest rate within it', () => {
  const rates = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 2 * 86_400_000 }), rate: fc.nat(9) }));
  fc.assert(
    fc.property(rates, (minutes) => {
      const peaks = new PeakWrites();
      const seen: { atMs: number; rate: number }[] = [];
      let nowMs = 0;
      for (const { afterMs, rate } of minutes) {
        nowMs += afterMs;
        seen.push({ atMs: nowMs, rate });
        peaks.add(rate, nowMs);
      }
      const highest = (spanMs: number) =>
        Math.max(0, ...seen.filter(({ atMs }) => atMs > nowMs - spanMs).map(({ rate }) => rate));
      expect([peaks.ofHour(nowMs), peaks.ofMonth(nowMs)]).toEqual([highest(3_600_000), highest(30 * 86_400_000)]);
    }),
    { numRuns: 100 },
  );
});
