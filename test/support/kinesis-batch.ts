import type { StreamEvent } from '../../core/records/event.js';
import type { KinesisBatch, KinesisEventRecord } from '../../runtime/consumer/kinesis-event.js';

export const SHARD = 'shardId-000000000000';

/** Sequence number that sorts like the service's: same length, higher for a higher position. */
export function sequenceNumber(position: number): string {
  return `4954${String(position).padStart(52, '0')}`;
}

/** One event, with what the test cares about. */
export function anEvent(changes: Partial<StreamEvent> = {}): StreamEvent {
  return { id: 'e-1', time: '2026-11-21T00:00:00.000Z', type: 'reading', key: 'k', payload: { value: 1 }, ...changes };
}

/** A record of a batch: an event, or the text that stands in its data. */
export function aRecord(position: number, content: StreamEvent | string, shardId = SHARD): KinesisEventRecord {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return {
    eventID: `${shardId}:${sequenceNumber(position)}`,
    kinesis: {
      partitionKey: typeof content === 'string' ? 'k' : content.key,
      sequenceNumber: sequenceNumber(position),
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: Date.UTC(2026, 10, 21) / 1_000 + position,
    },
  };
}

/** A batch of events with one value each, from position `from`; a text becomes a record with that text as data. */
export function aBatch(values: readonly (number | string)[], from = 1): KinesisBatch {
  return {
    Records: values.map((value, i) =>
      aRecord(from + i, typeof value === 'string' ? value : anEvent({ id: `e-${from + i}`, payload: { value } })),
    ),
  };
}
