// A record of a stream as Lambda hands it to a function; who sends it adds in whose name it does.

/** What is known of a record. */
export interface DeliveredRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  /** Epoch milliseconds. */
  readonly arrivalMs: number;
}

/** Stream, or consumer of it, that a record is read from. */
export interface EventRecordSource {
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** One entry of an event's `Records`, as Lambda documents it. */
export interface EventRecord extends EventRecordSource {
  readonly kinesis: {
    readonly kinesisSchemaVersion: '1.0';
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** Base64. */
    readonly data: string;
    /** Epoch seconds with milliseconds. */
    readonly approximateArrivalTimestamp: number;
  };
  readonly eventSource: 'aws:kinesis';
  readonly eventVersion: '1.0';
  /** `<shard id>:<sequence number>`. */
  readonly eventID: string;
  readonly eventName: 'aws:kinesis:record';
}

export function renderEventRecord(
  record: DeliveredRecord,
  { eventSourceARN, awsRegion }: EventRecordSource,
): EventRecord {
  const { shardId, sequenceNumber, partitionKey, data, arrivalMs } = record;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
      approximateArrivalTimestamp: arrivalMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    eventSourceARN,
    awsRegion,
  };
}
