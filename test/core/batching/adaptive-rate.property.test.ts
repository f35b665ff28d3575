import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AdaptiveRate, DOCUMENTED_RATE } from '../../../core/batching/adaptive-rate.js';

const LIMITS = { recordsPerSecond: 100, bytesPerSecond: 10_000 };

/** Sends as much as the rate lets through; returns what went when. */
function run(rate: AdaptiveRate, sizes: readonly number[]) {
  let nowMs = 0;
  return sizes.map((bytes) => {
    nowMs += rate.waitMs(bytes, nowMs);
    expect(rate.waitMs(bytes, nowMs)).toBe(0);
    rate.spend(bytes);
    return { atMs: nowMs, bytes };
  });
}

test('no time sees more than the limits and a quarter of a second of them saved up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 100 }), (sizes) => {
      const sent = run(new AdaptiveRate(LIMITS, 0), sizes);
      sent.forEach((first, from) => {
        let bytes = 0;
        sent.slice(from).forEach(({ atMs, ...last }, count) => {
          bytes += last.bytes;
          const seconds = (atMs - first.atMs) / 1_000 + 0.25;
          expect(count + 1).toBeLessThanOrEqual(LIMITS.recordsPerSecond * seconds + 1);
          expect(bytes).toBeLessThanOrEqual(LIMITS.bytesPerSecond * seconds + 2_000);
        });
      });
    }),
  );
});

test('sends a steady load at the documented limits', () => {
  const sent = run(new AdaptiveRate(DOCUMENTED_RATE, 0), new Array<number>(5_000).fill(100));
  expect(sent.at(-1)!.atMs).toBeGreaterThan(4_700);
  expect(sent.at(-1)!.atMs).toBeLessThan(5_000);
});

test('a record larger than what can be saved up goes when all is saved up, and is paid off', () => {
  const [first, second] = run(new AdaptiveRate(LIMITS, 0), [10_000, 1]);
  expect([first!.atMs, second!.atMs]).toEqual([0, 751]);
});

test('shrinks once for what was sent before, and comes back a tenth a second', () => {
  const rate = new AdaptiveRate(LIMITS, 0);
  expect([rate.throttled(0, 1_000), rate.share]).toEqual([true, 0.75]);
  expect([rate.throttled(900, 1_010), rate.share]).toEqual([false, 0.75]);
  rate.waitMs(1, 2_000);
  expect(rate.share).toBeCloseTo(0.85);
  expect(rate.throttled(1_000, 2_000)).toBe(true);
  rate.waitMs(1, 60_000);
  expect(rate.share).toBe(1);
});

test('however often it is throttled, something still goes', () => {
  const rate = new AdaptiveRate(LIMITS, 0);
  for (let i = 1; i <= 100; i += 1) rate.throttled(i, i);
  expect(rate.share).toBeGreaterThan(0);
  expect(rate.waitMs(100, 200)).toBeLessThan(2_000);
});

test('without a limit nothing waits', () => {
  const rate = new AdaptiveRate({ recordsPerSecond: Number.POSITIVE_INFINITY, bytesPerSecond: 1 }, 0);
  rate.spend(1e9);
  expect(rate.waitMs(1e9, 1)).toBe(0);
});
