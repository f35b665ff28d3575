// How far a consumer has come in a shard: everything through one place, some ranges above it, and how often the record that
// it stands at has failed. Stored as one short text.
import { comparePositions, type Position, type PositionRange } from './position.js';
import type { StoredWindow } from './producer-windows.js';

export interface Mark {
  /**
   * Everything up to here has taken effect or is in the failure store.
   *
   * @default - nothing has
   */
  readonly through?: Position;
  /** What has above that, in order. */
  readonly above: readonly PositionRange[];
  /**
   * The record that was stopped at, and how often.
   *
   * @default - none
   */
  readonly failing?: { readonly position: Position; readonly attempts: number };
  readonly producers: readonly StoredWindow[];
}

export const NO_MARK: Mark = { above: [], producers: [] };

/** Most ranges above; so many records are under way at most where keys are worked on in parallel. */
export const RANGES_MAX = 1_000;

interface StoredMark {
  readonly through?: StoredPosition;
  /** Distances from `base`, in base 36, for sequence numbers of 56 digits differ in few. */
  readonly base?: string;
  readonly above?: readonly (readonly [from: StoredPosition, to: StoredPosition])[];
  readonly failing?: readonly [position: StoredPosition, attempts: number];
  readonly producers?: readonly StoredWindow[];
}

/** `<sequence number>` or `<sequence number>.<sub-sequence number>`. */
type StoredPosition = string;

export function encodeMark({ through, above, failing, producers }: Mark): string {
  const base = above[0]?.from.sequenceNumber;
  const distance = ({ sequenceNumber, subSequenceNumber }: Position) =>
    writePosition({ sequenceNumber: (BigInt(sequenceNumber) - BigInt(base!)).toString(36), subSequenceNumber });
  return JSON.stringify({
    through: through && writePosition(through),
    base,
    above: base === undefined ? undefined : above.map(({ from, to }) => [distance(from), distance(to)] as const),
    failing: failing && [writePosition(failing.position), failing.attempts],
    producers: producers.length > 0 ? producers : undefined,
  } satisfies StoredMark);
}

export function decodeMark(text: string): Mark {
  const { through, base = '0', above = [], failing, producers = [] } = JSON.parse(text) as StoredMark;
  const near = (stored: StoredPosition): Position => {
    const { sequenceNumber, subSequenceNumber } = readPosition(stored);
    return { sequenceNumber: String(BigInt(base) + fromBase36(sequenceNumber)), subSequenceNumber };
  };
  return {
    through: through === undefined ? undefined : readPosition(through),
    above: above.map(([from, to]) => ({ from: near(from), to: near(to) })),
    failing: failing && { position: readPosition(failing[0]), attempts: failing[1] },
    producers,
  };
}

/** Tells, place after place in order, whether a mark has it. */
export class MarkReader {
  readonly #mark: Mark;
  #range = 0;

  constructor(mark: Mark) {
    this.#mark = mark;
  }

  has(position: Position): boolean {
    const { through, above } = this.#mark;
    if (through && comparePositions(position, through) <= 0) return true;
    while (this.#range < above.length && comparePositions(above[this.#range]!.to, position) < 0) this.#range += 1;
    const range = above[this.#range];
    return range !== undefined && comparePositions(range.from, position) <= 0;
  }
}

function writePosition({ sequenceNumber, subSequenceNumber }: Position): StoredPosition {
  return subSequenceNumber === undefined ? sequenceNumber : `${sequenceNumber}.${subSequenceNumber}`;
}

function readPosition(stored: StoredPosition): Position {
  const [sequenceNumber, sub] = stored.split('.');
  return { sequenceNumber: sequenceNumber!, subSequenceNumber: sub === undefined ? undefined : Number(sub) };
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
