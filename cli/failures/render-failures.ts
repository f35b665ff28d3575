// Failures as people and programs read them. Bytes of records are printed on request only.
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import { type FailureFilter, isAskedFor } from '../../runtime/replay/failures/choose-failed.js';
import type { FailedEntry, FailureObject } from '../../runtime/replay/failures/failure-object.js';
import type { FailureInBucket } from '../../runtime/replay/failures/read-bucket.js';

/** One line of `failures list`. */
export interface FailureSummary {
  readonly key: string;
  readonly kind: FailureObject['kind'];
  readonly functionName: string;
  readonly shardId: string;
  /** Arrival of the first record that is asked for; empty when it is not known. */
  readonly arrivalTime: string;
  /** Records that are asked for. */
  readonly records: number;
  /** How many of each class. */
  readonly errors: Readonly<Record<string, number>>;
}

export function summarize({ key, object }: FailureInBucket, filter: FailureFilter): FailureSummary {
  if (object.kind === 'unknown') {
    return { key, kind: 'unknown', functionName: '', shardId: '', arrivalTime: '', records: 0, errors: {} };
  }
  if (object.kind === 'range') {
    const { functionName, shardId, arrivalTime, batchSize, condition } = object.range;
    const errors = { [condition]: batchSize };
    return { key, kind: 'range', functionName, shardId, arrivalTime, records: batchSize, errors };
  }
  const entries = object.entries.filter((entry) => isAskedFor(entry, filter));
  const errors: Record<string, number> = {};
  for (const { errorType } of entries) errors[errorType] = (errors[errorType] ?? 0) + 1;
  const { shardId = '', arrivalTime = '' } = entries[0] ?? {};
  const { kind, functionName } = object;
  return { key, kind, functionName, shardId, arrivalTime, records: entries.length, errors };
}

export function renderObject(summary: FailureSummary): string {
  const { key, functionName, arrivalTime, records, errors } = summary;
  const classes = Object.entries(errors).map(([name, count]) => `${name} ${count}`);
  return [arrivalTime || '-', functionName || '-', `${records} records`, classes.join(', ') || '-', key].join('  ');
}

export interface ShownWith {
  readonly data: boolean;
  readonly json: boolean;
}

/** The lines of one object. */
export function* renderShown(object: FailureObject, { data, json }: ShownWith): Generator<string> {
  if (object.kind === 'unknown') yield json ? JSON.stringify(object) : `not understood: ${object.reason}`;
  else if (object.kind === 'range') yield json ? JSON.stringify(object.range) : renderRange(object.range);
  else {
    for (const entry of object.entries) yield* json ? [renderJson(entry, data)] : renderEntry(entry, data);
    const unreadable = object.kind === 'records' ? object.unreadable.length : 0;
    if (unreadable > 0 && !json) yield `${unreadable} lines are no records`;
  }
}

function renderRange(range: Extract<FailureObject, { kind: 'range' }>['range']): string {
  const { shardId, first, last, batchSize, streamName, condition } = range;
  return `${condition}: ${batchSize} records of ${streamName}, ${shardId} from ${first} to ${last}; no bytes were kept`;
}

function renderJson({ data, ...entry }: FailedEntry, withData: boolean): string {
  return JSON.stringify(withData ? { ...entry, data } : entry);
}

function* renderEntry(entry: FailedEntry, withData: boolean): Generator<string> {
  const { shardId, sequenceNumber, subSequenceNumber, arrivalTime, errorType, reason, attempt, partitionKey } = entry;
  const place = sequenceNumber === '' ? 'never in the stream' : `${shardId}:${sequenceNumber}`;
  const sub = subSequenceNumber === undefined ? '' : `:${subSequenceNumber}`;
  const bytes = Buffer.from(entry.data, 'base64');
  const tried = attempt === undefined ? '' : ` at attempt ${attempt}`;
  yield `${place}${sub}  ${arrivalTime}  ${bytes.length} bytes  ${errorType}${tried}: ${reason}`;
  if (!withData) return;
  yield `  key ${partitionKey}`;
  const decoded = decodeRecord(bytes);
  if (decoded.kind === 'plain') yield `  ${renderBytes(bytes)}`;
  else
    for (const [i, record] of decoded.records.entries())
      yield `  ${i}  ${record.partitionKey}  ${renderBytes(record.data)}`;
}

/** As text where every byte of it is, else as base64. Control characters do not reach the terminal. */
function renderBytes(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!/[\p{Cc}\p{Cf}]/u.test(text.replaceAll(/[\n\t]/g, ' '))) return text.replaceAll('\n', '\\n');
  } catch {
    // Not text.
  }
  return `base64 ${Buffer.from(bytes).toString('base64')}`;
}
