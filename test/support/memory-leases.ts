import type { Lease } from '../../core/leasing/lease.js';
import type { Application, LeaseTable } from '../../runtime/worker/ports.js';

/** A table of leases in memory, with the conditions of the real one; `before` runs ahead of each call and may throw. */
export function memoryLeases(before: (call: string) => Promise<void> = async () => undefined) {
  const leases = new Map<string, Lease>();
  const heartbeats = new Map<string, number>();
  let application: Application | undefined;
  const table: LeaseTable = {
    async openApplication(wanted) {
      await before('openApplication');
      application ??= wanted;
      return application;
    },
    async read() {
      await before('read');
      return {
        leases: [...leases.values()],
        heartbeats: [...heartbeats].map(([workerId, counter]) => ({ workerId, counter })),
      };
    },
    async createLease(lease) {
      await before('createLease');
      if (!leases.has(lease.shardId)) leases.set(lease.shardId, lease);
    },
    async changeLease({ shardId, owner, ownerSwitches }, change) {
      await before('changeLease');
      const lease = leases.get(shardId);
      if (!lease || lease.owner !== owner || lease.ownerSwitches !== ownerSwitches) return false;
      const set = Object.entries(change).map(([name, value]) => [name, value ?? undefined]);
      leases.set(shardId, { ...lease, ...Object.fromEntries(set) });
      return true;
    },
    async removeLease(shardId) {
      await before('removeLease');
      leases.delete(shardId);
    },
    async writeHeartbeat({ workerId, counter }) {
      await before('writeHeartbeat');
      heartbeats.set(workerId, counter);
    },
    async removeHeartbeat(workerId) {
      await before('removeHeartbeat');
      heartbeats.delete(workerId);
    },
  };
  return { table, leases, heartbeats };
}
