// Takes from the front of a lane what goes as one record of the stream.
import type { PutEntry } from '../../../core/batching/check-put-entry.js';
import { AggregateBuilder } from '../../../core/records/aggregated/aggregate-builder.js';
import { renderOuterRecord } from '../../../core/records/aggregated/outer-record.js';
import { recordBytes } from '../../../core/records/record-size.js';
import { hashOfText } from '../../../core/sharding/shard-map.js';
import type { Lane } from '../buffering/lane.js';
import type { PendingRecord } from '../buffering/record-queue.js';

/** One entry of a PutRecords call and the records in it. */
export interface Entry {
  readonly lane: Lane;
  readonly pendings: readonly PendingRecord[];
  readonly entry: PutEntry;
  /** Bytes that it counts for in every limit. */
  readonly bytes: number;
  /** Whether its records have sub-sequence numbers. */
  readonly isAggregated: boolean;
}

export interface EntryLimits {
  /** Most bytes of an aggregated record, data and key. */
  readonly maxAggregateBytes: number;
  /** Most bytes of any record. */
  readonly maxRecordBytes: number;
  /** Whether a record alone is aggregated too, so that all records of its lane have one partition key. */
  readonly wrapsSingles: boolean;
}

/**
 * Takes the next entry of `lane`, past records that `isLive` says no to; undefined when there is none.
 */
export function takeEntry(lane: Lane, limits: EntryLimits, isLive: (pending: PendingRecord) => boolean) {
  return lane.kind === 'single' ? takeSingle(lane, isLive) : takeAggregate(lane, limits, isLive);
}

function takeSingle(lane: Lane, isLive: (pending: PendingRecord) => boolean): Entry | undefined {
  for (let pending = lane.queue.shift(); pending; pending = lane.queue.shift()) {
    if (isLive(pending)) return single(lane, pending);
  }
  return undefined;
}

function takeAggregate(
  lane: Lane,
  limits: EntryLimits,
  isLive: (pending: PendingRecord) => boolean,
): Entry | undefined {
  const { queue, outerKey } = lane;
  const room = limits.maxAggregateBytes - Buffer.byteLength(outerKey);
  const builder = new AggregateBuilder();
  const pendings: PendingRecord[] = [];
  for (let next = queue.first; next; next = queue.first) {
    if (!isLive(next)) {
      queue.shift();
      continue;
    }
    if (pendings.length > 0 && (next.alone || builder.sizeWith(next.record) > room)) break;
    builder.add(next.record);
    pendings.push(next);
    queue.shift();
    if (next.alone) break;
  }
  const [first] = pendings;
  if (!first) return undefined;
  if (pendings.length === 1) {
    const wrapped = builder.bytes + Buffer.byteLength(outerKey);
    const isPlain = !limits.wrapsSingles && renderOuterRecord(builder, outerKey) === first.record;
    if (isPlain || wrapped > limits.maxRecordBytes) return single(lane, first);
  }
  // Records of one key are where their key is; others where the first of them is.
  const explicitHashKey = lane.kind === 'key' ? first.record.explicitHashKey : hashOfText(first.hash).toString();
  const entry: PutEntry = {
    data: builder.build(),
    partitionKey: outerKey,
    ...(explicitHashKey === undefined ? {} : { explicitHashKey }),
  };
  return { lane, pendings, entry, bytes: recordBytes(entry.data, outerKey), isAggregated: true };
}

function single(lane: Lane, pending: PendingRecord): Entry {
  const { data, partitionKey, explicitHashKey } = pending.record;
  const entry: PutEntry =
    explicitHashKey === undefined ? { data, partitionKey } : { data, partitionKey, explicitHashKey };
  return { lane, pendings: [pending], entry, bytes: pending.bytes, isAggregated: false };
}
