import { describe, expect, test } from '@jest/globals';
import {
  type Anomaly,
  DRIFT_WARM_UP_READINGS,
  MAX_SCORE,
  observeReading,
  type SeriesState,
  SPIKE_WARM_UP_READINGS,
} from '../../../core/anomaly/observe-reading.js';
import { seededRandom } from '../../../core/records/seeded-random.js';

function watch(readings: Iterable<number>): (Anomaly & { readonly at: number })[] {
  const found: (Anomaly & { at: number })[] = [];
  let state: SeriesState | undefined;
  let at = 0;
  for (const reading of readings) {
    const seen = observeReading(state, reading);
    state = seen.state;
    if (seen.anomaly) found.push({ ...seen.anomaly, at });
    at += 1;
  }
  return found;
}

/** Normally spread noise of deviation 1 around what `shape` says. */
function* noisy(count: number, shape: (i: number) => number, seed = 1): Generator<number> {
  const random = seededRandom(seed);
  for (let i = 0; i < count; i += 1) {
    yield shape(i) + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
}

describe('is silent while a series', () => {
  test.each([
    ['stays where it is', () => 100],
    ['swings every day', (i: number) => 100 + 30 * Math.sin((i * 2 * Math.PI) / 288)],
    ['climbs', (i: number) => i / 100],
  ])('%s', (_rule, shape) => {
    expect(watch(noisy(20_000, shape))).toEqual([]);
  });

  test('never changes', () => {
    expect(watch(Array.from({ length: 5_000 }, () => 7))).toEqual([]);
  });
});

test('reports a spike at its reading, with where the series usually stands', () => {
  const [anomaly, ...more] = watch(noisy(1_000, (i) => (i === 700 ? 150 : 100)));
  expect(more).toEqual([]);
  expect(anomaly).toMatchObject({ kind: 'spike', at: 700 });
  expect(anomaly!.expected).toBeCloseTo(100, 0);
  expect(anomaly!.score).toBeGreaterThan(30);
});

test('reports a spike downwards', () => {
  expect(watch(noisy(1_000, (i) => (i === 700 ? 50 : 100)))).toMatchObject([{ kind: 'spike', at: 700 }]);
});

test('reports one onset for a run of far readings', () => {
  expect(watch(noisy(2_000, (i) => (i >= 700 && i < 800 ? 150 : 100)))).toHaveLength(1);
});

test('reports again after the series has come back and stayed', () => {
  const found = watch(noisy(3_000, (i) => (i === 700 || i === 2_000 ? 150 : 100)));
  expect(found.map(({ at }) => at)).toEqual([700, 2_000]);
});

test('takes two spikes close together for one anomaly', () => {
  expect(watch(noisy(2_000, (i) => (i === 700 || i === 720 ? 150 : 100)))).toHaveLength(1);
});

test('reports drift that no single reading shows', () => {
  const found = watch(noisy(6_000, (i) => (i >= 4_000 ? 102 : 100)));
  expect(found).toMatchObject([{ kind: 'drift' }]);
  expect(found[0]!.at).toBeGreaterThan(4_000);
  expect(found[0]!.at).toBeLessThan(4_144);
});

test('becomes used to a new level, and reports what leaves that', () => {
  const found = watch(noisy(20_000, (i) => (i === 15_000 ? 500 : i >= 4_000 ? 200 : 100)));
  expect(found.map(({ at }) => at)).toEqual([4_000, 15_000]);
});

test('waits until it knows the series', () => {
  expect(watch(noisy(SPIKE_WARM_UP_READINGS, (i) => (i === SPIKE_WARM_UP_READINGS - 1 ? 900 : 100)))).toEqual([]);
  const drifting = (i: number) => (i >= DRIFT_WARM_UP_READINGS / 2 ? 103 : 100);
  expect(watch(noisy(DRIFT_WARM_UP_READINGS, drifting))).toEqual([]);
});

test('a constant series that moves scores highest', () => {
  const readings = Array.from({ length: 1_000 }, (_, i) => (i === 500 ? 8 : 7));
  expect(watch(readings)[0]).toMatchObject({ at: 500, expected: 7, score: MAX_SCORE });
});

test('the scale of a series does not matter', () => {
  const shape = (i: number) => (i === 700 ? 150 : 100);
  const plain = watch(noisy(1_000, shape));
  for (const scale of [1e-9, 1e9]) {
    const scaled = watch([...noisy(1_000, shape)].map((reading) => reading * scale));
    expect(scaled.map(({ at }) => at)).toEqual(plain.map(({ at }) => at));
  }
});

test('raises no flood on heavy tails', () => {
  const random = seededRandom(3);
  const waits = Array.from({ length: 20_000 }, () => -Math.log(1 - random()) * 400);
  expect(watch(waits).length).toBeLessThan(20);
});

test('a state that was stored as JSON goes on as if it had not been', () => {
  const readings = [...noisy(3_000, (i) => (i === 2_500 ? 150 : 100))];
  let kept: SeriesState | undefined;
  let stored: SeriesState | undefined;
  for (const reading of readings) {
    kept = observeReading(kept, reading).state;
    stored = JSON.parse(JSON.stringify(observeReading(stored, reading).state)) as SeriesState;
  }
  expect(stored).toEqual(kept);
});
