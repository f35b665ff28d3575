import type { Lease } from './lease.js';

/** What a shard weighs even when nothing comes, in parts of the average: it is polled all the same. */
const IDLE_SHARE = 0.05;

/**
 * Weighs leases by throughput. One that nobody has measured yet counts as an average one; where nothing flows, or
 * nothing is known, all weigh the same.
 */
export function weighLeases(leases: readonly Lease[]): ReadonlyMap<Lease, number> {
  const measured = leases.flatMap(({ bytesPerSecond }) => (bytesPerSecond === undefined ? [] : [bytesPerSecond]));
  const mean = measured.reduce((sum, rate) => sum + rate, 0) / (measured.length || 1);
  const idle = mean === 0 ? 1 : mean * IDLE_SHARE;
  return new Map(leases.map((lease) => [lease, (lease.bytesPerSecond ?? mean) + idle]));
}
