// Everything a replay needs from the outside world.
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { RecordOrigin } from '../../core/records/replay-mark.js';
import type { LineageShard, ReplayStart } from './plan-replay.js';
import type { ReplayProgress } from './progress.js';
import type { ReplayRange } from './replay-range.js';

/** A record as the stream has it. */
export interface StoredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivalMs: number;
}

/** Part of a shard, and where it goes on. */
export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** @default - the shard is closed, and this was its end */
  readonly next?: string;
  /** Time by which the reader is behind the newest record of the shard. */
  readonly millisBehind: number;
}

/** What reading gave; `throttled` and `expired` pass when it is tried again. */
export type PageReply =
  | { readonly kind: 'page'; readonly page: RecordPage }
  | { readonly kind: 'throttled' }
  /** The iterator is too old: the place is to be looked up again. */
  | { readonly kind: 'expired' };

/** Reads a stream. */
export interface ReplayReader {
  /** Shards that may hold records of the range; those before the range, or expired, are left out. */
  listShards(range: ReplayRange): Promise<readonly LineageShard[]>;
  /** Looks up a place; undefined when the shard is gone. */
  findPlace(shardId: string, start: ReplayStart): Promise<string | undefined>;
  readPage(shardId: string, place: string, limit: number): Promise<PageReply>;
  /** Time up to which records have expired. */
  expiredUntilMs(): Promise<number>;
  /** Epoch milliseconds by the service's clock. */
  nowMs(): number;
  close(): void;
}

/** Time that is waited in, which is not that of the records. */
export interface ReplayTimer {
  /** Milliseconds since any moment. */
  nowMs(): number;
  /** Waits, or returns early once `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A record of the stream and what of it is to be delivered. */
export interface ReplayRecord {
  readonly stored: StoredRecord;
  /** User records that were chosen, with their places. */
  readonly chosen: readonly ChosenRecord[];
  /** Whether every user record of it was chosen, so that it can be delivered with its own bytes. */
  readonly isWhole: boolean;
}

/** A user record to deliver. */
export interface ChosenRecord {
  readonly record: UserRecord;
  /** @default - it has never been in the stream */
  readonly origin?: RecordOrigin;
}

/** A user record that was given up. */
export interface FailedDelivery {
  readonly origin: RecordOrigin | undefined;
  readonly reason: string;
}

/** What became of a batch. */
export interface DeliveryReport {
  /** User records that were given up; all others took effect. */
  readonly failed: readonly FailedDelivery[];
}

/** Where records are delivered again. Rejects when it takes nothing at all, which ends the replay. */
export interface ReplayTarget {
  deliver(records: readonly ReplayRecord[]): Promise<DeliveryReport>;
  close(): Promise<void>;
}

/** Keeps how far a replay has come. */
export type SaveProgress = (progress: ReplayProgress) => Promise<void>;
