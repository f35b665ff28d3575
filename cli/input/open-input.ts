// Opens the input: a file or standard input, its format by extension, by flag or by its first line.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { UsageError } from '../usage-error.js';
import type { InputRow } from './input-row.js';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';
import { readText } from './read-text.js';

export const INPUT_FORMATS = ['csv', 'ndjson', 'lines'] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

/** Longest line that is read as one: well above the largest record that a stream can take. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const SNIFF_BYTES = 64 * 1024;

const READERS = { csv: readCsv, ndjson: readNdjson, lines: readText } as const;
const FORMAT_OF_EXTENSION: Readonly<Record<string, InputFormat>> = {
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

const COMPRESSED: ReadonlySet<string> = new Set(['.gz', '.bz2', '.xz', '.zst', '.zip']);

export interface Input {
  /** File name without its extension, or `stdin`. */
  readonly name: string;
  readonly rows: AsyncIterable<InputRow>;
}

export interface InputOptions {
  /** A file, or `-` for standard input. */
  readonly path: string;
  readonly format: InputFormat | undefined;
  readonly keyField: string | undefined;
}

export async function openInput(
  { path, format, keyField }: InputOptions,
  stdin: AsyncIterable<Uint8Array>,
): Promise<Input> {
  if (path === '-') {
    const rows = format === undefined ? readSniffed(stdin, keyField) : READERS[format](stdin, MAX_LINE_BYTES, keyField);
    return { name: 'stdin', rows };
  }
  const extension = extname(path);
  if (format === undefined && COMPRESSED.has(extension.toLowerCase())) {
    throw new UsageError(
      `'--input' must be plain text, got '${path}', which is compressed; pipe it in: zcat FILE.gz | kinesis-platform … --input -`,
    );
  }
  const chosen = format ?? FORMAT_OF_EXTENSION[extension.toLowerCase()] ?? 'lines';
  const source = await openFile(path);
  return { name: basename(path, extension), rows: READERS[chosen](source, MAX_LINE_BYTES, keyField) };
}

/** Opens the file at `path` for reading, or refuses in one line. */
export async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const refuse = (problem: string) =>
    new UsageError(`'--input' must be a file that can be read, or -, got '${path}' (${problem}); check the path`);
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'no such file' : (error.code ?? error.message));
  });
  if (entry.isDirectory()) throw refuse('it is a folder');
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 });
  await once(stream, 'open').catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code ?? error.message);
  });
  return stream;
}

/** A first line with `{` is NDJSON, one with a comma is CSV's header, anything else is text. */
export function sniffFormat(head: string): InputFormat {
  const first = head.split('\n').find((line) => line.trim() !== '') ?? '';
  if (first.trimStart().startsWith('{')) return 'ndjson';
  return first.includes(',') ? 'csv' : 'lines';
}

/** The lab is ready before its input is: the first line is waited for when the first row is asked for. */
async function* readSniffed(stdin: AsyncIterable<Uint8Array>, keyField: string | undefined): AsyncGenerator<InputRow> {
  const { head, source } = await peek(stdin);
  yield* READERS[sniffFormat(head)](source, MAX_LINE_BYTES, keyField);
}

/** Reads until the first line is whole, and gives it back together with the untouched source. */
async function peek(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let head = '';
  while (head.length < SNIFF_BYTES && !head.trimStart().includes('\n')) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    head += Buffer.from(next.value).toString('latin1');
  }
  async function* replay() {
    yield* chunks;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head, source: replay() };
}
