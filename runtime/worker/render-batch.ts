// Batches in Lambda's shape, and what a handler says of them, read by Lambda's rules.
import type { BatchResponse } from '../../core/batching/render-batch-response.js';
import { renderEventRecord } from '../../core/records/event-record.js';
import { regionOf } from '../../core/stream-arn.js';
import type { KinesisBatch, KinesisEventRecord } from '../consumer/kinesis-event.js';
import type { ShardRecord } from './ports.js';

/** Renders records of one shard as Lambda hands them to a function. */
export function renderBatch(streamArn: string, shardId: string, records: readonly ShardRecord[]): KinesisBatch {
  return { Records: records.map((record) => renderRecord(streamArn, shardId, record)) };
}

export function renderRecord(streamArn: string, shardId: string, record: ShardRecord): KinesisEventRecord {
  const source = { eventSourceARN: streamArn, awsRegion: regionOf(streamArn) };
  return renderEventRecord({ ...record, shardId }, source);
}

/** How many records from the front of a batch are done, and whether the handler said where it failed. */
export interface BatchOutcome {
  readonly done: number;
  readonly isExact: boolean;
}

/**
 * Reads a handler's answer: nothing, or an empty list, is success; of several failures the first in the batch counts; an
 * identifier that is not in the batch fails all of it.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without partial results returns nothing
export function readOutcome(records: readonly ShardRecord[], response: BatchResponse | void): BatchOutcome {
  const failures = response?.batchItemFailures ?? [];
  if (failures.length === 0) return { done: records.length, isExact: true };
  const places = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
  );
  return places.includes(-1) ? { done: 0, isExact: false } : { done: Math.min(...places), isExact: true };
}
