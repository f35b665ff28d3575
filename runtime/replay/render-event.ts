// Replayed records as the event that Lambda's own mapping would have sent, each with `replay` beside `kinesis`.
import { encodeAggregated } from '../../core/records/aggregated/aggregate-builder.js';
import { type EventRecord, renderEventRecord } from '../../core/records/event-record.js';
import { type ReplayMark, renderOrigin, replayTags } from '../../core/records/replay-mark.js';
import { regionOf } from '../../core/stream-arn.js';
import { NUMBER_TAG, PRODUCER_TAG } from '../producer/buffering/tag-record.js';
import type { ReplayRecord } from './ports.js';

/** Where the records are said to come from. */
export interface EventSource {
  readonly streamArn: string;
  readonly replayId: string;
}

/** One entry of an event's `Records`. */
export interface ReplayedEventRecord extends EventRecord {
  /** Empty: no mapping invokes. */
  readonly invokeIdentityArn: '';
  /** That this is no first delivery. */
  readonly replay: ReplayMark;
}

/**
 * Renders one record. Chosen whole it has its own bytes, aggregated ones included; of any other, the chosen user records
 * go as an aggregated record of their own, with their places in tags.
 */
export function renderReplayedRecord(record: ReplayRecord, { streamArn, replayId }: EventSource): ReplayedEventRecord {
  const { shardId, sequenceNumber } = record.stored;
  const delivered = { ...record.stored, data: bytesOf(record, replayId) };
  return {
    ...renderEventRecord(delivered, { eventSourceARN: streamArn, awsRegion: regionOf(streamArn) }),
    invokeIdentityArn: '',
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
