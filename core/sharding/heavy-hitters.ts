// Which keys take the largest share of a stream's traffic, found in one pass and bounded memory.
//
// Space-Saving (Metwally et al. 2005) with its evictions done in bulk: counters are exact from the moment a key is taken
// in, and what was missed before is at most the floor of that moment. When the table is full, the lightest keys leave
// and the floor rises to what the heaviest of them may have had. One map lookup a record, whatever the traffic.
import { nthSmallest } from './nth-smallest.js';

/** One key's share. The true amount lies from `bytes - bytesError` to `bytes`; the same holds for records. */
export interface HeavyHitter {
  readonly key: string;
  /** Most bytes it can have had. */
  readonly bytes: number;
  readonly bytesError: number;
  /** Most records it can have had. */
  readonly records: number;
  readonly recordsError: number;
}

interface Amount {
  bytes: number;
  records: number;
}

interface Counter {
  /** Counted since the key was taken in. */
  bytes: number;
  records: number;
  /** Most that was missed before. */
  missedBytes: number;
  missedRecords: number;
  /** Whether the key is a copy of its own. */
  detached: boolean;
}

/** A full table keeps the keys in the heaviest quarter by bytes, and those by records: half of it at most. */
const KEPT_QUANTILE = 0.75;

/** Bytes or records divided by the capacity, times this, are the most that the floor rises to. */
const ERROR_FACTOR = 1 / (1 - KEPT_QUANTILE);

/**
 * Counts bytes and records by key, exactly for the heavy ones.
 *
 * A key with more than `4 / capacity` of all bytes, or of all records, is always listed, and no amount is off by more than
 * that share (`maxErrorShare`). With no more keys than `capacity` every amount is exact.
 */
export class HeavyHitters {
  readonly #capacity: number;
  #counters = new Map<string, Counter>();
  #floor: Amount = { bytes: 0, records: 0 };
  #total: Amount = { bytes: 0, records: 0 };

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 8) {
      throw new RangeError(`'capacity' must be a whole number from 8, got ${capacity}; give the keys to keep count of`);
    }
    this.#capacity = capacity;
  }

  /** Largest share of the bytes, and of the records, that an amount can be off by. */
  get maxErrorShare(): number {
    return ERROR_FACTOR / this.#capacity;
  }

  /** All that was observed, decayed as the keys are. */
  get total(): Readonly<Amount> {
    return this.#total;
  }

  observe(key: string, bytes: number, records = 1): void {
    this.#total.bytes += bytes;
    this.#total.records += records;
    const counter = this.#counters.get(key);
    if (counter !== undefined) {
      counter.bytes += bytes;
      counter.records += records;
      return;
    }
    if (this.#counters.size >= this.#capacity) this.#evict();
    const { bytes: missedBytes, records: missedRecords } = this.#floor;
    this.#counters.set(key, { bytes, records, missedBytes, missedRecords, detached: false });
  }

  /** The `n` heaviest keys by bytes, or by records; the heaviest first. */
  hottest(n: number, by: 'bytes' | 'records' = 'bytes'): HeavyHitter[] {
    return [...this.#counters]
      .map(render)
      .sort((a, b) => b[by] - a[by])
      .slice(0, n);
  }

  /** Makes all that was observed so far count `factor` times as much: called once a window, old traffic fades. */
  decay(factor = 0.5): void {
    for (const amount of [this.#total, this.#floor]) {
      amount.bytes *= factor;
      amount.records *= factor;
    }
    for (const counter of this.#counters.values()) {
      counter.bytes *= factor;
      counter.records *= factor;
      counter.missedBytes *= factor;
      counter.missedRecords *= factor;
    }
  }

  reset(): void {
    this.#counters = new Map();
    this.#floor = { bytes: 0, records: 0 };
    this.#total = { bytes: 0, records: 0 };
  }

  /** Adds what another one of the same capacity counted: of another process, or of another shard. */
  merge(other: HeavyHitters): void {
    if (other.#capacity !== this.#capacity) {
      throw new RangeError(
        `'capacity' must be ${this.#capacity} on both sides, got ${other.#capacity}; make them equal`,
      );
    }
    const merged = new Map<string, Counter>();
    for (const key of new Set([...this.#counters.keys(), ...other.#counters.keys()])) {
      merged.set(
        key,
        add(this.#counters.get(key) ?? unseen(this.#floor), other.#counters.get(key) ?? unseen(other.#floor)),
      );
    }
    this.#counters = merged;
    this.#floor = addAmounts(this.#floor, other.#floor);
    this.#total = addAmounts(this.#total, other.#total);
    if (merged.size > this.#capacity) this.#evict();
  }

  /** Lets the light half of the keys go. What the heaviest of them may have had becomes the floor. */
  #evict(): void {
    const floor = this.#quantiles();
    const kept = new Map<string, Counter>();
    for (const [key, counter] of this.#counters) {
      const light =
        counter.bytes + counter.missedBytes <= floor.bytes && counter.records + counter.missedRecords <= floor.records;
      if (light) continue;
      kept.set(counter.detached ? key : detach(key), counter);
      counter.detached = true;
    }
    this.#counters = kept;
    this.#floor = floor;
  }

  #quantiles(): Amount {
    const size = this.#counters.size;
    const bytes = new Float64Array(size);
    const records = new Float64Array(size);
    let at = 0;
    for (const counter of this.#counters.values()) {
      bytes[at] = counter.bytes + counter.missedBytes;
      records[at] = counter.records + counter.missedRecords;
      at += 1;
    }
    const rank = Math.floor(size * KEPT_QUANTILE);
    return { bytes: nthSmallest(bytes, rank), records: nthSmallest(records, rank) };
  }
}

/** A copy of its own: a part of a longer text would keep all of that text in memory. */
function detach(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}

function unseen({ bytes, records }: Amount): Counter {
  return { bytes: 0, records: 0, missedBytes: bytes, missedRecords: records, detached: false };
}

function add(a: Counter, b: Counter): Counter {
  return {
    ...addAmounts(a, b),
    missedBytes: a.missedBytes + b.missedBytes,
    missedRecords: a.missedRecords + b.missedRecords,
    detached: false,
  };
}

function addAmounts(a: Amount, b: Amount): Amount {
  return { bytes: a.bytes + b.bytes, records: a.records + b.records };
}

function render([key, { bytes, records, missedBytes, missedRecords }]: [string, Counter]): HeavyHitter {
  return {
    key,
    bytes: bytes + missedBytes,
    bytesError: missedBytes,
    records: records + missedRecords,
    recordsError: missedRecords,
  };
}
