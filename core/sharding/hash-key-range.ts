// Ranges of the 128-bit key space, and how a stream of n shards divides it.
import { HASH_KEY_COUNT, HASH_KEY_MAX } from '../limits.js';

/** A part of the key space; both ends belong to it. */
export interface HashKeyRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Divides the key space among `count` shards exactly as CreateStream does.
 *
 * Each range is floor(2^128 / count) wide; the last one takes the remainder.
 */
export function splitHashKeySpace(count: number): HashKeyRange[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`'count' must be a whole number from 1, got ${count}; pass the number of shards`);
  }
  const width = HASH_KEY_COUNT / BigInt(count);
  return Array.from({ length: count }, (_, i) => ({
    start: BigInt(i) * width,
    end: i === count - 1 ? HASH_KEY_MAX : BigInt(i + 1) * width - 1n,
  }));
}

/**
 * Tells whether two ranges touch without overlapping, as the shards of one MergeShards call must.
 */
export function areAdjacent(a: HashKeyRange, b: HashKeyRange): boolean {
  return a.end + 1n === b.start || b.end + 1n === a.start;
}
