import { describe, expect, test } from '@jest/globals';
import { DEFAULT_ASSUMPTIONS, reshardOperations } from '../../../../core/scaling/simulation/assumptions.js';
import { StreamModel } from '../../../../core/scaling/simulation/stream-model.js';

const stream = (shards: number) => new StreamModel(DEFAULT_ASSUMPTIONS, shards);

describe('a simulated stream', () => {
  test('moves its capacity linearly, 30 seconds a shard', () => {
    const four = stream(4);
    four.act(0, { action: 'updateShardCount', target: 8 });
    expect(four.acceptedAt(0, 0, 100)).toBe(4);
    expect(four.acceptedAt(1, 0, 100)).toBe(6);
    four.advance(1);
    expect(four.updating).toBe(true);
    four.advance(2);
    expect(four.updating).toBe(false);
    expect(four.acceptedAt(2, 0, 100)).toBe(8);
  });

  test('fails when a call is out of reach, while another runs, or beyond ten in 24 hours', () => {
    const busy = stream(10);
    busy.act(0, { action: 'updateShardCount', target: 21 });
    busy.act(0, { action: 'updateShardCount', target: 4 });
    busy.act(0, { action: 'merge', count: 6 });
    expect(busy.refusals).toEqual({ 'out-of-bounds': 3, 'in-use': 0, 'out-of-budget': 0 });
    busy.act(0, { action: 'updateShardCount', target: 11 });
    busy.act(0, { action: 'split', count: 1 });
    expect(busy.refusals['in-use']).toBe(1);
    for (let call = 1; call < 11; call += 1) {
      busy.advance(call * 10);
      busy.act(call * 10, { action: 'updateShardCount', target: call % 2 === 0 ? 11 : 10 });
    }
    expect(busy.refusals['out-of-budget']).toBe(1);
    expect(busy.callsLast24h(100)).toBe(10);
    expect(busy.callsLast24h(1_440)).toBe(9);
  });

  test('is limited by its widest shard after a part of a split round', () => {
    const half = stream(4);
    half.act(0, { action: 'split', count: 2 });
    half.advance(1);
    expect(half.shardsAt(1, 0)).toBe(6);
    // Two shards of a quarter take 1 each of their 2, four of an eighth all of their 1.
    expect(half.acceptedAt(1, 0, 8)).toBeCloseTo(6);
    expect(half.acceptedAt(1, 0, 4)).toBeCloseTo(4);
    expect(half.acceptedAt(1, 0, 5)).toBeLessThan(5);
  });

  test('is even again after splitting or merging all', () => {
    const all = stream(4);
    all.act(0, { action: 'split', count: 4 });
    all.advance(2);
    expect(all.acceptedAt(2, 0, 8)).toBe(8);
    all.act(2, { action: 'merge', count: 4 });
    all.advance(4);
    expect(all.shardsAt(4, 0)).toBe(4);
    expect(all.acceptedAt(4, 0, 4)).toBe(4);
  });
});

test.each([
  [20, 40, 20, 20],
  [20, 21, 1, 39],
  [40, 30, 10, 50],
])('from %i to %i shards takes %i operations one by one, %i between even layouts', (from, to, one, even) => {
  expect(reshardOperations(from, to, 'difference')).toBe(one);
  expect(reshardOperations(from, to, 'operations')).toBe(even);
});
