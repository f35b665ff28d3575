// The two steps every reshard is made of. Parents close and children open in the same instant, so no key is ever
// without a shard, and a record is in exactly one.
import { routeToShard } from '../../../core/sharding/route-to-shard.js';
import type { Stream } from '../streams/stream.js';

/** Splits the open shard that holds `boundary`: the upper child starts there. */
export function splitAt(stream: Stream, boundary: bigint, nowMs: number): void {
  const parent = routeToShard(boundary, stream.openShards)!;
  const { start, end } = parent.range;
  const children = [
    { start, end: boundary - 1n },
    { start: boundary, end },
  ].map((range) => stream.makeShard(range, nowMs, [parent]));
  stream.replaceShards([parent], children, nowMs);
}

/** Merges the two open shards that meet at `boundary`; the lower one counts as ParentShardId unless told otherwise. */
export function mergeAt(stream: Stream, boundary: bigint, nowMs: number, isUpperFirst = false): void {
  const lower = routeToShard(boundary - 1n, stream.openShards)!;
  const upper = routeToShard(boundary, stream.openShards)!;
  const parents = isUpperFirst ? [upper, lower] : [lower, upper];
  const range = { start: lower.range.start, end: upper.range.end };
  stream.replaceShards([lower, upper], [stream.makeShard(range, nowMs, parents)], nowMs);
}
