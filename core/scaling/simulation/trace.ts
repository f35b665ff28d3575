// What a simulation runs on: the load offered to a stream, minute by minute.
import { SHARD_WRITE_BYTES_PER_SECOND } from '../../limits.js';

export const MINUTES_PER_DAY = 1_440;

/** Load in shards' worth of bytes (MiB/s), one value a minute. */
export interface Trace {
  readonly name: string;
  readonly load: Float64Array;
}

/** Records of this size are assumed where a policy or a price counts records: 5 KiB. */
export const RECORD_BYTES = 5 * 1_024;

/** Bytes of a minute at a load of one shard. */
export const SHARD_MINUTE_BYTES = SHARD_WRITE_BYTES_PER_SECOND * 60;

/** GiB of a minute at a load of one shard. */
export const SHARD_MINUTE_GIB = SHARD_MINUTE_BYTES / 1_024 ** 3;

/** Scales a series of any unit so that its highest value is `peak` MiB/s. */
export function scaleToPeak(name: string, values: ArrayLike<number>, peak: number): Trace {
  let highest = 0;
  for (let at = 0; at < values.length; at += 1) highest = Math.max(highest, values[at]!);
  const factor = highest > 0 ? peak / highest : 0;
  return { name, load: Float64Array.from(values, (value) => value * factor) };
}
