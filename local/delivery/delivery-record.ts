// A record on its way through a delivery, and what becomes of one that fails.
import type { AggregatedRecord } from './user-records.js';

export interface DeliveryRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivalMs: number;
  readonly data: Uint8Array;
  /** Position of a user record in its record of the stream; undefined when that is not aggregated. */
  readonly subSequenceNumber?: number;
  /** The record of the stream that a user record is of. */
  readonly aggregated?: AggregatedRecord;
}

/** Why a record goes to the error prefix. */
export interface Failure {
  /** Value of `!{firehose:error-output-type}`. */
  readonly outputType: 'processing-failed' | 'delivery-failed' | 'format-conversion-failed';
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly attempts: number;
  readonly atMs: number;
  readonly lambdaArn?: string;
}

/** A line under the error prefix: Firehose's own form, with the record's bytes as they came from the stream. */
export function renderFailedRecord(record: DeliveryRecord, failure: Failure): string {
  const line = {
    attemptsMade: failure.attempts,
    arrivalTimestamp: record.arrivalMs,
    errorCode: failure.errorCode,
    errorMessage: failure.errorMessage,
    attemptEndingTimestamp: failure.atMs,
    rawData: Buffer.from(record.data).toString('base64'),
    ...(failure.lambdaArn === undefined ? {} : { lambdaArn: failure.lambdaArn }),
    kinesisRecordMetadata: {
      shardId: record.shardId,
      sequenceNumber: record.sequenceNumber,
      ...(record.subSequenceNumber === undefined ? {} : { subsequenceNumber: record.subSequenceNumber }),
      partitionKey: record.partitionKey,
      approximateArrivalTimestamp: record.arrivalMs,
    },
  };
  return `${JSON.stringify(line)}\n`;
}
