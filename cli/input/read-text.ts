// Plain lines, blank ones included: each becomes {"line": text}.
import type { InputRow } from './input-row.js';
import { type Line, readLines } from './read-lines.js';

export async function* readText(source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<InputRow> {
  for await (const line of readLines(source, maxLineBytes)) yield toTextRow(line, line.number);
}

export function toTextRow(line: Line, row: InputRow['row']): InputRow {
  const at = { row, line: line.number };
  return line.kind === 'rejected'
    ? { kind: 'rejected', ...at, reason: line.reason }
    : { kind: 'payload', ...at, payload: { line: line.text }, text: line.text };
}
