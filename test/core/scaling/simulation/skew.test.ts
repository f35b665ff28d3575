import { expect, test } from '@jest/globals';
import { planner } from '../../../../core/scaling/simulation/policies/planner.js';
import { simulateSkewed } from '../../../../core/scaling/simulation/simulate-skewed.js';
import { SkewedKeys } from '../../../../core/scaling/simulation/skewed-keys.js';
import { SkewedStream } from '../../../../core/scaling/simulation/skewed-stream.js';

const skew = { keys: 2_000, exponent: 0.8, redrawMinutes: 360, seed: 1 };

test('shares of all ranges add up to one, and change when ranks are drawn anew', () => {
  const keys = new SkewedKeys(skew);
  expect(keys.moveTo(0)).toBe(true);
  const before = keys.shareOf(0, 0.25);
  expect(before + keys.shareOf(0.25, 0.75) + keys.shareOf(0.75, 1)).toBeCloseTo(1);
  expect(keys.moveTo(359)).toBe(false);
  expect(keys.moveTo(360)).toBe(true);
  expect(keys.shareOf(0, 0.25)).not.toBe(before);
});

test('splits and joins shards by id, and fails when a pair are no neighbours', () => {
  const keys = new SkewedKeys(skew);
  keys.moveTo(0);
  const stream = new SkewedStream(keys, 4, 30_000);
  const [first, second, third] = stream.shards;
  stream.act(0, { action: 'merge', count: 1, pairs: [[first!.id, third!.id]] });
  expect(stream.refused).toBe(1);
  stream.act(0, { action: 'split', count: 1, shards: [second!.id] });
  stream.advance(1);
  expect(stream.shards.map(({ start }) => start)).toEqual([0, 0.25, 0.375, 0.5, 0.75]);
  stream.act(1, { action: 'merge', count: 1, pairs: [[stream.shards[1]!.id, stream.shards[2]!.id]] });
  stream.advance(2);
  expect(stream.shards.map(({ start }) => start)).toEqual([0, 0.25, 0.5, 0.75]);
});

test('shard-level metrics cut what hot shards throttle, with nothing refused', () => {
  const trace = { name: 'flat', load: new Float64Array(600).fill(12) };
  const seeing = planner();
  const split = simulateSkewed(trace, { step: (seen, shards) => seeing.step(seen, shards) }, skew);
  const fixed = simulateSkewed(trace, { step: () => ({ action: 'hold' }) }, skew);
  expect(split.refused).toBe(0);
  expect(split.throttledPercent).toBeLessThan(fixed.throttledPercent / 2);
});
