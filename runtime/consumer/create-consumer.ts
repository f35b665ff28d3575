// Makes a Lambda handler of what one record, or one batch of them, is to do.
import { type BatchResponse, renderBatchResponse } from '../../core/batching/render-batch-response.js';
import { errorName } from '../telemetry/error-name.js';
import { BatchRun } from './batch-run.js';
import { consumeByBucket } from './by-bucket.js';
import { type ConsumerSettings, checkOptions } from './check-options.js';
import type { CodecChoice } from './codec.js';
import type { ConsumerOptions } from './consumer-options.js';
import { CONSUMER_METRICS } from './consumer-telemetry.js';
import type { KinesisBatch, RemainingTime } from './kinesis-event.js';
import { MarkKeeper } from './mark-keeper.js';
import { markKey } from './mark-port.js';
import { runByKey } from './run-by-key.js';
import { runInBatches } from './run-in-batches.js';
import { runInOrder } from './run-in-order.js';
import type { StandardSchema } from './standard-schema.js';

/** A Lambda handler for batches of a stream, read by polling or by a registered consumer. */
export type Consumer = (batch: KinesisBatch, context?: RemainingTime) => Promise<BatchResponse>;

/**
 * Makes the handler of a consumer.
 *
 * The records of a key take effect one after the other; the batch ends at the first transient failure, and everything
 * from there comes again. What can never be used goes to the failure store, and the batch goes on. The mapping must report
 * batch item failures, as `LambdaConsumer` has it do.
 */
export function createConsumer<S extends StandardSchema | undefined = undefined, C extends CodecChoice = 'json'>(
  options: ConsumerOptions<S, C>,
): Consumer {
  const settings = checkOptions(options as ConsumerOptions);
  return async (batch, context) => {
    if (batch.Records.length === 0) return renderBatchResponse([]);
    if (settings.perBucket) return consumeByBucket(batch, (bucket) => consume(settings, bucket, context));
    return consume(settings, batch, context);
  };
}

async function consume(
  settings: ConsumerSettings,
  batch: KinesisBatch,
  context: RemainingTime | undefined,
): Promise<BatchResponse> {
  const key = markKey(settings.functionName, batch.Records[0]!, settings.perBucket);
  const keeper = await MarkKeeper.read(settings.mark, settings.withEffects, key, batch.Records.length);
  const run = new BatchRun(settings, batch, context, keeper.mark);
  try {
    await work(settings, run, keeper);
    await run.store();
    await keeper.write(run).catch((error) => {
      const { shardId } = run;
      settings.telemetry?.log({ type: 'consumer.mark-not-written', level: 'warn', shardId, error: errorName(error) });
    });
  } finally {
    run.close();
  }
  report(settings, run, batch);
  const from = run.progress.redeliverFrom();
  return renderBatchResponse(from === undefined ? [] : [{ sequenceNumber: from, error: 'not done' }]);
}

function work(settings: ConsumerSettings, run: BatchRun, keeper: MarkKeeper): Promise<void> {
  if (settings.handleBatch) return runInBatches(run, keeper);
  return settings.concurrency > 1 ? runByKey(run) : runInOrder(run);
}

function report({ telemetry }: ConsumerSettings, run: BatchRun, { Records }: KinesisBatch): void {
  if (!telemetry) return;
  const { shardId, cursor, progress, failed, duplicates, stopped, outOfTime } = run;
  const { skippedUserRecords, skipped } = cursor;
  telemetry.measure({
    [CONSUMER_METRICS.records]: Records.length,
    [CONSUMER_METRICS.userRecords]: cursor.read,
    [CONSUMER_METRICS.recordsProcessed]: cursor.read - progress.open.size - skippedUserRecords - failed - duplicates,
    [CONSUMER_METRICS.recordsFailed]: failed,
    [CONSUMER_METRICS.transientFailures]: stopped ? 1 : 0,
    [CONSUMER_METRICS.duplicatesDropped]: skipped + duplicates,
    [CONSUMER_METRICS.lag]: Math.max(0, Date.now() - Records.at(-1)!.kinesis.approximateArrivalTimestamp * 1_000),
  });
  if (failed > 0) telemetry.log({ type: 'consumer.set-aside', level: 'warn', shardId, records: failed });
  if (skipped > 0) telemetry.log({ type: 'consumer.skipped', level: 'info', shardId, records: skipped });
  const sequenceNumber = progress.redeliverFrom();
  if (sequenceNumber === undefined) return;
  if (stopped) {
    telemetry.log({
      type: 'consumer.stopped',
      level: 'error',
      shardId,
      sequenceNumber,
      error: errorName(stopped.error),
    });
  } else if (outOfTime) {
    telemetry.log({ type: 'consumer.out-of-time', level: 'warn', shardId, sequenceNumber });
  }
}
