// The rows of the input as the records they become.
import type { InputRow } from '../input/input-row.js';
import { openFile, openInput } from '../input/open-input.js';
import { readSpill } from '../input/read-spill.js';
import { type EventRules, type RowOutcome, toEvent } from '../input/to-event.js';
import { toRawRecord } from '../input/to-raw-record.js';
import type { PutOptions } from '../put-options.js';

export interface OpenedRows {
  /** What refusals name the input by. */
  readonly name: string;
  readonly rows: AsyncIterable<RowOutcome>;
}

export async function openRows(
  { input: path, format, keyField, spread, raw }: PutOptions,
  maxRecordBytes: number,
  stdin: AsyncIterable<Uint8Array>,
): Promise<OpenedRows> {
  if (format === 'spill') {
    const source = path === '-' ? stdin : await openFile(path);
    return { name: path === '-' ? 'stdin' : path, rows: readSpill(source, maxRecordBytes) };
  }
  const { name, rows } = await openInput({ path, format, keyField }, stdin);
  return { name, rows: toRecords(rows, { source: name, keyField, keyPerRow: spread, maxRecordBytes }, raw) };
}

async function* toRecords(rows: AsyncIterable<InputRow>, rules: EventRules, raw: boolean): AsyncGenerator<RowOutcome> {
  for await (const row of rows) yield raw ? toRawRecord(row, rules) : toEvent(row, rules, Date.now());
}
