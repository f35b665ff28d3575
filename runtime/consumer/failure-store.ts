// Records that cannot be used, kept with their bytes and the reason. One object per invocation that had any, up to
// FAILURES_PER_OBJECT of them.
import { FAILED_RECORDS_PREFIX } from '../../core/consumer-contract.js';
import type { FailedRecord } from './failed-record.js';

/** Keeps an object. */
export type PutFailures = (key: string, body: string) => Promise<void>;

/** Failed records that are gathered before they are stored. */
export const FAILURES_PER_OBJECT = 500;

/**
 * Key of the object that holds failed records of one invocation.
 *
 * It is named after the first of them, so a redelivered batch overwrites its object instead of adding one.
 */
export function failureKey(functionName: string, first: FailedRecord): string {
  const { shardId, sequenceNumber, subSequenceNumber } = first;
  const place = subSequenceNumber === undefined ? sequenceNumber : `${sequenceNumber}.${subSequenceNumber}`;
  return `${FAILED_RECORDS_PREFIX}${functionName}/${shardId}/${place}.ndjson`;
}

/**
 * Renders failed records as NDJSON, one per line in their order.
 */
export function renderFailures(records: readonly FailedRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/**
 * Stores failed records, if there are any.
 */
export async function storeFailures(
  put: PutFailures,
  functionName: string,
  records: readonly FailedRecord[],
): Promise<void> {
  const [first] = records;
  if (first) await put(failureKey(functionName, first), renderFailures(records));
}
