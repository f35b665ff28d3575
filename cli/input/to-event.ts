// One row of the input becomes one event of the platform, or the reason why it cannot.
import { checkPutEntry, type PutEntry } from '../../core/batching/check-put-entry.js';
import { renderEvent, type StreamEvent } from '../../core/records/event.js';
import type { InputRow } from './input-row.js';

export interface EventRules {
  /** Name of the source: the type of its events and the start of their ids. */
  readonly source: string;
  readonly keyField: string | undefined;
  /** Whether a row without a key field has a key of its own rather than that of its source. */
  readonly keyPerRow?: boolean;
  /** Data and partition key together, as the stream counts them. */
  readonly maxRecordBytes: number;
}

export type RowOutcome =
  | { readonly kind: 'put'; readonly line: number; readonly entry: PutEntry }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string };

/** The id is the source and the row's number, never the time, so that a second run makes the same ids. */
export function toEvent(row: InputRow, rules: EventRules, nowMs: number): RowOutcome {
  const { line } = row;
  if (row.kind === 'rejected') return { kind: 'rejected', line, reason: row.reason };
  const event = row.kind === 'event' ? row.event : wrap(row, rules, nowMs);
  if (event === undefined) {
    return { kind: 'rejected', line, reason: `row must have a value in '${rules.keyField}', the field of its key` };
  }
  const data = row.kind === 'event' ? Buffer.from(row.json) : renderWrapped(event, row.json);
  const entry = { data, partitionKey: event.key };
  const refusal = checkPutEntry(entry, rules.maxRecordBytes);
  return refusal ? { kind: 'rejected', line, reason: refusal.reason } : { kind: 'put', line, entry };
}

type PayloadRow = Extract<InputRow, { kind: 'payload' }>;

function wrap({ payload, row }: PayloadRow, rules: EventRules, nowMs: number): StreamEvent | undefined {
  const { source, keyField } = rules;
  const key = keyField === undefined ? keyWithoutField(row, rules) : readKey(payload, keyField);
  if (key === undefined) return undefined;
  return { id: `${source}-${row}`, time: new Date(nowMs).toISOString(), type: source, key, payload };
}

/** The partition key of a row when no field holds it. */
export function keyWithoutField(row: InputRow['row'], { source, keyPerRow }: EventRules): string {
  return keyPerRow ? `${source}-${row}` : source;
}

/** The event around its payload as the input has it, where it has it as JSON. */
function renderWrapped({ payload, ...envelope }: StreamEvent, json: string | undefined): Uint8Array {
  if (json === undefined) return renderEvent({ ...envelope, payload });
  return Buffer.from(`${JSON.stringify(envelope).slice(0, -1)},"payload":${json}}`);
}

/** The field as a partition key; nothing when it is absent, empty or no plain value. */
export function readKey(payload: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = Object.hasOwn(payload, field) ? payload[field] : undefined;
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
