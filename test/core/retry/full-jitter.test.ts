import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fullJitterMs } from '../../../core/retry/full-jitter.js';

test.each([
  ['the first retry waits below the base', 1, 99],
  ['the second below twice the base', 2, 199],
  ['the fifth below 16 times the base', 5, 1_599],
  ['no wait passes the cap', 7, 4_999],
  ['not after any number of attempts', 5_000, 4_999],
])('%s', (_rule, attempt, longestMs) => {
  expect(fullJitterMs(attempt, 100, 5_000, () => 1 - Number.EPSILON)).toBe(longestMs);
});

test('a wait may be nothing', () => {
  expect(fullJitterMs(3, 100, 5_000, () => 0)).toBe(0);
});

test('waits are whole and spread over all of the interval', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (attempt, r) => {
      const waitMs = fullJitterMs(attempt, 100, 5_000, () => r);
      const ceilingMs = fullJitterMs(attempt, 100, 5_000, () => 1);
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(Math.abs(waitMs - ceilingMs * r)).toBeLessThanOrEqual(1);
    }),
  );
});
