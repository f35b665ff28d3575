// What a function's answer says of its batch, by the rules of Lambda's partial batch responses.

export type BatchAnswer =
  | { readonly kind: 'passed' }
  /** The records before `index` took effect. */
  | { readonly kind: 'failed-from'; readonly index: number }
  /** Nothing is known of any record. */
  | { readonly kind: 'failed' };

/**
 * Reads an answer. Of several failures the first of the batch counts; no list, or an empty one, is success; a list that
 * cannot be understood fails the whole batch.
 */
export function readResponse(payload: unknown, sequenceNumbers: readonly string[]): BatchAnswer {
  if (payload === null || payload === undefined) return { kind: 'passed' };
  if (typeof payload !== 'object') return { kind: 'failed' };
  const items = (payload as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(items)) return { kind: 'failed' };
  const indexes = items.map((item: { itemIdentifier?: unknown } | null) =>
    sequenceNumbers.indexOf(String(item?.itemIdentifier)),
  );
  if (indexes.length === 0) return { kind: 'passed' };
  return indexes.includes(-1) ? { kind: 'failed' } : { kind: 'failed-from', index: Math.min(...indexes) };
}
