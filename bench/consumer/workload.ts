// Batches of the consumer bench: JSON of a given size, alone in its record of the stream or aggregated.
import { randomUUID } from 'node:crypto';
import { AggregateBuilder } from '../../core/records/aggregated/aggregate-builder.js';
import type { KinesisBatch, KinesisEventRecord } from '../../runtime/consumer/index.js';

/** Bytes of an aggregated record, as the producers make them. */
const AGGREGATE_BYTES = 50 * 1_024;

export interface Workload {
  readonly batch: KinesisBatch;
  readonly userRecords: number;
  readonly aggregated: boolean;
}

/** A batch of about `userRecords` user records of `bytes` each. */
export function workload(bytes: number, userRecords: number, aggregated: boolean): Workload {
  const records = Array.from({ length: userRecords }, (_, i) => ({ partitionKey: randomUUID(), data: json(bytes, i) }));
  const outer = aggregated ? aggregate(records) : records;
  const Records = outer.map(({ partitionKey, data }, i): KinesisEventRecord => {
    const sequenceNumber = `4954${String(i).padStart(52, '0')}`;
    return {
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/bench',
      kinesis: {
        partitionKey,
        sequenceNumber,
        data: Buffer.from(data).toString('base64'),
        approximateArrivalTimestamp: 1_790_000_000,
      },
    };
  });
  return { batch: { Records }, userRecords, aggregated };
}

/** An object with a few fields, filled up to a size. */
function json(bytes: number, id: number): Buffer {
  const value = { id, type: 'reading', value: 20.5, note: '' };
  const missing = bytes - Buffer.byteLength(JSON.stringify(value));
  return Buffer.from(JSON.stringify({ ...value, note: 'x'.repeat(Math.max(0, missing)) }));
}

function aggregate(records: readonly { readonly partitionKey: string; readonly data: Uint8Array }[]) {
  const outer: { readonly partitionKey: string; readonly data: Uint8Array }[] = [];
  let builder = new AggregateBuilder();
  for (const record of records) {
    if (builder.records.length > 0 && builder.sizeWith(record) > AGGREGATE_BYTES) {
      outer.push({ partitionKey: 'a', data: builder.build() });
      builder = new AggregateBuilder();
    }
    builder.add(record);
  }
  outer.push({ partitionKey: 'a', data: builder.build() });
  return outer;
}
