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
/** One of the two tables of an aggregated record. */
export interface KeyTable {
  /** Looks for a key: gives its index, which a new one has once it is added, and -1 for no key. */
  look(key: string | undefined): number;
  /** Bytes that the table grows by for the key that was looked up last: 0 when it is there. */
  growth(): number;
  /** Adds the key that was looked up last, unless it is there. */
  add(): void;
  /** Bytes of the table as written. */
  bytes(): number;
  /** Writes the table; returns where it ends. */
  write(to: Buffer, start: number): number;
  clear(): void;
}

/** What stands before a key of less than 128 bytes, by that length: its tag and its length, which are characters too. */
const PREFIXES = [PARTITION_KEY_TABLE, EXPLICIT_HASH_KEY_TABLE].map((tag) =>
  Array.from({ length: 0x80 }, (_, length) => String.fromCharCode(tag, length)),
);

/** A table whose keys stand behind `tag`. */
export function makeKeyTable(tag: number): KeyTable {
  const prefixes = PREFIXES[tag === PARTITION_KEY_TABLE ? 0 : 1]!;
  let keys: string[] = [];
  /** Bytes of each key; those behind the last key are left over. */
  let lengths: number[] = [];
  /** Indexes of keys, from 1; 0 is a free slot. */
  let slots = new Int32Array(FIRST_SLOTS);
  let alike: Map<string, number> | undefined;
  let total = 0;
  // The key that was looked up last, when it is new, and the slot that it would go to.
  let looked = '';
  let growth = 0;
  let slot = 0;

  /** Index of a key, or -1. */
  function find(key: string): number {
    if (alike) return alike.get(key) ?? -1;
    slot = sampleHash(key);
    for (let probes = 0; probes < MOST_PROBES; probes += 1) {
      slot &= slots.length - 1;
      const index = slots[slot]! - 1;
      if (index < 0 || keys[index] === key) return index;
      slot += 1;
    }
    alike = new Map(keys.map((known, index) => [known, index]));
    return find(key);
  }

  return {
    look(key) {
      growth = 0;
      if (key === undefined) return -1;
      const index = find(key);
      if (index >= 0) return index;
      const length = Buffer.byteLength(key);
      looked = key;
      lengths[keys.length] = length;
      growth = fieldBytes(length);
      return keys.length;
    },
    growth: () => growth,
    add() {
      if (growth === 0) return;
      total += growth;
      growth = 0;
      const count = keys.push(looked);
      slots[slot] = count;
      alike?.set(looked, count - 1);
      if (alike || count * 2 <= slots.length) return;
      slots = new Int32Array(slots.length * 4);
      keys.forEach((key, index) => {
        find(key);
        slots[slot] = index + 1;
      });
    },
    bytes: () => total,
    write(to, start) {
      let at = start;
      let text = '';
      for (let i = 0; i < keys.length; i += 1) {
        const prefix = prefixes[lengths[i]!];
        // Many keys are written as one text, which takes less time than to write each.
        if (prefix !== undefined) text += prefix + keys[i]!;
        else {
          at = writeText(to, at + to.write(text, at), tag, keys[i]!);
          text = '';
        }
      }
      return at + to.write(text, at);
    },
    clear() {
      total = growth = 0;
      keys = [];
      lengths = [];
      alike = undefined;
      slots = new Int32Array(Math.min(slots.length, MOST_SLOTS_KEPT));
    },
  };
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
