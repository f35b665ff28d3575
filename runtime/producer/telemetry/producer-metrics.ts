// What a producer counts.

/** Counts since the producer was made; the buffered ones as they are now. */
export interface ProducerMetrics {
  /** Records handed to `put`. */
  readonly userRecordsReceived: number;
  readonly userRecordsPut: number;
  readonly userRecordsSpilled: number;
  readonly userRecordsFailed: number;
  /** Of the spilled and failed: by error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Records not settled yet, and their bytes. */
  readonly bufferedRecords: number;
  readonly bufferedBytes: number;
  /** The most bytes that were buffered at a time. */
  readonly bufferedBytesPeak: number;
  /** Records that the stream has taken. */
  readonly kinesisRecordsPut: number;
  readonly kinesisBytesPut: number;
  /** 25 KB units of them, which is what is billed. */
  readonly payloadUnits: number;
  /** PutRecords calls, and how long they took together. */
  readonly calls: number;
  readonly callMs: number;
  /** Calls that failed as a whole. */
  readonly callsFailed: number;
  /** Times that a user record was sent. */
  readonly attempts: number;
  /** Times that a user record was refused for its shard's limits. */
  readonly throttled: number;
  /** Times that a user record was sent again. */
  readonly retries: number;
  /** User records that were stored on a wrong shard and put again. */
  readonly putAgain: number;
  /** Time from `put` to the first time sent, of all records together. */
  readonly bufferingMs: number;
}

/** The same while it grows. */
export type ProducerTally = {
  -readonly [K in keyof ProducerMetrics]: ProducerMetrics[K] extends number ? number : Record<string, number>;
};

export function emptyTally(): ProducerTally {
  return {
    userRecordsReceived: 0,
    userRecordsPut: 0,
    userRecordsSpilled: 0,
    userRecordsFailed: 0,
    errors: {},
    bufferedRecords: 0,
    bufferedBytes: 0,
    bufferedBytesPeak: 0,
    kinesisRecordsPut: 0,
    kinesisBytesPut: 0,
    payloadUnits: 0,
    calls: 0,
    callMs: 0,
    callsFailed: 0,
    attempts: 0,
    throttled: 0,
    retries: 0,
    putAgain: 0,
    bufferingMs: 0,
  };
}
