// Which shard takes a record, as a producer last heard it. Hash keys are 16 characters, one for each byte, which sort as
// the numbers do and cost a tenth of a BigInt.
import { HASH_KEY_MAX } from '../limits.js';
import { hashPartitionKeyText } from './hash-key.js';

const HEX_DIGITS = 32;

/** A part of the key space; both ends belong to it. */
export interface HashRange {
  readonly start: string;
  readonly end: string;
}

/** The whole key space. */
export const WHOLE_KEY_SPACE: HashRange = { start: hashText(0n), end: hashText(HASH_KEY_MAX) };

/** A shard and its part of the key space. */
export interface MappedShard extends HashRange {
  readonly shardId: string;
}

/** Where a record falls in the key space: by its explicit hash key, which must be well-formed, or by its partition key. */
export function effectiveHash(partitionKey: string, explicitHashKey: string | undefined): string {
  return explicitHashKey === undefined ? hashPartitionKeyText(partitionKey) : hashText(BigInt(explicitHashKey));
}

/** A hash key as 16 characters. */
export function hashText(hash: bigint): string {
  return Buffer.from(hash.toString(16).padStart(HEX_DIGITS, '0'), 'hex').toString('latin1');
}

/** The hash key that these 16 characters are. */
export function hashOfText(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'latin1').toString('hex')}`);
}

export function isWithin({ start, end }: HashRange, hash: string): boolean {
  return hash >= start && hash <= end;
}

export function overlaps(a: HashRange, b: HashRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/**
 * The open shards of a stream at one time. It may be out of date the moment it is made: a reshard tells nobody.
 */
export class ShardMap {
  readonly shards: readonly MappedShard[];
  readonly #byId: ReadonlyMap<string, MappedShard>;

  constructor(shards: Iterable<MappedShard>) {
    this.shards = [...shards].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.#byId = new Map(this.shards.map((shard) => [shard.shardId, shard]));
  }

  /** The shard with this id, if it is open. */
  get(shardId: string): MappedShard | undefined {
    return this.#byId.get(shardId);
  }

  /** The shard that takes `hash`, in O(log n); undefined only where the list leaves a gap. */
  shardOf(hash: string): MappedShard | undefined {
    let low = 0;
    let high = this.shards.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const shard = this.shards[middle]!;
      if (hash < shard.start) high = middle - 1;
      else if (hash > shard.end) low = middle + 1;
      else return shard;
    }
    return undefined;
  }
}
