// One row of the input becomes one event of the platform, or the reason why it cannot.
import type { EventEnvelope, InputRow } from './input-row.js';

export interface EventRules {
  /** Name of the source: the type of its events and the start of their ids. */
  readonly source: string;
  readonly keyField: string | undefined;
  readonly maxKeyCharacters: number;
  /** Data and partition key together, as the stream counts them. */
  readonly maxRecordBytes: number;
}

export type RowOutcome =
  | { readonly kind: 'put'; readonly partitionKey: string; readonly data: Buffer }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string };

/** The id is the source and the row's number, never the time, so that a second run makes the same ids. */
export function toEvent(row: InputRow, rules: EventRules, nowMs: number): RowOutcome {
  if (row.kind === 'rejected') return { kind: 'rejected', line: row.line, reason: row.reason };
  const reject = (reason: string): RowOutcome => ({ kind: 'rejected', line: row.line, reason });

  let event: EventEnvelope;
  if (row.kind === 'event') event = row.event;
  else {
    const key = rules.keyField === undefined ? rules.source : readKey(row.payload, rules.keyField);
    if (key === undefined) return reject(`row must have a value in '${rules.keyField}', the field of its key`);
    const time = new Date(nowMs).toISOString();
    event = { id: `${rules.source}-${row.row}`, time, type: rules.source, key, payload: row.payload };
  }
  const keyCharacters = [...event.key].length;
  if (keyCharacters > rules.maxKeyCharacters) {
    return reject(`key must have at most ${rules.maxKeyCharacters} characters, got ${keyCharacters}`);
  }
  const data = Buffer.from(JSON.stringify(event));
  const bytes = data.length + Buffer.byteLength(event.key);
  if (bytes > rules.maxRecordBytes) {
    return reject(`record must have at most ${rules.maxRecordBytes} bytes, the stream's limit, got ${bytes}`);
  }
  return { kind: 'put', partitionKey: event.key, data };
}

function readKey(payload: object, field: string): string | undefined {
  const value: unknown = Object.hasOwn(payload, field) ? payload[field as keyof typeof payload] : undefined;
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
