// A batch reply that respects stream order.

/** Outcome of one record; a batch is processed in order and stops at the first failure. */
export interface RecordOutcome {
  readonly sequenceNumber: string;
  readonly error?: unknown;
}

/** What Lambda reads from a function whose mapping reports batch item failures. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * Renders the reply that makes Lambda checkpoint before the first failed record.
 *
 * Only the earliest failure matters on a stream: everything from it onwards is redelivered.
 */
export function renderBatchResponse(outcomes: readonly RecordOutcome[]): BatchResponse {
  const failed = outcomes.find((outcome) => outcome.error !== undefined);
  return { batchItemFailures: failed ? [{ itemIdentifier: failed.sequenceNumber }] : [] };
}
