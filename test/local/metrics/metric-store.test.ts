import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import { parseStatistic, ValueSummary } from '../../../local/metrics/value-summary.js';

const START = Date.UTC(2026, 0, 5, 10, 0, 0);
const MINUTE = 60_000;

function aStore(values: readonly (readonly [minute: number, value: number])[], dimensions = { StreamName: 's' }) {
  const store = new MetricStore();
  for (const [minute, value] of values) {
    store.put({
      namespace: 'AWS/Kinesis',
      name: 'IncomingBytes',
      dimensions,
      value,
      atMs: START + minute * MINUTE + 17,
    });
  }
  return store;
}

const read = (store: MetricStore, statistic: string, minutes: number, periodMinutes: number, from = 0) =>
  [
    ...store.statistics(
      { namespace: 'AWS/Kinesis', name: 'IncomingBytes', dimensions: { StreamName: 's' }, statistic },
      START + from * MINUTE,
      START + minutes * MINUTE,
      periodMinutes * MINUTE,
    ),
  ].map(([atMs, value]) => [(atMs - START) / MINUTE, value]);

test.each([
  ['Sum', 15],
  ['Average', 5],
  ['Minimum', 1],
  ['Maximum', 10],
  ['SampleCount', 3],
])('gives the %s of a period', (statistic, expected) => {
  const store = aStore([
    [0, 1],
    [0, 4],
    [1, 10],
  ]);
  expect(read(store, statistic, 2, 2)).toEqual([[0, expected]]);
});

test('leaves out periods without data, and starts periods where it is asked to', () => {
  const store = aStore([
    [0, 1],
    [3, 2],
    [4, 3],
  ]);
  expect(read(store, 'Sum', 5, 1)).toEqual([
    [0, 1],
    [3, 2],
    [4, 3],
  ]);
  expect(read(store, 'Sum', 5, 2, 3)).toEqual([[3, 5]]);
});

test('matches dimensions exactly, in any order', () => {
  const store = new MetricStore();
  const at = { namespace: 'N', name: 'm', atMs: START };
  store.put({ ...at, dimensions: { a: '1', b: '2' }, value: 1 });
  store.put({ ...at, dimensions: { b: '2', a: '1' }, value: 2 });
  const sum = (dimensions: Record<string, string>) =>
    store.statistics({ namespace: 'N', name: 'm', dimensions, statistic: 'Sum' }, START, START + 1, MINUTE).get(START);
  expect(sum({ a: '1', b: '2' })).toBe(3);
  expect(sum({ a: '1' })).toBeUndefined();
});

test('shows no minute before it can be seen, not even as a part of a longer period', () => {
  const at = { namespace: 'Test', name: 'm', dimensions: {}, value: 1 };
  let visibleUntilMs = 2 * 60_000;
  const store = new MetricStore({ visibleUntilMs: () => visibleUntilMs });
  for (let minute = 0; minute < 5; minute += 1) store.put({ ...at, atMs: minute * 60_000 });
  const sum = () => store.statistics({ ...at, statistic: 'Sum' }, 0, 300_000, 300_000).get(0);
  expect(sum()).toBe(2);
  visibleUntilMs = 5 * 60_000;
  expect(sum()).toBe(5);
});

test('forgets what is more than 25 hours old', () => {
  const store = aStore([
    [0, 1],
    [60, 2],
    [25 * 60, 3],
  ]);
  expect(read(store, 'SampleCount', 26 * 60, 26 * 60)).toEqual([[0, 2]]);
});

test('keeps percentiles to within 1 percent of a value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 200 }),
      (values, percent, cut) => {
        const [first, second] = [new ValueSummary(), new ValueSummary()];
        for (const [index, value] of values.entries()) (index < cut ? first : second).add(value);
        first.merge(second);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)]!;
        expect(Math.abs(first.percentile(percent)! - exact)).toBeLessThanOrEqual(exact * 0.0101);
        expect(first.count).toBe(values.length);
      },
    ),
  );
});

test('fails when a statistic is not one of the lab, by its name', () => {
  expect(() => parseStatistic('TM(10%:90%)')).toThrow("does not have the statistic 'TM(10%:90%)'");
  expect(() => parseStatistic('p101')).toThrow("does not have the statistic 'p101'");
});

test('refuses what is not a number and counts it', () => {
  const store = aStore([
    [0, Number.NaN],
    [0, 1],
  ]);
  expect(read(store, 'SampleCount', 1, 1)).toEqual([[0, 1]]);
  expect(store.refused).toBe(1);
});
