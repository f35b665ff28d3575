// Where records go: the bucket's objects, and the objects of failures under the error prefix.
import { randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../clock.js';
import type { ObjectStore } from '../services/ports.js';
import type { DeliveryModel } from '../template/model.js';
import type { ReportMetric } from './delivery-metrics.js';
import type { DeliveryRecord, Failure } from './delivery-record.js';
import { ObjectBuffers } from './object-buffers.js';
import type { PrefixValues } from './prefix-expression.js';
import { parseErrorPrefix, parsePrefix, renderObjectName } from './prefix-expression.js';
import type { RowRules } from './table-row.js';
import type { RecordEnd } from './user-records.js';

const compress = promisify(gzip);

/** Group of a delivery without dynamic partitioning: a group is its partition keys as JSON. */
export const WHOLE_STREAM = '{}';

export interface DestinationOptions {
  readonly delivery: DeliveryModel;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly report: ReportMetric;
  /** How records become rows, where the delivery converts them. */
  readonly rows: RowRules | undefined;
  /** Told of user records that have reached their objects. */
  readonly settle: (records: readonly DeliveryRecord[], end: RecordEnd) => void;
  /** Counted up as user records reach their objects. */
  readonly counts: { deliveredUserRecords: number; objects: number };
}

/** Buffers of delivered objects; `fail` takes the records of an object that the bucket refuses. */
export function deliveryBuffers(
  { delivery, objects, clock, report, counts, rows, settle }: DestinationOptions,
  fail: (record: DeliveryRecord, failure: Failure) => Promise<void>,
): ObjectBuffers {
  const { name, bucket, bufferBytes, bufferMs, partitionKeys } = delivery;
  const prefix = parsePrefix(delivery.prefix, partitionKeys && Object.keys(partitionKeys));
  const compressed = delivery.compression === 'GZIP';
  const extension = delivery.fileExtension ?? (rows ? '.parquet' : compressed ? '.gz' : '');
  const render = async (chunks: readonly Uint8Array[]) => {
    // Only a delivery that converts pays for loading what it takes.
    if (rows) return (await import('./parquet-object.js')).renderParquet(chunks, rows, delivery.conversion!.codec);
    return compressed ? compress(Buffer.concat(chunks)) : Buffer.concat(chunks);
  };
  return new ObjectBuffers({
    ...{ bucket, bufferBytes, bufferMs, render, objects, clock },
    keyOf: ({ group, oldestArrivalMs }) =>
      prefix(prefixValues(oldestArrivalMs, { partitionKeys: JSON.parse(group) })) +
      renderObjectName(name, oldestArrivalMs, randomUUID(), extension),
    onDelivered: ({ records, bytes, oldestArrivalMs }) => {
      counts.deliveredUserRecords += records.length;
      counts.objects += 1;
      settle(records, 'delivered');
      report('DeliveryToS3.Success', 1);
      report('DeliveryToS3.Records', records.length);
      report('DeliveryToS3.Bytes', bytes);
      report('DeliveryToS3.ObjectCount', 1);
      if (rows) {
        report('SucceedConversion.Records', records.length);
        report('SucceedConversion.Bytes', bytes);
        report('FailedConversion.Records', 0);
      }
      report('DeliveryToS3.DataFreshness', (clock.nowMs() - oldestArrivalMs) / 1000);
    },
    onRefused: async ({ records }, { code, message }) => {
      const atMs = clock.nowMs();
      const reason = { errorCode: `S3.${code}`, errorMessage: message, attempts: 1, atMs };
      for (const record of records) await fail(record, { outputType: 'delivery-failed', ...reason });
    },
    onFailed: () => report('DeliveryToS3.Success', 0),
  });
}

/** Buffers of failure objects, a group per kind of failure. They are not compressed, so that they can be read at once. */
export function failureBuffers(options: DestinationOptions): ObjectBuffers {
  const { delivery, objects, clock, report, settle } = options;
  const { name, bucket, bufferBytes, bufferMs } = delivery;
  const prefix = parseErrorPrefix(delivery.errorPrefix, delivery.prefix);
  return new ObjectBuffers({
    ...{ bucket, bufferBytes, bufferMs, objects, clock },
    render: async (chunks) => Buffer.concat(chunks),
    keyOf: ({ group, oldestArrivalMs }) =>
      prefix(prefixValues(oldestArrivalMs, { errorOutputType: group })) +
      renderObjectName(name, oldestArrivalMs, randomUUID(), ''),
    onDelivered: ({ records }) => settle(records, 'failed'),
    // There is nowhere left to put them: the lab must say so rather than lose them.
    onRefused: async (_, error) => {
      throw new Error(`store failed records of delivery '${name}' failed: ${error.message}`, { cause: error });
    },
    onFailed: () => report('DeliveryToS3.Success', 0),
  });
}

function prefixValues(
  arrivalMs: number,
  of: { readonly partitionKeys?: Record<string, string>; readonly errorOutputType?: string },
): PrefixValues {
  return {
    arrivalMs,
    partitionKeys: of.partitionKeys ?? {},
    errorOutputType: of.errorOutputType,
    randomString: () => randomBytes(8).toString('hex').slice(0, 11),
  };
}
