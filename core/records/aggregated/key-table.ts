// A table of keys: each stands in it once, in the order in which it was first seen, and records name it by its index.
import { fieldBytes, writeText } from './wire-format.js';

/** One of the two tables of an aggregated record. */
export class KeyTable {
  /** Bytes of the table as written. */
  bytes = 0;
  readonly #tag: number;
  readonly #indexes = new Map<string, number>();

  constructor(tag: number) {
    this.#tag = tag;
  }

  get count(): number {
    return this.#indexes.size;
  }

  /** Index of a key, or -1. */
  find(key: string): number {
    return this.#indexes.get(key) ?? -1;
  }

  /** Adds a key that is not there and that takes `bytes`. */
  add(key: string, bytes: number): void {
    this.#indexes.set(key, this.#indexes.size);
    this.bytes += bytes;
  }

  /** Writes the table; returns where it ends. */
  write(to: Buffer, at: number): number {
    let end = at;
    for (const key of this.#indexes.keys()) end = writeText(to, end, this.#tag, key);
    return end;
  }

  clear(): void {
    this.#indexes.clear();
    this.bytes = 0;
  }
}

/** Bytes that a table grows by for a key that is new to it. */
export function entryBytes(key: string): number {
  return fieldBytes(Buffer.byteLength(key));
}
