import { expect, test } from '@jest/globals';
import { encodeAggregated } from '../../../core/records/aggregated/aggregate-builder.js';
import { beginReplay, type ReplayProgress } from '../../../runtime/replay/progress.js';
import { type ReplayOptions, replay } from '../../../runtime/replay/replay.js';
import type { ReplayRange } from '../../../runtime/replay/replay-range.js';
import { aReader, aRecord, aTarget, aTimer, type FakeShard } from '../../support/fake-replay.js';

const RANGE: ReplayRange = { kind: 'time', fromMs: 100_000, toMs: 200_000 };
const REQUEST = { replayId: 'r1', streamName: 's', target: 'stream:t', range: RANGE, keys: [] as string[] };

/** 30 records, one each 10 s from 0 s on. */
const SHARD: FakeShard = {
  shardId: 'a',
  parentIds: [],
  records: Array.from({ length: 30 }, (_, i) => aRecord('a', i, `k${i % 3}`, i * 10_000)),
};

function run(options: Partial<ReplayOptions> & Pick<ReplayOptions, 'reader'>) {
  const saved: ReplayProgress[] = [];
  const timer = aTimer();
  const result = replay({
    ...{ progress: beginReplay(REQUEST), target: undefined, timer, signal: new AbortController().signal },
    save: async (progress) => void saved.push(progress),
    ...options,
  });
  return { result, saved, timer };
}

test('gives exactly the records of the range, each once, and ends', async () => {
  const { target, records } = aTarget();
  const { result } = run({ reader: aReader([SHARD]), target });
  expect(await result).toMatchObject({ ended: true, totals: { read: 10, replayed: 10, filtered: 0, failed: 0 } });
  expect(records().map(({ stored }) => stored.sequenceNumber)).toEqual([
    '10',
    '11',
    '12',
    '13',
    '14',
    '15',
    '16',
    '17',
    '18',
    '19',
  ]);
});

test('records whose arrival is out of order belong to the range by their own time', async () => {
  const late = [aRecord('a', 1, 'k', 99_500), aRecord('a', 2, 'k', 100_100), aRecord('a', 3, 'k', 99_900)];
  const early = [aRecord('a', 4, 'k', 200_200), aRecord('a', 5, 'k', 199_900), aRecord('a', 6, 'k', 300_000)];
  const { target, records } = aTarget();
  await run({ reader: aReader([{ shardId: 'a', parentIds: [], records: [...late, ...early] }]), target }).result;
  expect(records().map(({ stored }) => stored.sequenceNumber)).toEqual(['2', '5']);
});

test('takes aggregated records apart: keys are those of the user records', async () => {
  const user = ['x', 'y', 'x'].map((partitionKey, i) => ({ partitionKey, data: Buffer.from(String(i)) }));
  const aggregated = { ...aRecord('a', 7, 'a', 150_000), data: encodeAggregated(user) };
  const { target, records } = aTarget();
  const { result } = run({
    reader: aReader([{ shardId: 'a', parentIds: [], records: [aggregated, aRecord('a', 8, 'y', 150_000)] }]),
    target,
    progress: beginReplay({ ...REQUEST, keys: ['x'] }),
  });
  expect((await result).totals).toEqual({ read: 4, replayed: 2, filtered: 2, failed: 0 });
  expect(records().flatMap(({ chosen }) => chosen.map(({ origin }) => origin))).toEqual([
    { shardId: 'a', sequenceNumber: '7', subSequenceNumber: 0 },
    { shardId: 'a', sequenceNumber: '7', subSequenceNumber: 2 },
  ]);
});

test('a dry run reads and counts, and delivers nothing', async () => {
  const { result } = run({ reader: aReader([SHARD]) });
  expect((await result).totals).toEqual({ read: 10, replayed: 10, filtered: 0, failed: 0 });
});

test('what the target gives up is counted and told with its place, and the rest goes on', async () => {
  const { target } = aTarget(({ stored }) => stored.sequenceNumber === '12');
  const told: unknown[] = [];
  const { result } = run({ reader: aReader([SHARD]), target, onFailed: (failed) => told.push(...failed) });
  expect((await result).totals).toEqual({ read: 10, replayed: 9, filtered: 0, failed: 1 });
  expect(told).toEqual([{ origin: { shardId: 'a', sequenceNumber: '12' }, reason: 'refused' }]);
});

test('throttles and old iterators cost time, no record', async () => {
  let page = 0;
  const disturb = () => (page++ % 3 === 0 ? 'throttled' : page % 5 === 0 ? 'expired' : undefined);
  const { target, records } = aTarget();
  const { result } = run({ reader: aReader([SHARD], disturb), target, ratePerSecond: 2 });
  expect((await result).ended).toBe(true);
  expect(records()).toHaveLength(10);
});

test('stopped, it ends the batch under way and goes on behind it', async () => {
  const stop = new AbortController();
  const first = aTarget();
  const save = async () => stop.abort();
  const { result } = run({
    reader: aReader([SHARD]),
    target: first.target,
    ratePerSecond: 4,
    signal: stop.signal,
    save,
  });
  const stopped = await result;
  expect(stopped.ended).toBe(false);
  expect(first.records()).toHaveLength(4);
  const second = aTarget();
  expect(await run({ reader: aReader([SHARD]), target: second.target, progress: stopped }).result).toMatchObject({
    ended: true,
    totals: { read: 10, replayed: 10 },
  });
  expect([...first.records(), ...second.records()].map(({ stored }) => stored.sequenceNumber)).toEqual(
    Array.from({ length: 10 }, (_, i) => String(i + 10)),
  );
});

test('a target that takes nothing ends it at what was saved', async () => {
  const { target } = aTarget(() => {
    throw new Error('put records failed: no such stream');
  });
  const { result, saved } = run({ reader: aReader([SHARD]), target });
  await expect(result).rejects.toThrow('no such stream');
  expect(saved).toEqual([]);
});

test('keeps to its share of a shard and to the rate', async () => {
  const { result, timer } = run({ reader: aReader([SHARD]), target: aTarget().target, ratePerSecond: 1, share: 0.1 });
  await result;
  // 10 batches of one record, 1 s apart; calls at a tenth of 5 a second.
  expect(timer.nowMs()).toBeGreaterThanOrEqual(9_000);
  expect(timer.waits.filter((ms) => ms > 0).length).toBeGreaterThan(8);
});
