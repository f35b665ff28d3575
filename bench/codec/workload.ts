// What both codecs are given: user records with a key of their own each, grouped as they fill an aggregate.
import { randomBytes, randomUUID } from 'node:crypto';
import { AggregateBuilder } from '../../core/records/aggregated/aggregate-builder.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';

/** Bytes up to which an aggregate is filled, the KPL's default. */
export const AGGREGATE_BYTES = 51_200;

/** Aggregates of full size; the keys are UUIDs, 36 bytes. */
export function makeGroups(count: number, dataBytes: number): UserRecord[][] {
  const builder = new AggregateBuilder();
  const groups: UserRecord[][] = [];
  while (groups.length < count) {
    const record = { partitionKey: randomUUID(), data: randomBytes(dataBytes) };
    if (builder.sizeWith(record) > AGGREGATE_BYTES) {
      groups.push([...builder.records]);
      builder.clear();
    }
    builder.add(record);
  }
  return groups;
}

/**
 * The same records with strings that nobody has used yet, as they come from a request or a file: what a run keeps in a
 * string, as its hash, would otherwise speed up the next.
 */
export function freshKeys(groups: readonly (readonly UserRecord[])[]): UserRecord[][] {
  return groups.map((records) =>
    records.map(({ partitionKey, data }) => ({ partitionKey: Buffer.from(partitionKey).toString('latin1'), data })),
  );
}
