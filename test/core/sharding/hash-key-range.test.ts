import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { areAdjacent, splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';

test.each([
  ['one shard takes all', 1, [['0', '340282366920938463463374607431768211455']]],
  [
    'two shards halve the space',
    2,
    [
      ['0', '170141183460469231731687303715884105727'],
      ['170141183460469231731687303715884105728', '340282366920938463463374607431768211455'],
    ],
  ],
  [
    'three shards divide it, the last takes the rest',
    3,
    [
      ['0', '113427455640312821154458202477256070484'],
      ['113427455640312821154458202477256070485', '226854911280625642308916404954512140969'],
      ['226854911280625642308916404954512140970', '340282366920938463463374607431768211455'],
    ],
  ],
])('%s, as CreateStream does', (_rule, count, ranges) => {
  expect(splitHashKeySpace(count).map(({ start, end }) => [start.toString(), end.toString()])).toEqual(ranges);
});

test('any number of shards covers the whole key space once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (count) => {
      const ranges = splitHashKeySpace(count);
      expect(ranges).toHaveLength(count);
      expect(ranges[0]!.start).toBe(0n);
      expect(ranges.at(-1)!.end).toBe(HASH_KEY_MAX);
      expect(ranges.every(({ start }, i) => i === 0 || start === ranges[i - 1]!.end + 1n)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('all ranges are equally wide, but for the remainder in the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (count) => {
      const widths = splitHashKeySpace(count).map(({ start, end }) => end - start + 1n);
      const [first] = widths;
      expect(new Set(widths.slice(0, -1)).size).toBeLessThanOrEqual(1);
      expect(widths.at(-1)! - first!).toBeLessThan(BigInt(count));
    }),
    { numRuns: 50 },
  );
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('fails when asked for %p shards', (count) => {
  expect(() => splitHashKeySpace(count)).toThrow(`'count' must be a whole number from 1, got ${count}`);
});

test.each([
  ['neighbours', { start: 0n, end: 4n }, { start: 5n, end: 9n }, true],
  ['a gap between', { start: 0n, end: 4n }, { start: 6n, end: 9n }, false],
  ['an overlap', { start: 0n, end: 5n }, { start: 5n, end: 9n }, false],
  ['the same range', { start: 0n, end: 4n }, { start: 0n, end: 4n }, false],
])('adjacent or not: %s', (_rule, a, b, adjacent) => {
  expect([areAdjacent(a, b), areAdjacent(b, a)]).toEqual([adjacent, adjacent]);
});
