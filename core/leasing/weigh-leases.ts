// What a lease weighs when loads are compared.
import type { Lease } from './lease.js';

/** What a shard counts even when nothing comes: it is polled all the same. 0.2 % of what a shard takes. */
export const IDLE_BYTES_PER_SECOND = 2_048;

/**
 * Weighs leases by throughput. One that nobody has measured yet counts as an average one; where little flows, the number of
 * leases is what counts.
 */
export function weighLeases(leases: readonly Lease[]): ReadonlyMap<Lease, number> {
  const measured = leases.flatMap(({ bytesPerSecond }) => (bytesPerSecond === undefined ? [] : [bytesPerSecond]));
  const mean = measured.reduce((sum, rate) => sum + rate, 0) / (measured.length || 1);
  return new Map(leases.map((lease) => [lease, (lease.bytesPerSecond ?? mean) + IDLE_BYTES_PER_SECOND]));
}
