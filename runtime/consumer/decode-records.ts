// From the records of a batch to events, or to what is to be set aside.
import type { StreamEvent } from '../../core/records/event.js';
import { parseEvent } from './event-schema.js';
import { type KinesisEventRecord, shardIdOf } from './kinesis-event.js';

/** A record that holds an event. */
export interface UsableRecord {
  readonly kind: 'usable';
  readonly sequenceNumber: string;
  /** Epoch seconds. */
  readonly arrivedAt: number;
  readonly event: StreamEvent;
  readonly source: KinesisEventRecord;
}

/** A record that no retry would make usable. */
export interface BadRecord {
  readonly kind: 'bad';
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** ISO 8601. */
  readonly arrivalTime: string;
  readonly errorType: string;
  readonly reason: string;
  /** The record's bytes, base64. */
  readonly data: string;
}

export type DecodedRecord = UsableRecord | BadRecord;

/**
 * Decodes one record.
 */
export function decodeRecord(source: KinesisEventRecord): DecodedRecord {
  const { data, sequenceNumber, approximateArrivalTimestamp } = source.kinesis;
  const parsed = parseEvent(Buffer.from(data, 'base64'));
  if (parsed.kind === 'bad') return badRecord(source, parsed.errorType, parsed.reason);
  return { kind: 'usable', sequenceNumber, arrivedAt: approximateArrivalTimestamp, event: parsed.event, source };
}

/**
 * Describes a record that is to be set aside, with the bytes it came with.
 */
export function badRecord(source: KinesisEventRecord, errorType: string, reason: string): BadRecord {
  const { sequenceNumber, partitionKey, approximateArrivalTimestamp, data } = source.kinesis;
  const arrivalTime = new Date(approximateArrivalTimestamp * 1_000).toISOString();
  return {
    kind: 'bad',
    shardId: shardIdOf(source),
    sequenceNumber,
    partitionKey,
    arrivalTime,
    errorType,
    reason,
    data,
  };
}
