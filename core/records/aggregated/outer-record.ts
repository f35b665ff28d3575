// The record of the stream that carries user records, as the KPL sends it.
import { hashPartitionKey } from '../../sharding/hash-key.js';
import type { AggregateBuilder } from './aggregate-builder.js';
import { decodeRecord } from './decode-record.js';
import type { UserRecord } from './user-record.js';

/** Partition key of every record of the stream that carries more than one user record. */
export const AGGREGATE_PARTITION_KEY = 'a';

/**
 * The record of the stream for what `builder` holds, which is one user record at least.
 *
 * A single user record goes as it is; more go as one aggregated record, which the hash of the first of them sends to its
 * shard. A single one that has tags, or whose bytes are themselves an aggregated record, is aggregated too:
 * it would come back without its tags, or taken apart.
 */
export function renderOuterRecord(builder: AggregateBuilder, partitionKey = AGGREGATE_PARTITION_KEY): UserRecord {
  const first = builder.records[0];
  if (first === undefined) throw new RangeError("'builder' must hold a record, got none; add one first");
  if (builder.records.length === 1 && !first.tags?.length && decodeRecord(first.data).kind === 'plain') return first;
  return { partitionKey, explicitHashKey: renderHashKey(first), data: builder.build() };
}

/** Where a user record falls in the key space, as a decimal number. */
export function renderHashKey({ partitionKey, explicitHashKey }: UserRecord): string {
  return explicitHashKey ?? hashPartitionKey(partitionKey).toString();
}
