// Cuts records into the fewest PutRecords calls that keep their order.
import { PUT_RECORDS_MAX_BYTES, PUT_RECORDS_MAX_RECORDS, RECORD_DEFAULT_MAX_BYTES } from '../limits.js';
import { recordBytes } from '../records/record-size.js';
import { checkPutEntry, type PutEntry, type PutRefusal } from './check-put-entry.js';

/** What a plan keeps to; each defaults to the service's own limit. */
export interface PutLimits {
  /** @default 500 */
  readonly maxRecords?: number;
  /** @default 10 MiB */
  readonly maxBytes?: number;
  /** Largest record the stream takes. @default 1 MiB */
  readonly maxRecordBytes?: number;
}

/** An entry that no call would take. */
export interface RefusedEntry<E> extends PutRefusal {
  readonly entry: E;
}

/** Calls to make, in order, and what stays out of them. */
export interface PutPlan<E> {
  readonly batches: readonly (readonly E[])[];
  readonly refused: readonly RefusedEntry<E>[];
}

/**
 * Plans the PutRecords calls for `entries`.
 *
 * Order is kept within and across batches, no batch passes the limits on count and bytes, and every entry is either in
 * exactly one batch or refused with the rule it breaks.
 */
export function planPutRecords<E extends PutEntry>(entries: readonly E[], limits: PutLimits = {}): PutPlan<E> {
  const {
    maxRecords = PUT_RECORDS_MAX_RECORDS,
    maxBytes = PUT_RECORDS_MAX_BYTES,
    maxRecordBytes = RECORD_DEFAULT_MAX_BYTES,
  } = limits;
  const batches: E[][] = [];
  const refused: RefusedEntry<E>[] = [];
  let batch: E[] = [];
  let batchBytes = 0;

  for (const entry of entries) {
    const refusal = checkPutEntry(entry, Math.min(maxRecordBytes, maxBytes));
    if (refusal) {
      refused.push({ entry, ...refusal });
      continue;
    }
    const bytes = recordBytes(entry.data, entry.partitionKey);
    if (batch.length >= maxRecords || batchBytes + bytes > maxBytes) {
      batches.push(batch);
      batch = [];
      batchBytes = 0;
    }
    batch.push(entry);
    batchBytes += bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return { batches, refused };
}
