// Takes the stream's records apart into user records before they are transformed, as Firehose does with what the KPL has
// aggregated. A record of the stream has come to its end when all its user records have.
// https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { DeliveryRecord } from './delivery-record.js';

/** Where a record ends: in an object, under the error prefix, or dropped by the transform on purpose. */
export type RecordEnd = 'delivered' | 'failed' | 'dropped';

/** A record of the stream whose user records are under way. */
export interface AggregatedRecord {
  readonly record: DeliveryRecord;
  /** User records that have not come to their end. */
  left: number;
  /** End of the whole: failed when any of its user records has, delivered when any other was. */
  end: RecordEnd;
}

export interface UserRecords {
  readonly records: readonly DeliveryRecord[];
  /** The end of an aggregated record that cannot be read, with the bytes of the whole; undefined when there is none. */
  readonly lost: { readonly record: DeliveryRecord; readonly count: number } | undefined;
}

/** The user records of a record of the stream: itself when it is not aggregated. */
export function takeApart(record: DeliveryRecord): UserRecords {
  const decoded = decodeRecord(record.data);
  const isPlain = decoded.kind === 'plain' || decoded.records.length + decoded.lost === 0;
  if (isPlain) return { records: [record], lost: undefined };
  const count = decoded.lost;
  const left = decoded.records.length + (count > 0 ? 1 : 0);
  const aggregated: AggregatedRecord = { record, left, end: 'dropped' };
  const records = decoded.records.map(({ partitionKey, data }, subSequenceNumber) => ({
    ...{ ...record, partitionKey, data },
    ...{ subSequenceNumber, aggregated },
  }));
  const subSequenceNumber = records.length;
  return { records, lost: count > 0 ? { record: { ...record, subSequenceNumber, aggregated }, count } : undefined };
}

/** Takes note that a user record has come to an end; tells that of its record of the stream once it has one. */
export function endUserRecord(
  userRecord: DeliveryRecord,
  end: RecordEnd,
): { readonly record: DeliveryRecord; readonly end: RecordEnd } | undefined {
  const { aggregated } = userRecord;
  if (!aggregated) return { record: userRecord, end };
  aggregated.left -= 1;
  if (end === 'failed' || aggregated.end === 'dropped') aggregated.end = end;
  return aggregated.left === 0 ? aggregated : undefined;
}
