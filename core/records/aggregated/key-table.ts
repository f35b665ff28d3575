// A table of keys: each stands in it once, in the order in which it was first seen, and records name it by its index.
//
// A Map hashes every character of a key, which takes longer than to copy it. Here a hash of a few of its characters finds
// a key; keys that are alike in all of those, as someone may choose them to be, go to a Map after all.
import { EXPLICIT_HASH_KEY_TABLE, fieldBytes, PARTITION_KEY_TABLE, writeText } from './wire-format.js';

const FIRST_SLOTS = 64;
/** Slots that are kept from one aggregate to the next. */
const MOST_SLOTS_KEPT = 4_096;
/** Keys that a search compares before it takes them for alike. */
const MOST_PROBES = 16;
/** What stands before a key of less than 128 bytes, by that length. */
const PREFIXES = {
  [PARTITION_KEY_TABLE]: makePrefixes(PARTITION_KEY_TABLE),
  [EXPLICIT_HASH_KEY_TABLE]: makePrefixes(EXPLICIT_HASH_KEY_TABLE),
};

/** One of the two tables of an aggregated record. */
export class KeyTable {
  /** Bytes of the table as written. */
  bytes = 0;
  /** Index of the key that was looked up last, which a new one has once it is added; -1 for no key. */
  index = 0;
  /** Bytes that the table grows by for the key that was looked up last: 0 when it is there. */
  growth = 0;
  readonly #tag: keyof typeof PREFIXES;
  #keys: string[] = [];
  /** Bytes of each key; those behind the last key are left over. */
  #lengths: number[] = [];
  /** Indexes of keys, from 1; 0 is a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);
  #slot = 0;
  #looked = '';
  #alike: Map<string, number> | undefined;

  constructor(tag: keyof typeof PREFIXES) {
    this.#tag = tag;
  }

  /** Looks for a key; `index` and `growth` tell what was found. */
  look(key: string | undefined): void {
    this.growth = 0;
    this.index = -1;
    if (key === undefined) return;
    this.index = this.#find(key);
    if (this.index < 0) {
      this.index = this.#keys.length;
      this.#looked = key;
      const length = Buffer.byteLength(key);
      this.#lengths[this.index] = length;
      this.growth = fieldBytes(length);
    }
  }

  /** Adds the key that was looked up last, unless it is there. */
  add(): void {
    if (this.growth === 0) return;
    this.bytes += this.growth;
    this.growth = 0;
    const count = this.#keys.push(this.#looked);
    this.#slots[this.#slot] = count;
    this.#alike?.set(this.#looked, this.index);
    if (count * 2 > this.#slots.length) this.#grow();
  }

  /** Writes the table; returns where it ends. */
  write(to: Buffer, start: number): number {
    const prefixes = PREFIXES[this.#tag];
    const keys = this.#keys;
    let at = start;
    let text = '';
    for (let i = 0; i < keys.length; i += 1) {
      const prefix = prefixes[this.#lengths[i]!];
      // Tag and length of a short key are characters too, so that many keys are written as one text.
      if (prefix !== undefined) text += prefix + keys[i]!;
      else {
        at = writeText(to, at + to.write(text, at), this.#tag, keys[i]!);
        text = '';
      }
    }
    return at + to.write(text, at);
  }

  clear(): void {
    this.bytes = this.growth = 0;
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
    const slots = this.#slots;
    let slot = sampleHash(key);
    for (let probes = 0; probes < MOST_PROBES; probes += 1) {
      slot &= slots.length - 1;
      const index = slots[slot]! - 1;
      if (index < 0 || this.#keys[index] === key) {
        this.#slot = slot;
        return index;
      }
      slot += 1;
    }
    this.#alike = new Map(this.#keys.map((known, index) => [known, index]));
    return this.#find(key);
  }

  #grow(): void {
    if (this.#alike) return;
    this.#slots = new Int32Array(this.#slots.length * 4);
    this.#keys.forEach((key, index) => {
      this.#find(key);
      this.#slots[this.#slot] = index + 1;
    });
  }
}

function makePrefixes(tag: number): readonly string[] {
  return Array.from({ length: 0x80 }, (_, length) => String.fromCharCode(tag, length));
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
