// Records that cannot be used, kept with their bytes and the reason. One object per invocation that had any.
import type { BadRecord } from './decode-records.js';

/** Keeps an object. */
export type PutFailures = (key: string, body: string) => Promise<void>;

/**
 * Key of the object that holds the bad records of one invocation.
 *
 * It is named after the first of them, so a redelivered batch overwrites its object instead of adding one.
 */
export function failureKey(functionName: string, first: BadRecord): string {
  return `records/${functionName}/${first.shardId}/${first.sequenceNumber}.ndjson`;
}

/**
 * Renders bad records as NDJSON, one per line in their order.
 */
export function renderFailures(records: readonly BadRecord[]): string {
  return records
    .map(
      ({ shardId, sequenceNumber, partitionKey, arrivalTime, errorType, reason, data }) =>
        `${JSON.stringify({ shardId, sequenceNumber, partitionKey, arrivalTime, errorType, reason, data })}\n`,
    )
    .join('');
}

/**
 * Stores bad records, if there are any.
 */
export async function storeFailures(
  put: PutFailures,
  functionName: string,
  records: readonly BadRecord[],
): Promise<void> {
  const [first] = records;
  if (first) await put(failureKey(functionName, first), renderFailures(records));
}
