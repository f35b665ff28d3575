// A record between the stream and the function, and the event that carries it.
import { LAB_ACCOUNT_ID, LAB_REGION } from '../template/identity.js';

export interface StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivalMs: number;
  /** Lab time at which it was read. */
  readonly readMs: number;
}

/** One entry of an event's `Records`, as Lambda documents it. */
export interface EventRecord {
  readonly kinesis: {
    readonly kinesisSchemaVersion: '1.0';
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly data: string;
    /** Epoch seconds with milliseconds. */
    readonly approximateArrivalTimestamp: number;
  };
  readonly eventSource: 'aws:kinesis';
  readonly eventVersion: '1.0';
  readonly eventID: string;
  readonly eventName: 'aws:kinesis:record';
  readonly invokeIdentityArn: string;
  readonly awsRegion: string;
  readonly eventSourceARN: string;
}

/** Lambda names the function's role here; in the lab every event names this one. */
const INVOKE_IDENTITY_ARN = `arn:aws:iam::${LAB_ACCOUNT_ID}:role/lab`;

export function renderRecord(record: StreamRecord, eventSourceArn: string): EventRecord {
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
    invokeIdentityArn: INVOKE_IDENTITY_ARN,
    awsRegion: LAB_REGION,
    eventSourceARN: eventSourceArn,
  };
}

/** Most bytes that everything but data, key and source takes in a rendered record. */
const RECORD_FRAME_BYTES = JSON.stringify(
  renderRecord(
    {
      shardId: 'shardId-000000000000',
      sequenceNumber: '0'.repeat(56),
      partitionKey: '',
      data: new Uint8Array(),
      arrivalMs: 1_700_000_000_001,
      readMs: 0,
    },
    '',
  ),
).length;

/** Bytes that a record takes in an event: its data as base64, and what stands around it. */
export function renderedBytes({ data, partitionKey }: StreamRecord, eventSourceArn: string): number {
  // As JSON writes it: a key may have characters that take six.
  const keyBytes = Buffer.byteLength(JSON.stringify(partitionKey)) - 2;
  return Math.ceil(data.byteLength / 3) * 4 + keyBytes + eventSourceArn.length + RECORD_FRAME_BYTES + 1;
}
