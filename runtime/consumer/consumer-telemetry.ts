// What a consumer tells of each batch. Nothing here is done for a record.

/** One thing that happened. Ids, counts and names of errors; never a payload, never a key. */
export type ConsumerLog =
  /** User records went to the failure store. */
  | { readonly type: 'consumer.set-aside'; readonly level: 'warn'; readonly shardId: string; readonly records: number }
  /** Records had taken effect in an earlier invocation. */
  | { readonly type: 'consumer.skipped'; readonly level: 'info'; readonly shardId: string; readonly records: number }
  /** The batch ended before its end; from this record on it comes again. */
  | {
      readonly type: 'consumer.stopped';
      readonly level: 'error';
      readonly shardId: string;
      readonly sequenceNumber: string;
      readonly error: string;
    }
  /** Time ran out; from this record on the batch comes again. */
  | {
      readonly type: 'consumer.out-of-time';
      readonly level: 'warn';
      readonly shardId: string;
      readonly sequenceNumber: string;
    }
  /** A mark could not be written: a redelivery would repeat what this invocation has done. */
  | {
      readonly type: 'consumer.mark-not-written';
      readonly level: 'warn';
      readonly shardId: string;
      readonly error: string;
    };

export interface ConsumerTelemetry {
  log(event: ConsumerLog): void;
  /** Gets the counts of a batch together, by the names of `CONSUMER_METRICS`. */
  measure(values: Readonly<Record<string, number>>): void;
}

/** Counts of one batch. */
export const CONSUMER_METRICS = {
  /** Records of the stream. */
  records: 'Records',
  /** User records that were read, whether they took effect or not. */
  userRecords: 'UserRecords',
  /** User records that took effect. */
  recordsProcessed: 'RecordsProcessed',
  /** User records that went to the failure store. */
  recordsFailed: 'RecordsFailed',
  /** 1 when the batch was stopped by an error that a retry may mend, else 0. */
  transientFailures: 'TransientFailures',
  /** Records that were not repeated: the mark, or their producer's number, says that they took effect. */
  duplicatesDropped: 'DuplicatesDropped',
  /** Age of the newest record of the batch. */
  lag: 'LagMilliseconds',
} as const;

/** Counts of an invocation without records, as at the end of a window. */
export const NO_COUNTS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(CONSUMER_METRICS)
    .filter(([name]) => name !== 'lag')
    .map(([, metric]) => [metric, 0]),
);
