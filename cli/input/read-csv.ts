// CSV with a header row (RFC 4180: quotes, line breaks inside quotes, CRLF). Values stay the strings they are.
// A broken row costs its own line only: csv-parse judges row by row, and what follows is read again from the next line.
import { type CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../usage-error.js';
import type { InputRow } from './input-row.js';
import { type Line, readLines } from './read-lines.js';

type RawRow =
  | { readonly kind: 'cells'; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: 'rejected'; readonly line: number; readonly reason: string };

/** @param keyField a column that the header must have */
export async function* readCsv(
  source: AsyncIterable<Uint8Array>,
  maxRowBytes: number,
  keyField?: string,
): AsyncGenerator<InputRow> {
  let header: readonly string[] | undefined;
  let row = 0;
  for await (const raw of readRows(source, maxRowBytes)) {
    const { line } = raw;
    if (header === undefined) header = checkHeader(raw, keyField);
    else if (raw.kind === 'rejected') yield { kind: 'rejected', row: ++row, line, reason: raw.reason };
    else if (raw.cells.length !== header.length) {
      const reason = `row must have ${header.length} columns, as the header has, got ${raw.cells.length}`;
      yield { kind: 'rejected', row: ++row, line, reason };
    } else {
      const { cells } = raw;
      const payload = Object.fromEntries(header.map((name, column) => [name, cells[column]]));
      yield { kind: 'payload', row: ++row, line, payload };
    }
  }
}

function checkHeader(raw: RawRow, keyField: string | undefined): readonly string[] {
  if (raw.kind === 'rejected') {
    throw new UsageError(`the CSV header must be readable, got a line where ${raw.reason}; correct line ${raw.line}`);
  }
  const twice = raw.cells.find((name, at) => raw.cells.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new UsageError(`the CSV header must name each column once, got '${twice}' twice; rename one of them`);
  }
  if (keyField !== undefined && !raw.cells.includes(keyField)) {
    throw new UsageError(`'--key' must be a column of the CSV header (${raw.cells.join(', ')}), got '${keyField}'`);
  }
  return raw.cells;
}

async function* readRows(source: AsyncIterable<Uint8Array>, maxRowBytes: number): AsyncGenerator<RawRow> {
  const lines = readLines(source, maxRowBytes);
  const again: Line[] = [];
  const next = async () => again.pop() ?? (await lines.next()).value;

  for (let first: Line | undefined = await next(); first; first = await next()) {
    if (first.kind === 'rejected') yield { kind: 'rejected', line: first.number, reason: first.reason };
    else if (!first.text.includes('"')) {
      if (first.text !== '') yield { kind: 'cells', line: first.number, cells: first.text.split(',') };
    } else {
      const { outcome, read } = await readQuoted(first, next, maxRowBytes);
      yield { ...outcome, line: first.number };
      if (outcome.kind === 'rejected') again.push(...read.reverse());
    }
  }
}

type TextLine = Extract<Line, { kind: 'line' }>;

type Quoted =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'rejected'; readonly reason: string };

/** A row that starts with `first` and goes on over as many lines as its quotes hold open. */
async function readQuoted(first: TextLine, next: () => Promise<Line | undefined>, maxRowBytes: number) {
  const read: Line[] = [];
  let outcome = parseRow(first.text);
  let { text: rowText, end } = first;
  while (outcome.kind === 'open') {
    const line = await next();
    if (line === undefined) break;
    read.push(line);
    if (line.kind === 'rejected') break;
    rowText += end + line.text;
    end = line.end;
    if (rowText.length > maxRowBytes) break;
    if (line.text.includes('"')) outcome = parseRow(rowText);
  }
  const closed: Quoted =
    outcome.kind === 'open' ? { kind: 'rejected', reason: 'row opens a quote that is never closed' } : outcome;
  return { outcome: closed, read };
}

function parseRow(text: string): Quoted | { readonly kind: 'open' } {
  try {
    const [cells] = parse(text, { relax_column_count: true, record_delimiter: '\0' });
    return { kind: 'cells', cells: cells ?? [] };
  } catch (error) {
    const { code } = error as CsvError;
    if (code === 'CSV_QUOTE_NOT_CLOSED') return { kind: 'open' };
    // The parser's messages quote the input, which may be private.
    return { kind: 'rejected', reason: 'row has a quote in the wrong place' };
  }
}
