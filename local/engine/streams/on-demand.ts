// How an on-demand stream sizes itself: enough shards for twice its peak, and a shard that has grown too busy is split.
// The service takes up to 15 minutes for it, so traffic that more than doubles within them meets the limits of the
// shards there are: that is the throttling which its guide warns of. Hot keys are not isolated: a shard takes 1 MiB/s.
// https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
import {
  ON_DEMAND_GROWTH_FACTOR,
  ON_DEMAND_SPLIT_ABOVE_BYTES_PER_SECOND,
  ON_DEMAND_START_SHARDS,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../../core/limits.js';
import { mergeAt, splitAt } from '../reshard/lineage.js';
import { PeakWrites } from './peak-writes.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

const MIB = 1_024 * 1_024;
const HOUR_MS = 3_600_000;
const MONTH_MS = 30 * 86_400_000;

/** Records a second that a shard is split above, in the proportion of the documented bytes. */
const SPLIT_ABOVE_RECORDS_PER_SECOND = SHARD_WRITE_RECORDS_PER_SECOND / ON_DEMAND_GROWTH_FACTOR;

/** Traffic of one shard over the last minute. */
export interface ShardTraffic {
  readonly bytesPerSecond: number;
  readonly recordsPerSecond: number;
}

/** What it takes to scale a stream, beside the stream itself. */
export interface ScalingRoom {
  /** Shards that the account may still open. */
  readonly spareShards: number;
  /** Lab time from noticing to having scaled. */
  readonly delayMs: number;
}

/** Scaling state of one on-demand stream. */
export class OnDemandScaling {
  readonly peaks = new PeakWrites();
  /** Since when the stream has been too small. */
  #shortSinceMs: number | undefined;
  /** Shards seen too busy since then. */
  #hot = new Set<Shard>();
  /** When the stream last had reason for the shards it has, beside its peak. */
  #heldAtMs = Number.NEGATIVE_INFINITY;

  /** Keeps the shards there are for as long as a peak counts: a split shard is not merged again at once. */
  hold(nowMs: number): void {
    this.#heldAtMs = nowMs;
  }

  /** Looks at the minute that has just passed; splits or merges what is due. */
  review(stream: Stream, room: ScalingRoom, nowMs: number): void {
    const traffic = new Map(stream.openShards.map((shard) => [shard, shard.takeTraffic(nowMs)]));
    const total = [...traffic.values()].reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
    this.peaks.add(total, nowMs);
    const target = this.targetShards(stream, nowMs);
    for (const [shard, rate] of traffic) if (isHot(rate) && isDivisible(shard)) this.#hot.add(shard);
    const isShort = this.#hot.size > 0 || stream.openShards.length < target;
    if (!isShort) {
      this.#shortSinceMs = undefined;
      const holdMs = stream.warmThroughputMiBps === undefined ? MONTH_MS : HOUR_MS;
      if (nowMs - this.#heldAtMs < holdMs) return;
      for (let open = stream.openShards.length; open > target; open -= 1) mergeNarrowest(stream, nowMs);
      return;
    }
    this.#shortSinceMs ??= nowMs;
    if (nowMs - this.#shortSinceMs < room.delayMs) return;
    this.#shortSinceMs = undefined;
    const hot = [...this.#hot].filter((shard) => !shard.end);
    this.#hot.clear();
    if (hot.length > 0) this.hold(nowMs);
    grow(stream, { hot, target, most: stream.openShards.length + room.spareShards }, nowMs);
  }

  /** Shards for twice the peak, for the warm throughput, and never fewer than a new stream has. */
  targetShards(stream: Stream, nowMs: number): number {
    const warm = stream.warmThroughputMiBps ?? 0;
    // Who asks for warm throughput, may let go of what only an older peak asks for.
    const peak = stream.warmThroughputMiBps === undefined ? this.peaks.ofMonth(nowMs) : this.peaks.ofHour(nowMs);
    const forPeak = Math.ceil((peak * ON_DEMAND_GROWTH_FACTOR) / SHARD_WRITE_BYTES_PER_SECOND);
    return Math.max(ON_DEMAND_START_SHARDS, Math.ceil(warm), forPeak);
  }
}

/** Splits widest shards until there are `target`. */
export function growTo(stream: Stream, target: number, nowMs: number): void {
  grow(stream, { hot: [], target, most: target }, nowMs);
}

/** Write throughput that the stream's shards take together, MiB a second. */
export function currentMiBps(stream: Stream): number {
  return (stream.openShards.length * SHARD_WRITE_BYTES_PER_SECOND) / MIB;
}

interface Growth {
  readonly hot: readonly Shard[];
  readonly target: number;
  /** Shards that the account's quota allows. */
  readonly most: number;
}

function grow(stream: Stream, { hot, target, most }: Growth, nowMs: number): void {
  for (const shard of hot) if (stream.openShards.length < most) halve(stream, shard, nowMs);
  while (stream.openShards.length < Math.min(target, most)) {
    const widest = stream.openShards.reduce((a, b) => (width(b) > width(a) ? b : a));
    if (!isDivisible(widest)) return;
    halve(stream, widest, nowMs);
  }
}

function isHot({ bytesPerSecond, recordsPerSecond }: ShardTraffic): boolean {
  return bytesPerSecond > ON_DEMAND_SPLIT_ABOVE_BYTES_PER_SECOND || recordsPerSecond > SPLIT_ABOVE_RECORDS_PER_SECOND;
}

function isDivisible(shard: Shard): boolean {
  return shard.range.end > shard.range.start;
}

function halve(stream: Stream, shard: Shard, nowMs: number): void {
  const { start, end } = shard.range;
  splitAt(stream, (start + end + 1n) / 2n, nowMs);
}

/** Merges the two neighbours that are narrowest together. */
function mergeNarrowest(stream: Stream, nowMs: number): void {
  const shards = stream.openShards;
  let best = 1;
  for (let i = 2; i < shards.length; i += 1) {
    if (width(shards[i - 1]!) + width(shards[i]!) < width(shards[best - 1]!) + width(shards[best]!)) best = i;
  }
  mergeAt(stream, shards[best]!.range.start, nowMs);
}

function width(shard: Shard): bigint {
  return shard.range.end - shard.range.start;
}
