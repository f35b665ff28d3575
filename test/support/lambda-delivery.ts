// Delivers the records of a shard as Lambda does: in batches of any size, again from the record that is reported, and halved
// after an invocation that ended without an answer.
import type { BatchResponse } from '../../core/batching/render-batch-response.js';
import type { KinesisEventRecord } from '../../runtime/consumer/kinesis-event.js';

/** The invocation has ended without an answer, as when the function runs out of time or memory. */
export class Crash extends Error {}

export interface DeliveryOptions {
  readonly random: () => number;
  /** Most records of a batch. */
  readonly batchSize?: number;
}

/** Delivers until all records have been answered for; returns the number of invocations. */
export async function deliverShard(
  records: readonly KinesisEventRecord[],
  invoke: (batch: readonly KinesisEventRecord[]) => Promise<BatchResponse>,
  { random, batchSize = 8 }: DeliveryOptions,
): Promise<number> {
  let invocations = 0;
  let again: number | undefined;
  for (let at = 0; at < records.length; ) {
    const size = again ?? 1 + Math.floor(random() * batchSize);
    again = undefined;
    const batch = records.slice(at, at + size);
    invocations += 1;
    if (invocations > 50 * records.length) throw new Error('the shard is blocked');
    try {
      const [failed] = (await invoke(batch)).batchItemFailures;
      const position = batch.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed?.itemIdentifier);
      if (failed && position < 0) throw new Error('an answer names a record of the batch');
      at += failed ? position : batch.length;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      again = Math.max(1, batch.length >> 1);
    }
  }
  return invocations;
}
