// Sequence numbers as the service makes them: 186 bits, 56 decimal digits, which begin with the shard's creation time, so
// that they grow within a shard and a child's are above its parents'. From high to low: a leading 2 (2 bits), seconds of
// the shard's creation (36), low nibble of the shard's index (4), position in the shard (64), zeros (8), seconds of the
// record's arrival (36), shard index (32), version 2 (4). Only the position and the arrival need to be stored.

const LEAD = 2n << 184n;
const CREATED_AT = 148n;
const NIBBLE_AT = 144n;
const POSITION_AT = 80n;
const SECONDS_AT = 36n;
const INDEX_AT = 4n;
const ONE_POSITION = 1n << POSITION_AT;
const VERSION = 2n;
const LAST_POSITION = 0x7fffffffffffffffn;
const MASK_32 = 0xffffffffn;
const MASK_36 = 0xfffffffffn;

/** Where a sequence number came from. */
export interface SequenceOrigin {
  readonly createdSeconds: number;
  readonly shardIndex: number;
}

/** The sequence numbers of one shard; position 0 is its start, records follow from 1. */
export class SequenceSpace {
  readonly createdSeconds: number;
  readonly shardIndex: number;
  readonly #base: bigint;
  /** The number that was asked for last, since the next one is often asked for next. */
  #last = { position: -1, seconds: -1, number: 0n };

  constructor(createdSeconds: number, shardIndex: number) {
    this.createdSeconds = createdSeconds;
    this.shardIndex = shardIndex;
    const index = BigInt(shardIndex);
    this.#base =
      LEAD | (BigInt(createdSeconds) << CREATED_AT) | ((index & 0xfn) << NIBBLE_AT) | (index << INDEX_AT) | VERSION;
  }

  /** Number of the record at `position` that arrived in `seconds`. */
  at(position: number, seconds: number): bigint {
    const last = this.#last;
    if (last.position === position - 1 && last.seconds === seconds) last.number += ONE_POSITION;
    else last.number = this.#base + (BigInt(position) << POSITION_AT) + (BigInt(seconds) << SECONDS_AT);
    last.position = position;
    last.seconds = seconds;
    return last.number;
  }

  /** Number that comes before every record. */
  first(): string {
    return String(this.at(0, this.createdSeconds));
  }

  /** Number that comes after every record of a shard closed in `seconds`. */
  last(seconds: number): string {
    return String(this.#base + (LAST_POSITION << POSITION_AT) + (BigInt(seconds) << SECONDS_AT));
  }

  /** Position that `sequenceNumber` would have here: below 1 before all records, capped at `most` after them. */
  positionOf(sequenceNumber: bigint, most: number): number {
    if (sequenceNumber < this.#base) return 0;
    const position = (sequenceNumber - this.#base) >> POSITION_AT;
    return position > BigInt(most) ? most : Number(position);
  }
}

/** Reads a sequence number; undefined when it is not a number at all. */
export function parseSequenceNumber(text: string): bigint | undefined {
  return /^(0|[1-9]\d{0,128})$/.test(text) ? BigInt(text) : undefined;
}

/** Which shard made a sequence number; undefined when none of this layout could have. */
export function originOf(sequenceNumber: bigint): SequenceOrigin | undefined {
  if (sequenceNumber >> 184n !== 2n || (sequenceNumber & 0xfn) !== VERSION) return undefined;
  return {
    createdSeconds: Number((sequenceNumber >> CREATED_AT) & MASK_36),
    shardIndex: Number((sequenceNumber >> INDEX_AT) & MASK_32),
  };
}
