import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { measureLoad, minutesToRead } from '../../../core/scaling/measure-load.js';
import { streamTraffic, type TrafficMinute } from '../../support/stream-traffic.js';

const NOW_MS = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const SHARD_MINUTE_BYTES = 60 * 1_048_576;
const window = { openShards: 2, nowMs: NOW_MS, scaleInAfterMinutes: 15 };
const measure = (minutes: readonly (TrafficMinute | undefined)[], overrides = {}) =>
  measureLoad(streamTraffic(NOW_MS, minutes), { ...window, ...overrides });

test.each<[string, TrafficMinute, number]>([
  ['bytes', { bytes: SHARD_MINUTE_BYTES, records: 1 }, 50],
  ['records', { bytes: 1, records: 60_000 }, 50],
  ['whichever is fuller', { bytes: SHARD_MINUTE_BYTES / 2, records: 90_000 }, 75],
  ['a begun percent as a whole one', { bytes: 1, records: 1 }, 1],
  ['nothing as nothing', { bytes: 0, records: 0 }, 0],
  ['records that were rejected', { bytes: 120_000, records: 120_000, throttled: 60_000 }, 150],
  [
    'the bytes of rejected records, by the mean',
    { bytes: SHARD_MINUTE_BYTES * 2, records: 1_000, throttled: 500 },
    150,
  ],
  ['rejected records when none was accepted', { throttled: 120_000 }, 100],
])('counts %s', (_rule, minute, percent) => {
  expect(measure([minute]).recentPercent).toBe(percent);
});

test('knows the size of rejected records from other minutes', () => {
  const minutes = [{ bytes: SHARD_MINUTE_BYTES, records: 100 }, { throttled: 400 }];
  expect(measure(minutes).recentPercent).toBe(200);
});

test('takes the fullest of the last minutes, not the last or the mean', () => {
  const minutes = [{ records: 0 }, { records: 96_000 }, { records: 12_000 }, undefined, undefined];
  expect(measure(minutes).recentPercent).toBe(80);
});

test('forgets as recent what is older than five minutes', () => {
  const minutes = [{ records: 120_000 }, ...Array(5).fill({ records: 12_000 })];
  expect(measure(minutes).recentPercent).toBe(10);
});

test('says nothing without metrics', () => {
  expect(measure([])).toEqual({ recentPercent: undefined, windowPercent: undefined });
});

test('says nothing of now when the metrics stopped', () => {
  const minutes = [...Array(20).fill({ records: 12_000 }), ...Array(7).fill(undefined)];
  expect(measure(minutes).recentPercent).toBeUndefined();
});

test('waits for the window to be covered before it speaks of it', () => {
  const quiet = (minutes: number) => Array(minutes).fill({ records: 12_000 });
  expect(measure(quiet(14)).windowPercent).toBeUndefined();
  expect(measure(quiet(15)).windowPercent).toBe(10);
});

test('takes the fullest minute of the window', () => {
  const minutes = Array(20).fill({ records: 12_000 });
  minutes[6] = { records: 60_000 };
  expect(measure(minutes)).toEqual({ recentPercent: 10, windowPercent: 50 });
});

test('forgets what is older than the window', () => {
  const minutes = [{ records: 120_000 }, ...Array(15).fill({ records: 12_000 })];
  expect(measure(minutes).windowPercent).toBe(10);
});

test('counts the minute that has just begun', () => {
  expect(measure([{ records: 12_000 }, { records: 120_000 }], { nowMs: NOW_MS - 60_000 }).recentPercent).toBe(100);
});

test('ignores metrics of the future', () => {
  expect(measure([{ records: 12_000 }, { records: 120_000 }], { nowMs: NOW_MS - 90_000 }).recentPercent).toBe(10);
});

test('asks for metrics that reach back beyond the window', () => {
  expect(minutesToRead(15)).toBeGreaterThan(15);
});

const someMinutes = fc.array(
  fc.option(fc.record({ bytes: fc.nat(1e9), records: fc.nat(1e6), throttled: fc.nat(1e6) }), { nil: undefined }),
  { maxLength: 25 },
);

test('the order of the points does not matter', () => {
  fc.assert(
    fc.property(someMinutes, (minutes) => {
      const traffic = streamTraffic(NOW_MS, minutes);
      const reversed = {
        incomingBytes: traffic.incomingBytes.toReversed(),
        incomingRecords: traffic.incomingRecords.toReversed(),
        throttledRecords: traffic.throttledRecords.toReversed(),
      };
      expect(measureLoad(reversed, window)).toEqual(measureLoad(traffic, window));
    }),
  );
});

test('more shards are never fuller', () => {
  fc.assert(
    fc.property(someMinutes, fc.integer({ min: 1, max: 50 }), (minutes, openShards) => {
      const few = measure(minutes, { openShards }).recentPercent ?? 0;
      const more = measure(minutes, { openShards: openShards + 1 }).recentPercent ?? 0;
      expect(more).toBeLessThanOrEqual(few);
    }),
  );
});
