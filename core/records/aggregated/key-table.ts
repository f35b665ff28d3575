// A table of keys: each stands in it once, in the order in which it was first seen, and records name it by its index.
//
// A Map hashes every character of a key, which takes longer than to copy it. Here a hash of a few of its characters finds
// a key; keys that are alike in all of those, as someone may choose them to be, go to a Map after all.
import { fieldBytes, writeVarint } from './wire-format.js';

const FIRST_SLOTS = 64;
/** Slots that are kept from one aggregate to the next. */
const MOST_SLOTS_KEPT = 4_096;
/** Keys that a search compares before it takes them for alike. */
const MOST_PROBES = 16;
/** Characters that are put together before they are written. */
const TEXT_CHARACTERS = 65_536;

/** One of the two tables of an aggregated record. */
export class KeyTable {
  /** Bytes of the table as written. */
  bytes = 0;
  /** Index of the key that was looked up last, which a new one has once it is added. */
  index = 0;
  /** Bytes that the table grows by for the key that was looked up last: 0 when it is there. */
  growth = 0;
  /** What stands before a key of less than 128 bytes, by its length. */
  readonly #prefixes: readonly string[];
  #keys: string[] = [];
  /** Bytes of each key; those behind the last key are left over. */
  #lengths: number[] = [];
  /** Indexes of keys, from 1; 0 is a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);
  #slot = 0;
  #looked = '';
  #length = 0;
  #alike: Map<string, number> | undefined;

  constructor(tag: number) {
    this.#prefixes = Array.from({ length: 0x80 }, (_, length) => String.fromCharCode(tag, length));
  }

  /** Looks for a key; `index` and `growth` tell what was found. */
  look(key: string): void {
    this.#looked = key;
    this.index = this.#find(key);
    this.growth = 0;
    if (this.index < 0) {
      this.index = this.#keys.length;
      this.#length = Buffer.byteLength(key);
      this.growth = fieldBytes(this.#length);
    }
  }

  /** Adds the key that was looked up last, unless it is there. */
  add(): void {
    if (this.growth === 0) return;
    this.bytes += this.growth;
    this.growth = 0;
    this.#lengths[this.#keys.length] = this.#length;
    this.#place(this.#keys.push(this.#looked));
    if (!this.#alike && this.#keys.length * 2 > this.#slots.length) this.#grow();
  }

  /** Writes the table; returns where it ends. */
  write(to: Buffer, start: number): number {
    let at = start;
    let text = '';
    for (let i = 0; i < this.#keys.length; i += 1) {
      const key = this.#keys[i]!;
      const length = this.#lengths[i]!;
      // Tag and length of a short key are characters too, so that many keys are written as one text.
      if (length < 0x80) text += this.#prefixes[length]! + key;
      if (length >= 0x80 || text.length > TEXT_CHARACTERS) {
        at += to.write(text, at);
        text = '';
      }
      if (length >= 0x80) {
        to[at] = this.#prefixes[0]!.charCodeAt(0);
        at = writeVarint(to, at + 1, length);
        at += to.write(key, at);
      }
    }
    return at + to.write(text, at);
  }

  clear(): void {
    this.bytes = 0;
    this.growth = 0;
    if (this.#keys.length === 0) return;
    this.#keys = [];
    this.#alike = undefined;
    if (this.#slots.length <= MOST_SLOTS_KEPT) this.#slots.fill(0);
    else {
      this.#slots = new Int32Array(FIRST_SLOTS);
      this.#lengths = [];
    }
  }

  /** Index of a key, or -1 and in `#slot` where it would go. */
  #find(key: string): number {
    if (this.#alike) return this.#alike.get(key) ?? -1;
    const last = this.#slots.length - 1;
    this.#slot = sampleHash(key) & last;
    for (let probes = 0; probes < MOST_PROBES; probes += 1) {
      const index = this.#slots[this.#slot]! - 1;
      if (index < 0 || this.#keys[index] === key) return index;
      this.#slot = (this.#slot + 1) & last;
    }
    this.#alike = new Map(this.#keys.map((known, index) => [known, index]));
    return this.#find(key);
  }

  /** Makes the key at `index`, from 1, findable; it was looked for last. */
  #place(index: number): void {
    if (this.#alike) this.#alike.set(this.#keys[index - 1]!, index - 1);
    else this.#slots[this.#slot] = index;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    this.#keys.forEach((key, index) => {
      this.#find(key);
      this.#place(index + 1);
    });
  }
}

/** A hash of a key's last characters, and of some on the way from there to its first. */
function sampleHash(key: string): number {
  let hash = key.length;
  const step = (hash >> 2) + 1;
  for (let i = hash - 1, near = i - 4; i >= 0; i -= i > near ? 1 : step) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x9e3779b1);
  }
  return hash ^ (hash >>> 15);
}
