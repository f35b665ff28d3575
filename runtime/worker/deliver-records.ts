// Hands records of a shard to the handler until all are done, in order, and again from the first that is not.
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import { errorName } from '../telemetry/error-name.js';
import type { ShardRecord } from './ports.js';
import { type BatchOutcome, readOutcome, renderBatch, renderRecord } from './render-batch.js';
import type { WorkerParts } from './worker-parts.js';

const RETRY_BASE_MS = 100;

export interface Delivery {
  readonly streamArn: string;
  readonly shardId: string;
  readonly signal: AbortSignal;
  /** Whether the shard may still be read by this worker; asked before each call of the handler. */
  mayGoOn(): boolean;
  /** Hears of records that are done. */
  onDone(records: readonly ShardRecord[]): Promise<void>;
}

/**
 * Delivers records; returns early when it may not go on.
 *
 * A handler that throws does not say which record it was, so the next try is of half as many. A record is discarded only
 * when it was named, or tried alone.
 */
export async function deliverRecords(
  parts: WorkerParts,
  delivery: Delivery,
  records: readonly ShardRecord[],
): Promise<void> {
  const { ports, settings, counts, emit } = parts;
  const { shardId, streamArn, signal } = delivery;
  let rest = records;
  let size = settings.batchSize;
  let attempt = 1;
  while (rest.length > 0 && delivery.mayGoOn()) {
    const batch = rest.slice(0, size);
    const { done, isExact, error } = await callHandler(parts, delivery, batch);
    rest = rest.slice(done);
    if (done > 0) {
      await delivery.onDone(batch.slice(0, done));
      attempt = 1;
    }
    if (done === batch.length) {
      size = Math.min(settings.batchSize, size * 2);
      continue;
    }
    const [first] = rest;
    counts.failedBatches += 1;
    emit({ type: 'batch.failed', shardId, sequenceNumber: first!.sequenceNumber, attempt, error });
    if (!isExact) size = Math.max(1, Math.floor(batch.length / 2));
    const isKnown = isExact || batch.length === 1;
    if (settings.discard && isKnown && attempt >= settings.discard.afterAttempts && (await discard(first!))) {
      rest = rest.slice(1);
      attempt = 1;
      continue;
    }
    await ports.sleep(fullJitterMs(attempt, RETRY_BASE_MS, settings.retryCapMs, ports.random), signal);
    attempt += 1;
  }

  async function discard(record: ShardRecord): Promise<boolean> {
    try {
      await settings.discard?.put(renderRecord(streamArn, shardId, record));
    } catch {
      return false;
    }
    counts.discarded += 1;
    emit({ type: 'record.discarded', shardId, sequenceNumber: record.sequenceNumber });
    await delivery.onDone([record]);
    return true;
  }
}

async function callHandler(
  { ports, settings, counts }: WorkerParts,
  { streamArn, shardId }: Delivery,
  batch: readonly ShardRecord[],
): Promise<BatchOutcome & { readonly error: string }> {
  const untilMs = ports.nowMs() + settings.batchTimeoutMs;
  counts.batches += 1;
  try {
    const context = { getRemainingTimeInMillis: () => Math.max(0, untilMs - ports.nowMs()) };
    const response = await settings.handler(renderBatch(streamArn, shardId, batch), context);
    return { ...readOutcome(batch, response), error: 'BatchItemFailure' };
  } catch (error) {
    return { done: 0, isExact: false, error: errorName(error) };
  }
}
