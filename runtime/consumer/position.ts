// Where a user record stands in its shard.
import { compareSequenceNumbers } from './sequence-number.js';

/** Place of a user record in a shard. */
export interface Position {
  readonly sequenceNumber: string;
  /**
   * Position in an aggregated record.
   *
   * @default - the whole record of the stream
   */
  readonly subSequenceNumber?: number;
}

/** Orders two places of one shard; a whole record stands behind each of its user records. */
export function comparePositions(a: Position, b: Position): number {
  return compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber) || subOf(a) - subOf(b);
}

function subOf({ subSequenceNumber = Number.MAX_SAFE_INTEGER }: Position): number {
  return subSequenceNumber;
}

/** From one place to another, both included. */
export interface PositionRange {
  readonly from: Position;
  readonly to: Position;
}
