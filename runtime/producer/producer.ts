// What a producer is to its users: records in, an outcome for each, and never an error for what became of a record.
import type { Writable } from 'node:stream';
import type { PutRule } from '../../core/batching/check-put-entry.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { ProducerMetrics } from './telemetry/producer-metrics.js';

/** Codes of the producer's own, beside those of the service and of the network. */
export type ProducerErrorCode =
  /** The buffers are full: the record was not taken. `ready` says when there is room. */
  | 'ProducerFull'
  /** The record's shard has its share of the buffers: the record was not taken. */
  | 'ShardFull'
  /** The record is older than `recordTtlMs`. */
  | 'Expired'
  /** The caller's signal was aborted before the record was accepted. */
  | 'Aborted'
  /** The producer was closed before the record was put. */
  | 'Closed'
  /** The record was stored where the KCL would drop it, and time ran out before it could be put again. */
  | 'WrongShard';

/** What became of one record. */
export type PutOutcome =
  | {
      readonly kind: 'put';
      readonly shardId: string;
      readonly sequenceNumber: string;
      /** Position in the aggregated record; undefined when the record went alone. */
      readonly subSequenceNumber?: number;
      /** Times it was sent. */
      readonly attempts: number;
    }
  | {
      /** Not in the stream, but kept where `spill` keeps it. */
      readonly kind: 'spilled';
      /** Why it was not put. */
      readonly errorCode: ProducerErrorCode | (string & {});
      readonly message: string;
      readonly attempts: number;
    }
  | {
      readonly kind: 'failed';
      /** Code of the service or the network, the producer's own, or the rule that the record breaks (it was not sent). */
      readonly errorCode: PutRule | ProducerErrorCode | (string & {});
      readonly message: string;
      readonly attempts: number;
    };

export interface PutAllOptions {
  /**
   * Told what became of each record, in the order in which that is known.
   *
   * @default - only the counts are kept
   */
  readonly onOutcome?: (record: UserRecord, outcome: PutOutcome) => void;

  /**
   * Ends it early: no more records are read, and those that were not accepted yet settle with 'Aborted'.
   *
   * @default - reads to the end
   */
  readonly signal?: AbortSignal;
}

/** How many records of a `putAll` ended in which way. */
export interface PutSummary {
  readonly put: number;
  readonly spilled: number;
  readonly failed: number;
}

export interface FlushOptions {
  /**
   * Ends the wait: what was not accepted yet settles with 'Aborted', and is spilled if there is where to.
   *
   * @default - waits until every record has settled
   */
  readonly signal?: AbortSignal;
}

/** Puts records to one stream. */
export interface Producer {
  /**
   * Puts one record. The promise always resolves, with what became of it; it never rejects.
   *
   * The bytes are not copied: they must not change until then. Beyond the high-water marks the record is not taken and
   * settles at once as 'ProducerFull'.
   */
  put(record: UserRecord): Promise<PutOutcome>;

  /**
   * Resolves when the buffers are below their high-water marks; given a record, when its shard has room for it too.
   * Rejects with the signal's reason when it is aborted, and when the producer is closed.
   */
  ready(signal?: AbortSignal, record?: UserRecord): Promise<void>;

  /**
   * Puts every record of `records`, reading no faster than there is room; resolves when all of them have settled.
   */
  putAll(records: Iterable<UserRecord> | AsyncIterable<UserRecord>, options?: PutAllOptions): Promise<PutSummary>;

  /**
   * A Node stream in object mode that puts each `UserRecord` written to it; 'finish' comes when all of them have settled.
   */
  writable(options?: PutAllOptions): Writable;

  /** Puts what is buffered now without waiting for more; resolves when it has settled. */
  flush(options?: FlushOptions): Promise<void>;

  /** Flushes, then closes the connections. Records put from now on fail with 'Closed'. */
  close(options?: FlushOptions): Promise<void>;

  /** Counts since the producer was made. */
  metrics(): ProducerMetrics;
}
