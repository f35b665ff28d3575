// What the producer bench's client is asked to do, and what it answers.

/** How records are put. */
export type Way =
  /** The producer: user records aggregated by shard. */
  | 'aggregated'
  /** The producer: each user record by itself. */
  | 'single'
  /** One PutRecord call after the other, on a client of the SDK with its defaults. */
  | 'plain'
  /** PutRecords calls of 500 records, one after the other, on the same client. */
  | 'plain-batches';

export interface Work {
  readonly way: Way;
  readonly url: string;
  readonly records: number;
}

export interface Done {
  readonly cpuMicroseconds: number;
  readonly wallMs: number;
  /** TCP connections that were opened. */
  readonly connections: number;
  /** PUT payload units of 25 KB, which is what AWS bills. */
  readonly payloadUnits: number;
}

/** Bytes of each record's data. */
export const DATA_BYTES = 100;
