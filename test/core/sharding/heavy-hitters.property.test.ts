import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeavyHitters } from '../../../core/sharding/heavy-hitters.js';
import { nthSmallest } from '../../../core/sharding/nth-smallest.js';

const CAPACITY = 16;

interface Seen {
  readonly key: string;
  readonly bytes: number;
}

/** Far more keys than are kept, some of them hot, light and heavy records mixed, halved now and then. */
const aStep = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ key: fc.nat(200).map((n) => `key-${n}`), bytes: fc.integer({ min: 1, max: 50 }) }),
  },
  { weight: 15, arbitrary: fc.record({ key: fc.constantFrom('hot', '__proto__', '7', 'é'), bytes: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.constant('decay' as const) },
);
const someTraffic = fc.array(aStep, { minLength: 1, maxLength: 600, size: 'max' });

/** What an unbounded count says. */
class Truth {
  readonly keys = new Map<string, { bytes: number; records: number }>();
  bytes = 0;
  records = 0;

  observe({ key, bytes }: Seen): void {
    const count = this.keys.get(key) ?? { bytes: 0, records: 0 };
    this.keys.set(key, { bytes: count.bytes + bytes, records: count.records + 1 });
    this.bytes += bytes;
    this.records += 1;
  }

  decay(): void {
    for (const [key, { bytes, records }] of this.keys) this.keys.set(key, { bytes: bytes / 2, records: records / 2 });
    this.bytes /= 2;
    this.records /= 2;
  }
}

function run(steps: readonly (Seen | 'decay')[], truth = new Truth()): { hitters: HeavyHitters; truth: Truth } {
  const hitters = new HeavyHitters(CAPACITY);
  for (const step of steps) {
    if (step === 'decay') {
      hitters.decay();
      truth.decay();
    } else {
      hitters.observe(step.key, step.bytes);
      truth.observe(step);
    }
  }
  return { hitters, truth };
}

function expectBounds(hitters: HeavyHitters, truth: Truth): void {
  const listed = new Map(hitters.hottest(Number.MAX_SAFE_INTEGER).map((hitter) => [hitter.key, hitter]));
  expect(listed.size).toBeLessThanOrEqual(CAPACITY);
  expect(hitters.total.bytes).toBeCloseTo(truth.bytes);
  expect(hitters.total.records).toBeCloseTo(truth.records);
  for (const by of ['bytes', 'records'] as const) {
    const mostError = hitters.maxErrorShare * truth[by];
    for (const [key, count] of truth.keys) {
      const hitter = listed.get(key);
      if (count[by] > mostError) expect(hitter).toBeDefined();
      if (hitter === undefined) continue;
      const error = hitter[`${by}Error`];
      expect(hitter[by] + 1e-6).toBeGreaterThanOrEqual(count[by]);
      expect(hitter[by] - error).toBeLessThanOrEqual(count[by] + 1e-6);
      expect(error).toBeLessThanOrEqual(mostError + 1e-6);
    }
  }
  for (const key of listed.keys()) expect(truth.keys.has(key)).toBe(true);
}

test('a key above the error share is always listed, and every amount keeps within its error, faded or not', () => {
  fc.assert(
    fc.property(someTraffic, (steps) => {
      const { hitters, truth } = run(steps);
      expectBounds(hitters, truth);
    }),
    { numRuns: 200 },
  );
});

test('merged, the same holds for the traffic of both', () => {
  fc.assert(
    fc.property(someTraffic, someTraffic, (one, other) => {
      const withoutDecay = (steps: readonly (Seen | 'decay')[]) => steps.filter((step) => step !== 'decay');
      const truth = new Truth();
      const { hitters } = run(withoutDecay(one), truth);
      hitters.merge(run(withoutDecay(other), truth).hitters);
      expectBounds(hitters, truth);
    }),
    { numRuns: 100 },
  );
});

test('few keys are counted exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(9) })), (steps) => {
      const { hitters, truth } = run(steps);
      const expected = [...truth.keys].map(([key, count]) => ({ key, ...count, bytesError: 0, recordsError: 0 }));
      const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
      expect(hitters.hottest(3).sort(byKey)).toEqual(expected.sort(byKey));
    }),
    { numRuns: 100 },
  );
});

test('selects what sorting would put at the rank', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 50 }), fc.nat(), (values, seed) => {
      const rank = seed % values.length;
      expect(nthSmallest(Float64Array.from(values), rank)).toBe([...values].sort((a, b) => a - b)[rank]);
    }),
    { numRuns: 300 },
  );
});

test('fails when the capacity is no whole number from 8, or differs in a merge', () => {
  expect(() => new HeavyHitters(7)).toThrow(/^'capacity' must be a whole number from 8, got 7;/);
  expect(() => new HeavyHitters(8).merge(new HeavyHitters(9))).toThrow(/^'capacity' must be 8 on both sides, got 9;/);
});
