import { expect, test } from '@jest/globals';
import type { InputRow } from '../../../cli/input/input-row.js';
import { sniffFormat } from '../../../cli/input/open-input.js';
import { readCsv } from '../../../cli/input/read-csv.js';
import { readNdjson } from '../../../cli/input/read-ndjson.js';
import { readText } from '../../../cli/input/read-text.js';

const LIMIT = 1_000;
const EVENT = { id: 'a-1', time: '2026-01-01T00:00:00.000Z', type: 'a', key: 'k', payload: { v: 1 } };

/** The text in chunks of `size` bytes, so that every boundary falls in the middle of something. */
async function* chunks(text: string | Uint8Array, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(rows: AsyncIterable<InputRow>): Promise<InputRow[]> {
  const read: InputRow[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

test.each([
  ['reads CRLF and a last line without an end', 'a,b\r\n1,2\r\n3,4'],
  ['reads LF', 'a,b\n1,2\n3,4\n'],
  ['skips a byte order mark and blank lines', '\ufeffa,b\n\n1,2\n\n3,4\n'],
])('csv %s', async (_rule, text) => {
  expect(await all(readCsv(chunks(text), LIMIT))).toMatchObject([
    { kind: 'payload', row: 1, payload: { a: '1', b: '2' } },
    { kind: 'payload', row: 2, payload: { a: '3', b: '4' } },
  ]);
});

test('csv keeps quoted commas, quotes and line breaks, and numbers as strings', async () => {
  expect(await all(readCsv(chunks('a,b\n"x,""y""\nz",007\n'), LIMIT))).toMatchObject([
    { payload: { a: 'x,"y"\nz', b: '007' } },
  ]);
});

test('csv keeps the kind of a line break inside quotes', async () => {
  expect(await all(readCsv(chunks('a,b\r\n"x\r\ny\nz",1\r\n2,3\r\n'), LIMIT))).toMatchObject([
    { payload: { a: 'x\r\ny\nz', b: '1' } },
    { payload: { a: '2', b: '3' } },
  ]);
});

test('csv rejects a row with another number of columns, by its line, and goes on', async () => {
  expect(await all(readCsv(chunks('a,b\n1\n1,2,3\n5,6\n'), LIMIT))).toEqual([
    { kind: 'rejected', row: 1, line: 2, reason: 'row must have 2 columns, as the header has, got 1' },
    { kind: 'rejected', row: 2, line: 3, reason: 'row must have 2 columns, as the header has, got 3' },
    { kind: 'payload', row: 3, line: 4, payload: { a: '5', b: '6' } },
  ]);
});

test('csv rejects a misplaced quote without quoting the row, and goes on', async () => {
  const rows = await all(readCsv(chunks('a,b\n1,2\n"sec"ret,2\n5,6\n'), LIMIT));
  expect(rows.map((row) => row.kind)).toEqual(['payload', 'rejected', 'payload']);
  expect(rows.map((row) => row.row)).toEqual([1, 2, 3]);
  expect(JSON.stringify(rows[1])).toContain('quote in the wrong place');
  expect(JSON.stringify(rows[1])).not.toContain('sec');
});

test('csv rejects the line of a quote that is never closed, and reads what follows', async () => {
  const rows = await all(readCsv(chunks('a,b\n1,2\n"x,2\n3,4\n5,6\n'), LIMIT));
  expect(rows.map((row) => row.kind)).toEqual(['payload', 'rejected', 'payload', 'payload']);
  expect(rows[1]).toMatchObject({ line: 3, reason: 'row opens a quote that is never closed' });
  expect(rows[3]).toMatchObject({ row: 4, line: 5, payload: { a: '5', b: '6' } });
});

test('csv rejects a stray quote that a later quote seems to close', async () => {
  const rows = await all(readCsv(chunks('a,b\n"x,2\n"3",4\n5,6\n'), LIMIT));
  expect(rows.map((row) => row.kind)).toEqual(['rejected', 'payload', 'payload']);
});

test('csv fails when the header names a column twice', async () => {
  await expect(all(readCsv(chunks('a,a\n1,2\n'), LIMIT))).rejects.toThrow("got 'a' twice");
});

test('csv of nothing has no rows', async () => {
  expect(await all(readCsv(chunks(''), LIMIT))).toEqual([]);
});

test('csv rejects a row that is longer than the limit', async () => {
  const rows = await all(readCsv(chunks(`a,b\n1,${'x'.repeat(2_000)}\n`, 64), LIMIT));
  expect(rows.map((row) => row.kind)).toEqual(['rejected']);
});

test('ndjson passes an event as it is and wraps any other object', async () => {
  const text = `${JSON.stringify(EVENT)}\n{"v":1}\n\n{"id":"x"}`;
  expect(await all(readNdjson(chunks(text), LIMIT))).toEqual([
    { kind: 'event', row: 1, line: 1, event: EVENT, json: JSON.stringify(EVENT) },
    { kind: 'payload', row: 2, line: 2, payload: { v: 1 }, json: '{"v":1}' },
    { kind: 'payload', row: 3, line: 4, payload: { id: 'x' }, json: '{"id":"x"}' },
  ]);
});

test('fails when the CSV header lacks the field of the key', async () => {
  await expect(all(readCsv(chunks('a,b\n1,2\n'), LIMIT, 'c'))).rejects.toThrow(
    "'--key' must be a column of the CSV header (a, b), got 'c'",
  );
  expect(await all(readCsv(chunks('a,b\n1,2\n'), LIMIT, 'b'))).toHaveLength(1);
});

test.each([
  ['text that is not JSON', '{"secret":nope}', 'line must be JSON, got a fault '],
  ['JSON that is no object', '[1]', 'line must be a JSON object'],
  ['half an object', '{"secret":1', 'line must be JSON, got a fault '],
  ['a line over the limit', `{"v":"${'x'.repeat(LIMIT)}"}`, `line is over ${LIMIT} bytes`],
])('ndjson rejects %s and goes on', async (_rule, bad, reason) => {
  const rows = await all(readNdjson(chunks(`${bad}\n{"v":2}\n`), LIMIT));
  expect(rows).toEqual([
    { kind: 'rejected', row: 1, line: 1, reason: expect.stringContaining(reason) },
    { kind: 'payload', row: 2, line: 2, payload: { v: 2 }, json: '{"v":2}' },
  ]);
  expect(JSON.stringify(rows[0])).not.toContain('secret');
});

test('lines become payloads, blank ones too, and no line is made of the last end', async () => {
  const rows = await all(readText(chunks('é one\r\n\nU+2028 \u2028 stays\n'), LIMIT));
  expect(rows.map((row) => row.kind === 'payload' && row.payload)).toEqual([
    { line: 'é one' },
    { line: '' },
    { line: 'U+2028 \u2028 stays' },
  ]);
});

test('lines that are not UTF-8 are rejected', async () => {
  const rows = await all(readText(chunks(Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62])), LIMIT));
  expect(rows.map((row) => row.kind)).toEqual(['payload', 'rejected', 'payload']);
});

test.each([
  ['{"a":1}\n', 'ndjson'],
  ['\n  {"a":1}', 'ndjson'],
  ['timestamp,value\n1,2', 'csv'],
  ['hello\na,b', 'lines'],
  ['', 'lines'],
])('sniffs %j as %s', (head, format) => {
  expect(sniffFormat(head)).toBe(format);
});
