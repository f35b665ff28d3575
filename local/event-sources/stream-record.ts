// A record between the stream and the function, and the event that carries it.
import { type EventRecord, renderEventRecord } from '../../core/records/event-record.js';
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

/** What a mapping tells of itself in each record. */
export interface RecordSource {
  readonly eventSourceArn: string;
  /** Role of the function. */
  readonly roleArn?: string | undefined;
}

/** Stands where the mapping does not know its function's role. */
const SOME_ROLE_ARN = `arn:aws:iam::${LAB_ACCOUNT_ID}:role/lab`;

export function renderRecord(
  record: StreamRecord,
  { eventSourceArn, roleArn }: RecordSource,
): EventRecord & { readonly invokeIdentityArn: string } {
  return {
    ...renderEventRecord(record, { eventSourceARN: eventSourceArn, awsRegion: LAB_REGION }),
    invokeIdentityArn: roleArn ?? SOME_ROLE_ARN,
  };
}

/** Most bytes that everything but data, key, source and role takes in a rendered record. */
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
    { eventSourceArn: '', roleArn: '' },
  ),
).length;

/** Bytes that a record takes in an event: its data as base64, and what stands around it. */
export function renderedBytes({ data, partitionKey }: StreamRecord, source: RecordSource): number {
  // As JSON writes it: a key may have characters that take six.
  const keyBytes = Buffer.byteLength(JSON.stringify(partitionKey)) - 2;
  const namesBytes = source.eventSourceArn.length + (source.roleArn ?? SOME_ROLE_ARN).length;
  return Math.ceil(data.byteLength / 3) * 4 + keyBytes + namesBytes + RECORD_FRAME_BYTES + 1;
}
