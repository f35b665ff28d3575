// One row of the input becomes one record with the row's own bytes: for streams whose readers expect no envelope.
import { checkPutEntry } from '../../core/batching/check-put-entry.js';
import type { InputRow } from './input-row.js';
import { type EventRules, keyWithoutField, type RowOutcome, readKey } from './to-event.js';

/** A line as it is, or a CSV row as a JSON object by its header. */
export function toRawRecord(row: InputRow, rules: EventRules): RowOutcome {
  const { keyField, maxRecordBytes } = rules;
  const { line } = row;
  if (row.kind === 'rejected') return { kind: 'rejected', line, reason: row.reason };
  const fields = row.kind === 'event' ? { ...row.event } : row.payload;
  const ownKey = row.kind === 'event' ? row.event.key : keyWithoutField(row.row, rules);
  const partitionKey = keyField === undefined ? ownKey : readKey(fields, keyField);
  if (partitionKey === undefined) {
    return { kind: 'rejected', line, reason: `row must have a value in '${keyField}', the field of its key` };
  }
  const text = row.json ?? (row.kind === 'payload' ? row.text : undefined) ?? JSON.stringify(fields);
  const entry = { data: Buffer.from(text), partitionKey };
  const refusal = checkPutEntry(entry, maxRecordBytes);
  return refusal ? { kind: 'rejected', line, reason: refusal.reason } : { kind: 'put', line, entry };
}
