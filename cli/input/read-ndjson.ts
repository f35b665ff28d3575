// NDJSON: one JSON object per line. A line that is an event already passes as it is; any other object is a payload.
import type { StreamEvent } from '../../core/records/event.js';
import type { InputRow } from './input-row.js';
import { type Line, readLines } from './read-lines.js';

export async function* readNdjson(source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<InputRow> {
  let row = 0;
  for await (const line of readLines(source, maxLineBytes)) {
    if (line.kind === 'line' && line.text.trim() === '') continue;
    row += 1;
    yield toNdjsonRow(line, row);
  }
}

export function toNdjsonRow(line: Line, row: InputRow['row']): InputRow {
  const at = { row, line: line.number };
  return line.kind === 'rejected'
    ? { kind: 'rejected', ...at, reason: line.reason }
    : { ...parseLine(line.text), ...at };
}

type Parsed =
  | { readonly kind: 'payload'; readonly payload: StreamEvent['payload']; readonly json: string }
  | { readonly kind: 'event'; readonly event: StreamEvent; readonly json: string }
  | { readonly kind: 'rejected'; readonly reason: string };

function parseLine(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'rejected', reason: `line must be JSON, got a fault ${withoutContent(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'rejected', reason: 'line must be a JSON object' };
  }
  const json = text.trim();
  return isEvent(value) ? { kind: 'event', event: value, json } : { kind: 'payload', payload: { ...value }, json };
}

/** V8 quotes the text it could not parse; the input may be private, so only the position is kept. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /at position \d+/.exec(message)?.[0] ?? 'at its end';
}

function isEvent(value: object): value is StreamEvent {
  const { id, time, type, key, payload } = value as Partial<Record<keyof StreamEvent, unknown>>;
  return (
    [id, time, type, key].every((field) => typeof field === 'string' && field !== '') &&
    !Number.isNaN(Date.parse(time as string)) &&
    typeof payload === 'object' &&
    payload !== null &&
    !Array.isArray(payload)
  );
}
