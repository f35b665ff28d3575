import { describe, expect, test } from '@jest/globals';
import { liveWorkers, observeHeartbeats } from '../../../core/leasing/live-workers.js';
import { planLeases } from '../../../core/leasing/plan-leases.js';
import { planShardSync } from '../../../core/leasing/plan-shard-sync.js';
import { averageThroughput } from '../../../core/leasing/throughput.js';
import { aLease } from '../../support/a-lease.js';

const moved = (input: Parameters<typeof planLeases>[0]) =>
  planLeases(input).map(({ kind, lease, to }) => `${kind} ${lease.shardId} -> ${to}`);
const owned = (owner: string, count: number, bytesPerSecond = 100_000) =>
  Array.from({ length: count }, (_, i) => aLease(`${owner}${i}`, { owner, bytesPerSecond }));

describe('the plan', () => {
  test('gives what nobody owns to whoever has least', () => {
    const leases = [...owned('a', 2), ...owned('b', 1), aLease('orphan', { owner: 'dead', bytesPerSecond: 100 })];
    expect(moved({ leases, workers: ['a', 'b'], handoffsAtOnce: 4 })).toEqual(['claim orphan -> b']);
  });

  test('asks the busiest for the lease that evens out most', () => {
    const leases = [...owned('a', 4), ...owned('b', 1)];
    expect(moved({ leases, workers: ['a', 'b'], handoffsAtOnce: 4 })).toEqual(['request a0 -> b']);
  });

  test('one heavy shard is worth several light ones', () => {
    const leases = [aLease('heavy', { owner: 'a', bytesPerSecond: 400_000 }), ...owned('b', 4)];
    expect(moved({ leases, workers: ['a', 'b'], handoffsAtOnce: 4 })).toEqual([]);
  });

  test('counts a handoff under way to the worker that asked', () => {
    const [first, ...rest] = owned('a', 4);
    const leases = [{ ...first!, pendingOwner: 'b' }, ...rest, ...owned('b', 1)];
    expect(moved({ leases, workers: ['a', 'b'], handoffsAtOnce: 4 })).toEqual([]);
  });

  test('a worker that asked and died is forgotten', () => {
    const leases = [{ ...owned('a', 1)[0]!, pendingOwner: 'dead' }];
    expect(moved({ leases, workers: ['a'], handoffsAtOnce: 4 })).toEqual([]);
  });

  test('leaves loads alone that differ by one lease of many', () => {
    const leases = [...owned('a', 6), ...owned('b', 5), ...owned('c', 5)];
    expect(moved({ leases, workers: ['a', 'b', 'c'], handoffsAtOnce: 4 })).toEqual([]);
  });
});

describe('shards and leases', () => {
  const shard = (shardId: string, ...parents: string[]) => ({ shardId, parents });

  test('children begin with their share of the throughput of their parents', () => {
    const leases = [aLease('p', { bytesPerSecond: 100 }), aLease('q', { bytesPerSecond: 30 })];
    const shards = [shard('p'), shard('q'), shard('a', 'p'), shard('b', 'p'), shard('m', 'b', 'q')];
    const { create } = planShardSync(leases, shards);
    expect(create.map(({ shardId, parents, bytesPerSecond }) => [shardId, parents, bytesPerSecond])).toEqual([
      ['a', ['p'], 50],
      ['b', ['p'], 50],
      ['m', ['b', 'q'], 30],
    ]);
  });

  test('a finished lease goes when its shard is past retention, an unfinished one stays', () => {
    const leases = [aLease('done', { isEnded: true }), aLease('kept', { isEnded: true }), aLease('unread')];
    expect(planShardSync(leases, [shard('kept')]).remove.map(({ shardId }) => shardId)).toEqual(['done']);
  });
});

describe('signs of life', () => {
  test('a worker is gone when its count has stood for as long as a lease lasts', () => {
    const beats = (a: number, b: number) => [
      { workerId: 'a', counter: a },
      { workerId: 'b', counter: b },
    ];
    const first = observeHeartbeats(new Map(), beats(1, 1), 0);
    const later = observeHeartbeats(first, beats(2, 1), 9_000);
    expect(liveWorkers(later, 10_000, 9_999)).toEqual(['a', 'b']);
    expect(liveWorkers(later, 10_000, 10_000)).toEqual(['a']);
  });

  test('one that was stopped and deleted is gone at once', () => {
    const first = observeHeartbeats(new Map(), [{ workerId: 'a', counter: 1 }], 0);
    expect(liveWorkers(observeHeartbeats(first, [], 1), 10_000, 1)).toEqual([]);
  });
});

test('throughput forgets slowly', () => {
  expect(averageThroughput(undefined, 1_000, 2_000)).toBe(500);
  expect(averageThroughput(500, 1_000, 2_000)).toBe(500);
  const afterBurst = averageThroughput(500, 100_000, 1_000);
  expect(afterBurst).toBeGreaterThan(500);
  expect(afterBurst).toBeLessThan(5_000);
  expect(averageThroughput(500, 0, 300_000)).toBeLessThan(1);
});
