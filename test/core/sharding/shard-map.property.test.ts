import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { hashPartitionKey } from '../../../core/sharding/hash-key.js';
import { splitHashKeySpace } from '../../../core/sharding/hash-key-range.js';
import { routeToShard } from '../../../core/sharding/route-to-shard.js';
import {
  effectiveHash,
  hashOfText,
  hashText,
  isWithin,
  overlaps,
  ShardMap,
  WHOLE_KEY_SPACE,
} from '../../../core/sharding/shard-map.js';

const hash = fc.bigInt({ min: 0n, max: HASH_KEY_MAX });

test('a hash key is the same after it was text, and texts sort as the numbers do', () => {
  fc.assert(
    fc.property(hash, hash, (a, b) => {
      expect(hashOfText(hashText(a))).toBe(a);
      expect(hashText(a) < hashText(b)).toBe(a < b);
      expect(isWithin(WHOLE_KEY_SPACE, hashText(a))).toBe(true);
    }),
  );
});

test('a record falls where its explicit hash key says, else where the MD5 of its key does', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), hash, (key, explicit) => {
      expect(hashOfText(effectiveHash(key, undefined))).toBe(hashPartitionKey(key));
      expect(hashOfText(effectiveHash(key, explicit.toString()))).toBe(explicit);
    }),
  );
});

test('finds the shard that the service would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), hash, (count, at) => {
      const shards = splitHashKeySpace(count).map((range, i) => ({ range, shardId: `shard ${i}` }));
      const mapped = shards.map(({ range, shardId }) => ({
        shardId,
        start: hashText(range.start),
        end: hashText(range.end),
      }));
      const found = new ShardMap([...mapped].reverse()).shardOf(hashText(at))!;
      expect(found.shardId).toBe(routeToShard(at, shards)!.shardId);
      expect(isWithin(found, hashText(at))).toBe(true);
    }),
  );
});

test('finds no shard in a gap', () => {
  const [, second] = splitHashKeySpace(2);
  const map = new ShardMap([{ shardId: 'b', start: hashText(second!.start), end: hashText(second!.end) }]);
  expect(map.shardOf(hashText(0n))).toBeUndefined();
  expect(map.get('b')).toBeDefined();
  expect(map.get('a')).toBeUndefined();
});

test('two ranges overlap when one hash is in both', () => {
  const small = hash.map((start) => ({ start, end: start + 5n > HASH_KEY_MAX ? HASH_KEY_MAX : start + 5n }));
  fc.assert(
    fc.property(small, small, (a, b) => {
      const texts = [a, b].map(({ start, end }) => ({ start: hashText(start), end: hashText(end) }));
      expect(overlaps(texts[0]!, texts[1]!)).toBe(a.start <= b.end && b.start <= a.end);
    }),
  );
});
