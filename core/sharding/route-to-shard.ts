// Finds the open shard that takes a record.
import type { HashKeyRange } from './hash-key-range.js';

/**
 * Finds the shard whose range holds `hash`, in O(log n).
 *
 * `openShards` must be sorted by start and must not overlap; open shards of a stream never do. Returns undefined only
 * where they leave a gap, as a stale shard list can.
 */
export function routeToShard<S extends { readonly range: HashKeyRange }>(
  hash: bigint,
  openShards: readonly S[],
): S | undefined {
  let low = 0;
  let high = openShards.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const shard = openShards[middle]!;
    if (hash < shard.range.start) high = middle - 1;
    else if (hash > shard.range.end) low = middle + 1;
    else return shard;
  }
  return undefined;
}

/**
 * Sorts shards as `routeToShard` needs them: by the start of their range.
 */
export function sortByRange<S extends { readonly range: HashKeyRange }>(shards: readonly S[]): S[] {
  return [...shards].sort((a, b) => (a.range.start < b.range.start ? -1 : a.range.start > b.range.start ? 1 : 0));
}
