// What an application puts and reads: many user records share one record of the stream.

/** A record of the application's, before it is put and after it is read. */
export interface UserRecord {
  readonly partitionKey: string;
  /**
   * Decimal number from 0 to 2^128 - 1 that takes the place of the partition key's hash.
   *
   * @default - the MD5 of the partition key says which shard takes the record
   */
  readonly explicitHashKey?: string;
  readonly data: Uint8Array;
  /**
   * Labels that travel beside the data, in a field that the KPL leaves empty and the KCL skips.
   *
   * @default - none
   */
  readonly tags?: readonly RecordTag[];
}

/** A label of a user record. */
export interface RecordTag {
  readonly key: string;
  /** @default - a tag without a value */
  readonly value?: string;
}
