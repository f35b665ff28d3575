import { expect, test } from '@jest/globals';
import { planResize, resizesLeft, type ScalingPolicy, type StreamLoad } from '../../../core/scaling/plan-resize.js';

const policy: ScalingPolicy = { minShards: 2, maxShards: 16, targetPercent: 70, scaleInAfterMinutes: 15 };

const aLoad = (overrides: Partial<StreamLoad>): StreamLoad => ({
  mode: 'PROVISIONED',
  status: 'ACTIVE',
  openShards: 4,
  recentPercent: 60,
  windowPercent: 60,
  resizesInLastDay: 0,
  ...overrides,
});

const quiet = (percent: number) => ({ recentPercent: percent, windowPercent: percent });

test.each<[string, Partial<StreamLoad>, number, string]>([
  ['scales out at once, rounding up', { recentPercent: 71 }, 5, 'load-above-target'],
  ['scales out to what brings it to its target', { recentPercent: 105 }, 6, 'load-above-target'],
  ['scales out from the minimum by its load', { openShards: 2, recentPercent: 90 }, 3, 'load-above-target'],
  ['scales out to double at most', { recentPercent: 900 }, 8, 'load-above-target'],
  ['scales out to the maximum at most', { openShards: 10, recentPercent: 140 }, 16, 'load-above-target'],
  ['scales out without a full window', { recentPercent: 140, windowPercent: undefined }, 8, 'load-above-target'],
  ['scales out with the last call', { recentPercent: 140, resizesInLastDay: 9 }, 8, 'load-above-target'],
  ['scales in to what the quietest window needs', { openShards: 10, ...quiet(40) }, 6, 'load-below-target'],
  [
    'scales in by the fullest minute of the window',
    { openShards: 10, recentPercent: 10, windowPercent: 49 },
    7,
    'load-below-target',
  ],
  ['scales in by half at most', { openShards: 12, ...quiet(1) }, 6, 'load-below-target'],
  ['scales in by half at most, rounding an odd count up', { openShards: 7, ...quiet(1) }, 4, 'load-below-target'],
  ['scales in to the minimum at most', { openShards: 3, ...quiet(0) }, 2, 'load-below-target'],
  ['scales in with the last call that is not reserved', { ...quiet(1), resizesInLastDay: 4 }, 2, 'load-below-target'],
  ['grows to the minimum without metrics', { openShards: 1, recentPercent: undefined }, 2, 'below-minimum'],
  ['shrinks to the maximum, half at a time', { openShards: 40, ...quiet(100) }, 20, 'above-maximum'],
  ['shrinks to the maximum', { openShards: 20, ...quiet(100) }, 16, 'above-maximum'],
])('%s', (_rule, load, to, reason) => {
  const given = aLoad(load);
  const words = expect.any(String);
  expect(planResize(given, policy)).toEqual({ kind: 'resize', from: given.openShards, to, reason, words });
});

test.each<[string, Partial<StreamLoad>, string]>([
  ['holds exactly at the target', quiet(70), 'on-target'],
  ['holds where scaling in saves less than a quarter', quiet(53), 'on-target'],
  ['holds at the minimum', { openShards: 2, ...quiet(0) }, 'on-target'],
  ['holds at the maximum', { openShards: 16, recentPercent: 200 }, 'at-maximum'],
  ['holds while the stream is being resized', { status: 'UPDATING', recentPercent: 200 }, 'not-active'],
  ['holds without metrics', { recentPercent: undefined, windowPercent: 10 }, 'no-data'],
  ['waits until the metrics cover the window', { ...quiet(5), windowPercent: undefined }, 'waiting-for-window'],
  ['waits out a window with a full minute in it', { recentPercent: 5, windowPercent: 69 }, 'waiting-for-window'],
  ['holds when the calls are used up', { recentPercent: 200, resizesInLastDay: 10 }, 'no-calls-left'],
  ['holds when more calls than the budget were made', { recentPercent: 200, resizesInLastDay: 12 }, 'no-calls-left'],
  ['keeps the last calls for scaling out', { ...quiet(5), resizesInLastDay: 5 }, 'calls-reserved'],
])('%s', (_rule, load, reason) => {
  expect(planResize(aLoad(load), policy)).toEqual({ kind: 'hold', reason, words: expect.any(String) });
});

test('goes from below the minimum straight to what the load needs', () => {
  const plan = planResize(aLoad({ openShards: 3, recentPercent: 120 }), { ...policy, minShards: 4 });
  expect(plan).toMatchObject({ reason: 'below-minimum', from: 3, to: 6 });
});

test('scales in once a quarter of the shards is saved', () => {
  expect(planResize(aLoad(quiet(52)), policy)).toMatchObject({ kind: 'resize', to: 3 });
});

test('fails when the stream is on-demand, whatever its load', () => {
  const plan = planResize(aLoad({ mode: 'ON_DEMAND', status: 'UPDATING', recentPercent: 500 }), policy);
  expect(plan).toEqual({ kind: 'refuse', reason: 'on-demand', words: expect.stringContaining('scales by itself') });
});

test('says in words what the plan rests on', () => {
  expect(planResize(aLoad({ recentPercent: 93 }), policy).words).toBe('93 % used is above the target of 70 %');
  expect(planResize(aLoad(quiet(5)), policy).words).toBe('at most 5 % used in the last 15 minutes');
});

test.each([
  [0, 10],
  [9, 1],
  [10, 0],
  [11, 0],
])('after %d calls %d are left', (used, left) => {
  expect(resizesLeft(used)).toBe(left);
});
