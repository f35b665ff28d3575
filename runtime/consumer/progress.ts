// Which user records of a batch are done with, and the mark and the reply that follow from it.
import { type Mark, RANGES_MAX } from './mark.js';
import { comparePositions, type Position, type PositionRange } from './position.js';
import type { Place, RecordCursor } from './record-cursor.js';

export class Progress {
  /** Ordinals of records that were read and are not done with. */
  readonly open = new Set<number>();
  readonly #cursor: RecordCursor;
  readonly #before: Mark;

  constructor(cursor: RecordCursor, before: Mark) {
    this.#cursor = cursor;
    this.#before = before;
  }

  /** The first record that is not done with, in the order of the batch; undefined when all are. */
  firstOpen(limit = Number.POSITIVE_INFINITY): Place | undefined {
    const first = this.#lowest(limit);
    if (first < this.#cursor.read) return this.#cursor.placeOf(first);
    return this.#cursor.atEnd ? undefined : this.#cursor.place;
  }

  /** Sequence number from which Lambda is to deliver again; undefined when all is done. */
  redeliverFrom(): string | undefined {
    const place = this.firstOpen();
    return place && this.#cursor.sequenceAt(place.outer);
  }

  /**
   * The mark when every record that is not open is done with, but for those from the ordinal `limit` on.
   */
  markThrough(recordCount: number, limit = Number.POSITIVE_INFINITY): Pick<Mark, 'through' | 'above'> {
    const place = this.firstOpen(limit);
    const through = this.#lastBefore(place ?? { outer: recordCount, sub: 0 });
    return { through, above: this.#above(limit, through) };
  }

  /** Last place before another. */
  #lastBefore({ outer, sub }: Place): Position | undefined {
    if (sub > 0) return { sequenceNumber: this.#cursor.sequenceAt(outer), subSequenceNumber: sub - 1 };
    const { through } = this.#before;
    if (outer === 0) return through;
    const last = { sequenceNumber: this.#cursor.sequenceAt(outer - 1) };
    // A batch may lie behind the mark as a whole.
    return through && comparePositions(through, last) > 0 ? through : last;
  }

  #above(limit: number, through: Position | undefined): PositionRange[] {
    const end = Math.min(limit, this.#cursor.read);
    const open = [...this.open].filter((ordinal) => ordinal < end).sort((a, b) => a - b);
    const ranges: PositionRange[] = [];
    open.forEach((ordinal, i) => {
      const next = open[i + 1] ?? end;
      if (next - ordinal <= 1) return;
      ranges.push({ from: this.#cursor.positionOf(ordinal + 1), to: this.#cursor.positionOf(next - 1) });
    });
    // What an earlier invocation had done above, and this one has not come to.
    const reached = end > 0 ? this.#cursor.positionOf(end - 1) : through;
    for (const range of this.#before.above) {
      if (!reached || comparePositions(range.to, reached) > 0) ranges.push(range);
    }
    return ranges.slice(0, RANGES_MAX);
  }

  #lowest(limit: number): number {
    let lowest = Math.min(limit, this.#cursor.read);
    for (const ordinal of this.open) if (ordinal < lowest) lowest = ordinal;
    return lowest;
  }
}
