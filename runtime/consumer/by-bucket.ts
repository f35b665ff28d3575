// A batch of many key buckets as a batch of each: their records follow each other within a bucket only.
import { type BatchResponse, renderBatchResponse } from '../../core/batching/render-batch-response.js';
import type { KinesisBatch, KinesisEventRecord } from './kinesis-event.js';

/** Most buckets of a batch: each has a mark to read and to write. */
export const BUCKETS_MAX = 100;

/** Consumes the buckets of a batch beside each other; everything from the first record that is not done comes again. */
export async function consumeByBucket(
  { Records }: KinesisBatch,
  consume: (batch: KinesisBatch) => Promise<BatchResponse>,
): Promise<BatchResponse> {
  const buckets = new Map<string, KinesisEventRecord[]>();
  for (const record of Records) {
    const bucket = buckets.get(record.kinesis.partitionKey);
    if (bucket) bucket.push(record);
    else buckets.set(record.kinesis.partitionKey, [record]);
  }
  if (buckets.size > BUCKETS_MAX) {
    throw new TypeError(
      `a batch must have at most ${BUCKETS_MAX} partition keys with 'markPer' 'bucket', got ${buckets.size}; put records aggregated by key bucket, or keep one mark for each shard`,
    );
  }
  // None is left behind under way when another fails.
  const settled = await Promise.allSettled([...buckets.values()].map((bucket) => consume({ Records: bucket })));
  const failed = new Set<string>();
  for (const outcome of settled) {
    if (outcome.status === 'rejected') throw outcome.reason;
    for (const { itemIdentifier } of outcome.value.batchItemFailures) failed.add(itemIdentifier);
  }
  const first = Records.find(({ kinesis }) => failed.has(kinesis.sequenceNumber));
  return renderBatchResponse(first ? [{ sequenceNumber: first.kinesis.sequenceNumber, error: 'not done' }] : []);
}
