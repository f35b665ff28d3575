// Puts records and answers for each of them. PutRecords replies 200 with failures inside: those entries, and only
// those, go again, before any later batch.
import type { PutEntry, PutRule } from '../../core/batching/check-put-entry.js';
import { type PutLimits, planPutRecords } from '../../core/batching/plan-put-records.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { ProducerPorts, RequestReply } from './ports.js';
import { isRetryable } from './retryable.js';

/** What it needs of the producer's ports. */
export type PutPorts = Pick<ProducerPorts, 'putRecords' | 'sleep' | 'random'>;

/** How often and how patiently to try, and what the stream takes. */
export interface PutOptions extends PutLimits {
  /**
   * Most times that one entry is sent; Infinity tries until `signal` is aborted.
   *
   * @default 10
   */
  readonly maxAttempts?: number;

  /**
   * Ceiling of the wait before the first retry, in milliseconds; it doubles with each further one.
   *
   * @default 100
   */
  readonly retryBaseMs?: number;

  /**
   * Ceiling of any wait, in milliseconds.
   *
   * @default 5000
   */
  readonly retryCapMs?: number;

  /**
   * Ends the put early: what has not been put by then comes back as failed with 'Aborted'.
   *
   * @default - puts everything, or runs out of attempts
   */
  readonly signal?: AbortSignal;
}

/** What became of one entry. */
export type PutOutcome =
  | { readonly kind: 'put'; readonly shardId: string; readonly sequenceNumber: string; readonly attempts: number }
  | {
      readonly kind: 'failed';
      /** Code of the service, the rule that the entry breaks (it was not sent), or 'Aborted'. */
      readonly errorCode: PutRule | 'Aborted' | (string & {});
      readonly message: string;
      /** Times it was sent. */
      readonly attempts: number;
    };

interface Numbered extends PutEntry {
  readonly position: number;
}

/**
 * Puts `entries` to a stream and returns what became of each, in their order. A failure is an outcome, never an error.
 *
 * Delivery is at least once: a request that timed out may have been accepted and is sent again. Entries of one call are
 * accepted one by one, so an entry that is throttled arrives behind later entries of its batch.
 */
export async function putEntries(
  ports: PutPorts,
  streamName: string,
  entries: readonly PutEntry[],
  options: PutOptions = {},
): Promise<PutOutcome[]> {
  checkAttempts(options.maxAttempts);
  const numbered: Numbered[] = entries.map(({ data, partitionKey, explicitHashKey }, position) => ({
    data,
    partitionKey,
    explicitHashKey,
    position,
  }));
  const outcomes = new Array<PutOutcome>(entries.length);
  const { batches, refused } = planPutRecords(numbered, options);
  for (const { entry, rule, reason } of refused) {
    outcomes[entry.position] = { kind: 'failed', errorCode: rule, message: reason, attempts: 0 };
  }
  for (const batch of batches) await putBatch(ports, streamName, batch, options, outcomes);
  return outcomes;
}

function checkAttempts(maxAttempts = 1): void {
  if (maxAttempts >= 1 && (Number.isInteger(maxAttempts) || maxAttempts === Number.POSITIVE_INFINITY)) return;
  throw new RangeError(
    `'maxAttempts' must be a whole number from 1, or Infinity, got ${maxAttempts}; pass 1 to send each entry once`,
  );
}

/** Sends one batch until every entry of it has an outcome. */
async function putBatch(
  ports: PutPorts,
  streamName: string,
  batch: readonly Numbered[],
  { maxAttempts = 10, retryBaseMs = 100, retryCapMs = 5_000, signal }: PutOptions,
  outcomes: PutOutcome[],
): Promise<void> {
  let pending = batch;
  for (let attempts = 1; pending.length > 0; attempts += 1) {
    if (attempts > 1) await ports.sleep(fullJitterMs(attempts - 1, retryBaseMs, retryCapMs, ports.random), signal);
    if (signal?.aborted) {
      for (const { position } of pending) outcomes[position] = aborted(attempts - 1);
      return;
    }
    const reply = await ports.putRecords(streamName, pending);
    pending = pending.filter((entry, i) => {
      const { outcome, retryable } = settle(reply, i, attempts);
      outcomes[entry.position] = outcome;
      return retryable && attempts < maxAttempts;
    });
  }
}

function settle(reply: RequestReply, i: number, attempts: number): { outcome: PutOutcome; retryable: boolean } {
  if (reply.kind === 'failed') {
    const { errorCode, message, retryable } = reply;
    return { outcome: { kind: 'failed', errorCode, message, attempts }, retryable };
  }
  const entry = reply.entries[i]!;
  return { outcome: { ...entry, attempts }, retryable: entry.kind === 'failed' && isRetryable(entry.errorCode) };
}

function aborted(attempts: number): PutOutcome {
  return {
    kind: 'failed',
    errorCode: 'Aborted',
    message: 'put records failed: aborted before they were accepted',
    attempts,
  };
}
