// Replayed records as the event that Lambda's own mapping would have sent, each with `replay` beside `kinesis`.
import { encodeAggregated } from '../../core/records/aggregated/aggregate-builder.js';
import { type ReplayMark, renderOrigin, replayTags } from '../../core/records/replay-mark.js';
import { NUMBER_TAG, PRODUCER_TAG } from '../producer/buffering/tag-record.js';
import type { ReplayRecord } from './ports.js';

/** Where the records are said to come from. */
export interface EventSource {
  readonly streamArn: string;
  readonly replayId: string;
}

/** One entry of an event's `Records`. */
export interface ReplayedEventRecord {
  readonly kinesis: {
    readonly kinesisSchemaVersion: '1.0';
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly data: string;
    readonly approximateArrivalTimestamp: number;
  };
  readonly eventSource: 'aws:kinesis';
  readonly eventVersion: '1.0';
  readonly eventID: string;
  readonly eventName: 'aws:kinesis:record';
  /** Empty: no mapping invokes. */
  readonly invokeIdentityArn: '';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  /** That this is no first delivery. */
  readonly replay: ReplayMark;
}

/**
 * Renders one record. Chosen whole it has its own bytes, aggregated ones included; of any other, the chosen user records
 * go as an aggregated record of their own, with their places in tags.
 */
export function renderEventRecord(record: ReplayRecord, { streamArn, replayId }: EventSource): ReplayedEventRecord {
  const { shardId, sequenceNumber, partitionKey, arrivalMs } = record.stored;
  const bytes = bytesOf(record, replayId);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
      approximateArrivalTimestamp: arrivalMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: '',
    awsRegion: streamArn.split(':')[3] ?? '',
    eventSourceARN: streamArn,
    replay: { replayId, origin: renderOrigin({ shardId, sequenceNumber }) },
  };
}

function bytesOf({ stored, chosen, isWhole }: ReplayRecord, replayId: string): Uint8Array {
  if (isWhole) return stored.data;
  const without = [PRODUCER_TAG, NUMBER_TAG];
  return encodeAggregated(
    chosen.map(({ record, origin }) => ({
      ...record,
      tags: replayTags(record.tags, { replayId, ...(origin && { origin: renderOrigin(origin) }) }, without),
    })),
  );
}
