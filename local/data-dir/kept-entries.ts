// Entries by key that outlive the process, in a file with a line for each change, or for
// changes made at once, of which the last of a key stands.
// A change is with the operating system when `set` returns, so it survives the end of this process at any moment; it is
// not synced to the disk.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DataDirError } from './data-dir-error.js';

/** A file that is smaller is not worth writing anew. */
const SMALL_FILE_BYTES = 4 * 1_024 * 1_024;

/** A file is written anew when it has grown to this many times what stands in it. */
const MOST_GROWTH = 4;

const NEWLINE = 0x0a;

/** A key with what it has from now on, or without. */
export type Change<T> = readonly [key: string] | readonly [key: string, value: T];

/** A map on disk: values are what JSON can say. */
export class KeptEntries<T> {
  readonly #path: string;
  /** The line of each key, with its end. */
  readonly #lines = new Map<string, string>();
  #liveBytes = 0;
  #fileBytes = 0;
  #file: number;
  #failure: Error | undefined;
  #isClosed = false;

  /** Opens the file, or begins it; fails when what is there cannot be read whole. */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.#load();
    this.#file = openSync(path, 'a');
  }

  get(key: string): T | undefined {
    const line = this.#lines.get(key);
    return line === undefined ? undefined : JSON.parse(line)[1];
  }

  keys(): IterableIterator<string> {
    return this.#lines.keys();
  }

  *values(): Generator<T> {
    for (const line of this.#lines.values()) yield JSON.parse(line)[1];
  }

  set(key: string, value: T): void {
    const line = `${JSON.stringify([key, value])}\n`;
    if (this.#isClosed || this.#lines.get(key) === line) return;
    this.#write(line);
    this.#remember(key, line);
    this.#compact();
  }

  delete(key: string): void {
    if (this.#isClosed || !this.#lines.has(key)) return;
    this.#write(`${JSON.stringify([key])}\n`);
    this.#remember(key, undefined);
    this.#compact();
  }

  /** Makes all of the changes or, when the process ends at any moment, none; a change without a value deletes. */
  change(changes: readonly Change<T>[]): void {
    if (this.#isClosed || changes.length === 0) return;
    this.#write(`${JSON.stringify(changes)}\n`);
    for (const change of changes) this.#apply(change);
    this.#compact();
  }

  /** Changes after this are lost, as if the process had ended. */
  close(): void {
    if (!this.#isClosed) closeSync(this.#file);
    this.#isClosed = true;
  }

  #load(): void {
    const file = readFileSync(this.#path);
    const whole = file.lastIndexOf(NEWLINE) + 1;
    // What a crash left half-written was never answered for.
    if (whole < file.length) truncateSync(this.#path, whole);
    this.#fileBytes = whole;
    for (const line of file.toString('utf8', 0, whole).split('\n').slice(0, -1)) {
      const changes = parseLine(line);
      if (!changes)
        throw new DataDirError(`a line of '${this.#path}' cannot be read; restore it, or begin with another folder`);
      for (const change of changes) this.#apply(change);
    }
  }

  #apply(change: Change<unknown>): void {
    this.#remember(change[0], change.length === 1 ? undefined : `${JSON.stringify(change)}\n`);
  }

  #remember(key: string, line: string | undefined): void {
    const old = this.#lines.get(key);
    if (old !== undefined) this.#liveBytes -= Buffer.byteLength(old);
    if (line === undefined) this.#lines.delete(key);
    else this.#lines.set(key, line);
    if (line !== undefined) this.#liveBytes += Buffer.byteLength(line);
  }

  /** After a write that failed nothing is written any more: the file may end in half a line. */
  #write(line: string): void {
    if (this.#failure) throw this.#failure;
    try {
      const bytes = Buffer.from(line);
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#fileBytes += bytes.length;
    } catch (error) {
      this.#failure = new Error(`write to '${this.#path}' failed: ${(error as Error).message}`, { cause: error });
      throw this.#failure;
    }
  }

  #compact(): void {
    if (this.#fileBytes < SMALL_FILE_BYTES || this.#fileBytes < this.#liveBytes * MOST_GROWTH) return;
    const next = `${this.#path}.next`;
    const file = openSync(next, 'w');
    for (const line of this.#lines.values()) writeSync(file, line);
    fsyncSync(file);
    renameSync(next, this.#path);
    closeSync(this.#file);
    this.#file = file;
    this.#fileBytes = this.#liveBytes;
  }
}

/** A line is one change, or a list of those that were made at once. */
function parseLine(line: string): readonly Change<unknown>[] | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (isChange(parsed)) return [parsed];
    return Array.isArray(parsed) && parsed.length > 0 && parsed.every(isChange) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isChange(parsed: unknown): parsed is Change<unknown> {
  return Array.isArray(parsed) && typeof parsed[0] === 'string';
}
