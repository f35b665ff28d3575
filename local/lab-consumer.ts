/** A reader of a stream as the totals and the live view see it: a mapping or a delivery. */
export interface LabConsumer {
  /** First segment of the construct path. */
  readonly name: string;
  readonly streamName: string;
  /** Records that it went past, failures included. */
  readonly recordsRead: number;
  readonly processed: number;
  /** Records in failure storage. */
  readonly failed: number;
  /** Sequence number of the last record of a shard that it is done with. */
  checkpoint(shardId: string): string | undefined;
  /** Hands over what waits for a full buffer. */
  flush(): Promise<void>;
}
