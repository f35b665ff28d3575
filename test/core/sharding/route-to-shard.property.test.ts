import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { hashPartitionKey } from '../../../core/sharding/hash-key.js';
import { splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';
import { routeToShard, sortByRange } from '../../../core/sharding/route-to-shard.js';

const aHash = fc.bigInt({ min: 0n, max: HASH_KEY_MAX });

/** Open shards as splits and merges leave them: the key space cut anywhere. */
const openShards = fc.uniqueArray(fc.bigInt({ min: 1n, max: HASH_KEY_MAX }), { maxLength: 40 }).map((cuts) => {
  const starts = [0n, ...cuts.sort((a, b) => (a < b ? -1 : 1))];
  return starts.map((start, i) => ({ id: i, range: { start, end: (starts[i + 1] ?? HASH_KEY_MAX + 1n) - 1n } }));
});

test('routes every hash to the shard a linear search finds', () => {
  fc.assert(
    fc.property(openShards, aHash, (shards, hash) => {
      const expected = shards.find(({ range }) => range.start <= hash && hash <= range.end);
      expect(expected).toBeDefined();
      expect(routeToShard(hash, shards)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('routes both ends of each range to it', () => {
  fc.assert(
    fc.property(openShards, (shards) => {
      for (const shard of shards) {
        expect(routeToShard(shard.range.start, shards)).toBe(shard);
        expect(routeToShard(shard.range.end, shards)).toBe(shard);
      }
    }),
  );
});

test('keeps a key on one shard, whatever its place among equal shards', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (key, count) => {
      const shards = splitHashKeySpace(count).map((range) => ({ range }));
      const width = shards[0]!.range.end + 1n;
      const hash = hashPartitionKey(key);
      const index = hash / width >= BigInt(count) ? count - 1 : Number(hash / width);
      expect(routeToShard(hash, shards)).toBe(shards[index]);
    }),
  );
});

test('finds nothing where a stale list leaves a gap', () => {
  const shards = [{ range: { start: 0n, end: 9n } }, { range: { start: 20n, end: 29n } }];
  expect(routeToShard(15n, shards)).toBeUndefined();
  expect(routeToShard(30n, shards)).toBeUndefined();
  expect(routeToShard(0n, [])).toBeUndefined();
});

test('sorts shards by range without touching the given list', () => {
  fc.assert(
    fc.property(openShards, (shards) => {
      const reversed = [...shards].reverse();
      expect(sortByRange(reversed)).toEqual(shards);
      expect(reversed).toEqual([...shards].reverse());
    }),
  );
});
