import type { Lease } from '../../core/leasing/lease.js';

/** A lease that nobody has owned yet. */
export function aLease(shardId: string, fields: Partial<Lease> = {}): Lease {
  return { shardId, parents: [], ownerSwitches: 0, isEnded: false, ...fields };
}
