// Which part of a stream is replayed: a span of time over all shards, or a span of sequence numbers of one.
import { compareSequenceNumbers } from '../consumer/sequence-number.js';
import type { StoredRecord } from './ports.js';

export type ReplayRange =
  /** By the time of arrival: `fromMs` is in it, `toMs` is not, so that hours follow each other without a gap. */
  | { readonly kind: 'time'; readonly fromMs: number; readonly toMs: number }
  /** Both ends are in it. */
  | { readonly kind: 'sequence'; readonly shardId: string; readonly first: string; readonly last: string };

/** Arrival times of neighbours may be out of order by this much: reading starts earlier and ends later. */
export const ARRIVAL_SLACK_MS = 1_000;

/** Whether a record is in the range. */
export function isInRange(range: ReplayRange, record: Pick<StoredRecord, 'arrivalMs' | 'sequenceNumber'>): boolean {
  if (range.kind === 'time') return record.arrivalMs >= range.fromMs && record.arrivalMs < range.toMs;
  const { sequenceNumber } = record;
  return (
    compareSequenceNumbers(sequenceNumber, range.first) >= 0 && compareSequenceNumbers(sequenceNumber, range.last) <= 0
  );
}

/** Whether no record of the range comes after this one. */
export function isBehindRange(range: ReplayRange, record: Pick<StoredRecord, 'arrivalMs' | 'sequenceNumber'>): boolean {
  if (range.kind === 'time') return record.arrivalMs >= range.toMs + ARRIVAL_SLACK_MS;
  return compareSequenceNumbers(record.sequenceNumber, range.last) >= 0;
}

/** Whether a record that comes after `nowMs` may still be in the range. */
export function isOpen(range: ReplayRange, nowMs: number): boolean {
  return range.kind === 'time' && nowMs < range.toMs + ARRIVAL_SLACK_MS;
}
