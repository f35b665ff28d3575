// What an invocation means for its batch, by the rules of partial batch responses.
import type { InvocationResult } from '../services/lambda/invoker.js';
import type { StreamRecord } from './stream-record.js';

export type Outcome =
  | { readonly kind: 'passed' }
  /** The records before `index` passed; what follows is delivered again. */
  | { readonly kind: 'failed-from'; readonly index: number }
  | { readonly kind: 'failed' }
  | { readonly kind: 'throttled' };

/**
 * Reads the outcome of an invocation.
 *
 * Of several failures the lowest sequence number counts. An empty or absent list is success; an item without a usable
 * identifier, or with one that is not in the batch, fails the whole batch.
 */
export function readOutcome(
  result: InvocationResult,
  records: readonly StreamRecord[],
  reportBatchItemFailures: boolean,
): Outcome {
  if (result.kind === 'throttled') return { kind: 'throttled' };
  if (result.kind === 'failure') return { kind: 'failed' };
  const { payload } = result;
  if (!reportBatchItemFailures || payload === null || payload === undefined) return { kind: 'passed' };
  if (typeof payload !== 'object') return { kind: 'failed' };
  const items = (payload as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(items)) return { kind: 'failed' };
  const indexes = items.map((item: { itemIdentifier?: unknown } | null) =>
    records.findIndex(({ sequenceNumber }) => sequenceNumber === item?.itemIdentifier),
  );
  if (indexes.length === 0) return { kind: 'passed' };
  if (indexes.includes(-1)) return { kind: 'failed' };
  return { kind: 'failed-from', index: Math.min(...indexes) };
}
