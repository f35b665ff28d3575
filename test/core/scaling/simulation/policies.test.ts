import { describe, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../../../core/scaling/planner/settings.js';
import { DEFAULT_ASSUMPTIONS } from '../../../../core/scaling/simulation/assumptions.js';
import { ANCHORS, POLICIES, type PolicyName } from '../../../../core/scaling/simulation/catalog.js';
import { GENERATOR_NAMES, generateTrace } from '../../../../core/scaling/simulation/generators.js';
import { planWithHindsight } from '../../../../core/scaling/simulation/oracle.js';
import { addTallies, scoreOf, tally } from '../../../../core/scaling/simulation/score.js';

const setup = { assumptions: DEFAULT_ASSUMPTIONS, settings: DEFAULT_SETTINGS };
const steps = (...levels: number[]) => ({
  name: 'steps',
  load: Float64Array.from(levels.flatMap((level) => new Array<number>(60).fill(level))),
});

describe('the oracle', () => {
  test('never throttles and pays no more than it must', () => {
    const { hourly } = planWithHindsight(steps(1, 1, 8, 8, 1, 1));
    // Half to double an hour: it climbs before the load and comes down after it.
    expect([...hourly]).toEqual([2, 4, 8, 8, 4, 2]);
  });

  test('makes ten calls in any 24 hours at most', () => {
    const { hourly } = planWithHindsight(steps(...Array.from({ length: 96 }, (_, hour) => (hour % 2 === 0 ? 10 : 6))));
    const calls = [...hourly].map((shards, hour) => (hour > 0 && shards !== hourly[hour - 1] ? 1 : 0));
    for (let hour = 0; hour + 24 <= calls.length; hour += 1) {
      expect(calls.slice(hour, hour + 24).reduce<number>((sum, call) => sum + call, 0)).toBeLessThanOrEqual(10);
    }
  });
});

test('a stream that is fixed at its peak throttles nothing', () => {
  const outcome = POLICIES['fixed-peak'](generateTrace('diurnal', { seed: 1, days: 2, peak: 40 }), setup);
  expect(outcome.rejected).toBe(0);
  expect(outcome.shardMinutes).toBe(40 * 2 * 1_440);
});

test('the AWS sample doubles after 25 minutes above 75 %', () => {
  const { shards } = POLICIES['aws-sample'](steps(4, 8, 8), setup);
  expect(shards[60 + 24]).toBe(8);
  expect(shards[60 + 60]).toBe(16);
});

test('on-demand Standard throttles what more than doubles within 15 minutes', () => {
  const outcome = POLICIES['on-demand-standard'](steps(10, 30));
  expect(outcome.throttledMinutes).toBe(15);
  expect(outcome.rejected).toBe(15 * (30 - 20));
});

test.each(GENERATOR_NAMES)('made-up traffic is the same for the same seed: %s', (name) => {
  const made = generateTrace(name, { seed: 7, days: 1, peak: 10 });
  expect(made).toEqual(generateTrace(name, { seed: 7, days: 1, peak: 10 }));
  expect(made.load.reduce((high, value) => Math.max(high, value), 0)).toBeCloseTo(10);
  expect(made.load.every((value) => value >= 0)).toBe(true);
});

test('the planner costs less than every policy that cannot see the future, on two days of a wave', () => {
  const trace = generateTrace('diurnal', { seed: 3, days: 2, peak: 40 });
  const oracle = planWithHindsight(trace).shardMinutes;
  const jOf = (name: PolicyName) => scoreOf(tally(POLICIES[name](trace, setup), oracle)).j;
  const ours = jOf('planner');
  for (const anchor of ANCHORS) expect(ours).toBeLessThan(jOf(anchor));
});

test('a score adds up runs by their days and volume', () => {
  const one = tally(POLICIES['fixed-peak'](steps(4, 8), setup), 2 * 60 * 4);
  const { xOracle, throttledVolume, dollarsPerDay } = scoreOf(addTallies([one, one]));
  expect(xOracle).toBe(2);
  expect(throttledVolume).toBe(0);
  expect(dollarsPerDay).toBeGreaterThan(8 * 24 * 0.015);
});
