// A lease is the right of one worker to read one shard. It outlives its owners: it also says how far the shard was read.

export interface Lease {
  readonly shardId: string;
  /** Shards that this one was made of; none for a shard that the stream was created with. */
  readonly parents: readonly string[];
  /** Worker that reads the shard. */
  readonly owner?: string | undefined;
  /** Worker that the owner is to hand the shard to. */
  readonly pendingOwner?: string | undefined;
  /** Times that the owner has changed. A write that names an earlier count comes from an owner of the past. */
  readonly ownerSwitches: number;
  /** Sequence number of the last record that was handled. */
  readonly checkpoint?: string | undefined;
  /** Whether the shard was closed and all of it was handled. */
  readonly isEnded: boolean;
  /** Moving average of what is read; undefined until somebody has measured it. */
  readonly bytesPerSecond?: number | undefined;
}

/** A shard as the stream lists it. */
export interface ListedShard {
  readonly shardId: string;
  readonly parents: readonly string[];
}

/**
 * Picks the leases that may be read: children wait until all of each parent was handled, so that the order of a key
 * survives a reshard. A parent that has no lease is past its retention.
 */
export function startableLeases(leases: readonly Lease[]): Lease[] {
  const unfinished = new Set(leases.filter(({ isEnded }) => !isEnded).map(({ shardId }) => shardId));
  return leases.filter((lease) => !lease.isEnded && !lease.parents.some((parent) => unfinished.has(parent)));
}
