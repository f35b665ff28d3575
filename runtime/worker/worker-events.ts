// What a worker tells: one line for each change of hands and each trouble, none for a batch that went well.

export type WorkerEvent =
  | { readonly type: 'worker.started'; readonly workerId: string }
  | { readonly type: 'worker.stopped'; readonly workerId: string }
  | { readonly type: 'lease.taken'; readonly shardId: string; readonly from: string | undefined }
  | { readonly type: 'lease.requested'; readonly shardId: string; readonly from: string }
  | { readonly type: 'lease.handed-over'; readonly shardId: string; readonly to: string }
  | { readonly type: 'lease.released'; readonly shardId: string }
  /** Another worker has it, or this one could not renew in time; what it did since its last checkpoint comes again. */
  | { readonly type: 'lease.lost'; readonly shardId: string }
  | { readonly type: 'shard.ended'; readonly shardId: string }
  /** The handler threw, or returned a record to begin again from. */
  | {
      readonly type: 'batch.failed';
      readonly shardId: string;
      readonly sequenceNumber: string;
      readonly attempt: number;
      readonly error: string;
    }
  /** A record was passed to `discard` after the last attempt. */
  | { readonly type: 'record.discarded'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly type: 'shard.read-failed'; readonly shardId: string; readonly error: string }
  | { readonly type: 'round.failed'; readonly error: string };

/** Counts since the worker began, and what is now. */
export interface WorkerMetrics {
  readonly records: number;
  readonly bytes: number;
  readonly batches: number;
  /** Batches that the handler did not finish. */
  readonly failedBatches: number;
  readonly discarded: number;
  /** Leases taken from nobody or from a worker that was gone. */
  readonly taken: number;
  /** Leases handed to another worker in good order. */
  readonly handedOver: number;
  readonly lost: number;
  /** Writes to the table, heartbeats included. */
  readonly tableWrites: number;
  /** Leases held now. */
  readonly leases: number;
  /** Milliseconds that the shard furthest behind is behind the newest record. */
  readonly behindMs: number;
}
