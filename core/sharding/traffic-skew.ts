// Which keys and shards take the most traffic, as a report that may leave the process: partition keys are often account
// or device numbers, so the report names a digest unless the key itself is asked for.
import { createHash } from 'node:crypto';
import { type HeavyHitter, HeavyHitters } from './heavy-hitters.js';

/** Shards are few: below this many, what is said of them is exact. */
const SHARD_CAPACITY = 1_024;

const DIGEST_CHARACTERS = 16;

/** How a skew is measured and told. */
export interface TrafficSkewOptions {
  /**
   * Keys that are counted at a time: one with more than 4 / `capacity` of the traffic is never missed.
   *
   * @default 512
   */
  readonly capacity?: number;

  /**
   * What the report calls a partition key; `(key) => key` shows it as it is.
   *
   * @default - digestKey: the same key has the same name everywhere, and whoever can list the keys can find it again
   */
  readonly nameKey?: (key: string) => string;
}

/** What one key or shard takes of all traffic since it was last reset, the recent windows counting more. */
export interface TrafficShare {
  /** Digest of the key, or the key if asked for; a shard's id. */
  readonly name: string;
  /** The share of bytes is at most this, and no more than `bytesErrorPercent` below it. */
  readonly bytesPercent: number;
  readonly bytesErrorPercent: number;
  readonly recordsPercent: number;
  readonly recordsErrorPercent: number;
}

/** The hottest keys and shards, by the larger of their two shares. */
export interface SkewReport {
  /** Bytes and records that the shares are of. */
  readonly bytes: number;
  readonly records: number;
  readonly keys: readonly TrafficShare[];
  readonly shards: readonly TrafficShare[];
}

/**
 * Watches the keys and shards of a stream's records, in bounded memory and well under a microsecond a record.
 */
export class TrafficSkew {
  readonly #keys: HeavyHitters;
  readonly #shards = new HeavyHitters(SHARD_CAPACITY);
  readonly #nameKey: (key: string) => string;

  constructor({ capacity = 512, nameKey = digestKey }: TrafficSkewOptions = {}) {
    this.#keys = new HeavyHitters(capacity);
    this.#nameKey = nameKey;
  }

  /** Counts one record; `bytes` are its data and partition key. Without `shardId` only its key counts. */
  observe(key: string, bytes: number, shardId?: string): void {
    this.#keys.observe(key, bytes);
    if (shardId !== undefined) this.#shards.observe(shardId, bytes);
  }

  /** The `n` hottest keys and shards. */
  hottest(n: number): SkewReport {
    const { bytes, records } = this.#keys.total;
    return {
      bytes,
      records,
      keys: shares(this.#keys, n).map((share) => ({ ...share, name: this.#nameKey(share.name) })),
      shards: shares(this.#shards, n),
    };
  }

  /** Ends a window: what was seen so far counts `factor` times as much from now on. */
  decay(factor = 0.5): void {
    this.#keys.decay(factor);
    this.#shards.decay(factor);
  }

  reset(): void {
    this.#keys.reset();
    this.#shards.reset();
  }
}

/**
 * A name for a key that does not show it: the first 16 hexadecimal digits of its SHA-256.
 */
export function digestKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex').slice(0, DIGEST_CHARACTERS);
}

/** Either share can fill a shard, so a key that is among the first by one of them counts. */
function shares(hitters: HeavyHitters, n: number): TrafficShare[] {
  const { bytes, records } = hitters.total;
  const found = new Map<string, HeavyHitter>();
  for (const by of ['bytes', 'records'] as const) {
    for (const hitter of hitters.hottest(n, by)) found.set(hitter.key, hitter);
  }
  return [...found.values()]
    .map((hitter) => ({
      name: hitter.key,
      bytesPercent: percent(hitter.bytes, bytes),
      bytesErrorPercent: percent(hitter.bytesError, bytes),
      recordsPercent: percent(hitter.records, records),
      recordsErrorPercent: percent(hitter.recordsError, records),
    }))
    .sort((a, b) => heat(b) - heat(a))
    .slice(0, n);
}

function heat({ bytesPercent, recordsPercent }: TrafficShare): number {
  return Math.max(bytesPercent, recordsPercent);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
