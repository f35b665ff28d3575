// Everything the worker needs from the outside world.
import type { Lease, ListedShard } from '../../core/leasing/lease.js';
import type { Heartbeat } from '../../core/leasing/live-workers.js';

/** A record as the stream gives it. */
export interface ShardRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivalMs: number;
}

/** Some records of a shard, in order; without records it tells how far behind the reader is. */
export interface ShardPage {
  readonly records: readonly ShardRecord[];
  readonly behindMs: number;
  /** Whether the shard is closed and this is the last of it. */
  readonly isLast: boolean;
}

/** Where to begin: behind a record, with the first that came at a time, or with the oldest there is. */
export type ShardPosition =
  | { readonly afterSequenceNumber: string }
  | { readonly atMs: number }
  | { readonly atOldest: true };

/** The stream. */
export interface WorkerStream {
  /** ARN of the stream, as batches name it. */
  arn(): Promise<string>;
  /** Lists the shards, all pages; those that hold records since `sinceMs`, if it is given. */
  listShards(sinceMs: number | undefined): Promise<readonly ListedShard[]>;
  /** Reads a shard until it ends or `signal` is aborted; goes on by itself after what the service recovers from. */
  read(shardId: string, from: ShardPosition, signal: AbortSignal): AsyncIterable<ShardPage>;
}

/** What the workers of one application share beside the leases. */
export interface Application {
  /** Where shards without a checkpoint are read from, epoch milliseconds; undefined: from the oldest record. */
  readonly startAtMs: number | undefined;
}

export interface LeaseTableState {
  readonly leases: readonly Lease[];
  readonly heartbeats: readonly Heartbeat[];
}

/** What is read of a lease to decide on a write: the write is refused when any of it has changed. */
export type LeaseFence = Pick<Lease, 'shardId' | 'owner' | 'ownerSwitches'>;

/** What a write sets; null takes an attribute away. */
export type LeaseChange = {
  readonly [K in keyof Omit<Lease, 'shardId' | 'parents'>]?: Exclude<Lease[K], undefined> | null;
};

/** The table of leases, as one application sees it. */
export interface LeaseTable {
  /** Stores where the application starts, unless it is stored already; returns what is stored. */
  openApplication(wanted: Application): Promise<Application>;
  read(): Promise<LeaseTableState>;
  /** Creates a lease, unless there is one of its shard. */
  createLease(lease: Lease): Promise<void>;
  /** Changes a lease if owner and number of owners are still those of `fence`; tells whether they were. */
  changeLease(fence: LeaseFence, change: LeaseChange): Promise<boolean>;
  removeLease(shardId: string): Promise<void>;
  writeHeartbeat(heartbeat: Heartbeat): Promise<void>;
  removeHeartbeat(workerId: string): Promise<void>;
}

/** Stream, table, time and dice. */
export interface WorkerPorts {
  readonly stream: WorkerStream;
  readonly table: LeaseTable;
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Waits, or returns early once `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 to below 1. */
  random(): number;
  /** Closes the connections. */
  close(): void;
}
