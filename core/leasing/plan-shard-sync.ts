// Brings the leases in line with the shards that a stream lists.
import type { Lease, ListedShard } from './lease.js';

export interface ShardSync {
  /** Leases of shards that have none. */
  readonly create: readonly Lease[];
  /** Finished leases of shards that are past their retention. */
  readonly remove: readonly Lease[];
}

/**
 * Plans which leases to create and which to remove.
 *
 * A child begins with the throughput that it is likely to have: its share of each parent's. A finished lease goes only
 * once the stream no longer lists its shard, as its children would be taken for orphans before.
 */
export function planShardSync(leases: readonly Lease[], shards: readonly ListedShard[]): ShardSync {
  const known = new Map(leases.map((lease) => [lease.shardId, lease]));
  const listed = new Set(shards.map(({ shardId }) => shardId));
  const childrenOf = (parent: string) => shards.filter(({ parents }) => parents.includes(parent)).length;
  const create = shards
    .filter(({ shardId }) => !known.has(shardId))
    .map(({ shardId, parents }): Lease => {
      const shares = parents.flatMap((parent) => {
        const rate = known.get(parent)?.bytesPerSecond;
        return rate === undefined ? [] : [rate / childrenOf(parent)];
      });
      const bytesPerSecond = shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0);
      return { shardId, parents, ownerSwitches: 0, isEnded: false, bytesPerSecond };
    });
  return { create, remove: leases.filter(({ isEnded, shardId }) => isEnded && !listed.has(shardId)) };
}
