// A table of keys: each stands in it once, in the order in which it was first seen, and records name it by its index.
//
// A Map hashes every character of a key, which takes longer than to copy it. Here a hash of a few of its characters finds
// a key. Keys that are alike in all of those, as someone may choose them to be, go to a Map after all, and so do many.
import { fieldBytes, renderField, renderText } from './wire-format.js';

/** Room for the keys of an aggregate of usual size. */
const SLOTS = 1_024;
/** Keys that a search compares before it asks the Map. */
const MOST_PROBES = 16;

/** One of the two tables of an aggregated record. */
export class KeyTable {
  /** The table as written, a character for each byte: many keys as one text take less time than each by itself. */
  text = '';
  /** Bytes that it grows by for the key that was looked up last: 0 when it is there. */
  growth = 0;
  readonly #tag: number;
  readonly #heads: string[] = [];
  #keys: string[] = [];
  /** Indexes of keys, from 1; 0 is a free slot. */
  readonly #slots = new Int32Array(SLOTS);
  readonly #others = new Map<string, number>();
  /** Slot that the key would go to that was looked up last. */
  #slot = 0;

  constructor(tag: number) {
    this.#tag = tag;
  }

  /** Looks for a key: gives the index that it has, or has once it is added. */
  look(key: string): number {
    const slots = this.#slots;
    const keys = this.#keys;
    this.growth = 0;
    let slot = sampleHash(key);
    for (let probes = 0; probes < MOST_PROBES; probes += 1) {
      slot &= SLOTS - 1;
      const index = slots[slot]! - 1;
      if (index < 0) return this.#miss(key, slot);
      if (keys[index] === key) return index;
      slot += 1;
    }
    return this.#others.get(key) ?? this.#miss(key, SLOTS);
  }

  #miss(key: string, slot: number): number {
    this.#slot = slot;
    this.growth = fieldBytes(Buffer.byteLength(key));
    return this.#keys.length;
  }

  /** Adds the key that was looked up last, unless it is there. */
  add(key: string): void {
    if (this.growth === 0) return;
    const { length } = key;
    if (this.growth === length + 2) {
      // A short key of ASCII is its own bytes, and what stands before it is the same for all of its length.
      this.#heads[length] ??= String.fromCharCode(this.#tag, length);
      this.text += this.#heads[length] + key;
    } else this.text += renderField(this.#tag, renderText(key));
    this.growth = 0;
    const count = this.#keys.push(key);
    if (this.#slot < SLOTS) this.#slots[this.#slot] = count;
    else this.#others.set(key, count - 1);
  }

  clear(): void {
    this.growth = 0;
    if (!this.text) return;
    this.text = '';
    this.#keys = [];
    this.#slots.fill(0);
    this.#others.clear();
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
