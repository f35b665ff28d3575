// Records of a stream with user records of one's own in them.
import { AggregateBuilder } from '../../core/records/aggregated/aggregate-builder.js';
import type { RecordTag } from '../../core/records/aggregated/user-record.js';
import type { KinesisEventRecord } from '../../runtime/consumer/kinesis-event.js';
import { aRecord } from './kinesis-batch.js';

export interface InnerRecord {
  readonly key: string;
  /** Text of the data. */
  readonly text: string;
  readonly tags?: readonly RecordTag[];
}

/** An aggregated record at a position of the shard. */
export function anAggregate(position: number, inner: readonly InnerRecord[]): KinesisEventRecord {
  const builder = new AggregateBuilder();
  for (const { key, text, tags } of inner) builder.add({ partitionKey: key, data: Buffer.from(text), tags });
  const record = aRecord(position, '');
  return { ...record, kinesis: { ...record.kinesis, data: Buffer.from(builder.build()).toString('base64') } };
}

/** A plain record with a key and a text. */
export function aPlain(position: number, { key, text }: InnerRecord): KinesisEventRecord {
  const record = aRecord(position, text);
  return { ...record, kinesis: { ...record.kinesis, partitionKey: key } };
}
