// Goes through the user records of a batch in their order. A record of the stream is decoded when its turn comes, and not at
// all when the mark says that it is done with.
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { KinesisEventRecord } from './kinesis-event.js';
import { type Mark, MarkReader } from './mark.js';
import type { Position } from './position.js';
import { type MetaSource, UserRecordMeta } from './record-meta.js';
import { compareSequenceNumbers } from './sequence-number.js';

/** How an aggregated record begins; most plain records do not, and are not looked at further. */
const FIRST_BYTE = 0xf3;

/** Place in a batch. */
export interface Place {
  /** Which record of the stream. */
  readonly outer: number;
  /** Which user record in it. */
  readonly sub: number;
}

export class RecordCursor {
  readonly #records: readonly KinesisEventRecord[];
  readonly #source: MetaSource;
  readonly #mark: Mark;
  readonly #done: MarkReader | undefined;
  /** Ordinal of the first user record of each record of the stream that was opened. */
  readonly #starts: number[] = [];
  #read = 0;
  #skippedRecords = 0;
  #skippedUserRecords = 0;

  /** The aggregated record that is open. */
  #inner: readonly UserRecord[] = [];
  #lost: string | undefined;
  #whole: Uint8Array | undefined;
  #sub = 0;
  #count = 0;

  constructor(records: readonly KinesisEventRecord[], source: MetaSource, mark: Mark | undefined) {
    this.#records = records;
    this.#source = source;
    this.#mark = mark ?? { above: [], producers: [] };
    this.#done = mark && (mark.through || mark.above.length > 0) ? new MarkReader(mark) : undefined;
  }

  /** User records read, those skipped included: each has an ordinal below this. */
  get read(): number {
    return this.#read;
  }

  /** Records that the mark has: user records, and records of the stream that were not even opened. */
  get skipped(): number {
    return this.#skippedRecords + this.#skippedUserRecords;
  }

  /** The user records among them, which were read. */
  get skippedUserRecords(): number {
    return this.#skippedUserRecords;
  }

  get atEnd(): boolean {
    return this.#sub >= this.#count && this.#starts.length >= this.#records.length;
  }

  /** The next user record that is to be worked on; undefined behind the last. */
  next(): UserRecordMeta | undefined {
    for (;;) {
      while (this.#sub < this.#count) {
        const meta = this.#take();
        if (this.#done?.has(meta)) this.#skippedUserRecords += 1;
        else return meta;
      }
      if (this.#starts.length >= this.#records.length) return undefined;
      const meta = this.#open(this.#records[this.#starts.length]!);
      if (meta && this.#done?.has(meta)) this.#skippedUserRecords += 1;
      else if (meta) return meta;
    }
  }

  /** Where a user record stands. */
  placeOf(ordinal: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= ordinal) low = middle;
      else high = middle - 1;
    }
    return { outer: low, sub: ordinal - this.#starts[low]! };
  }

  /** Where reading goes on. */
  get place(): Place {
    return this.#sub < this.#count
      ? { outer: this.#starts.length - 1, sub: this.#sub }
      : { outer: this.#starts.length, sub: 0 };
  }

  positionOf(ordinal: number): Position {
    const { outer, sub } = this.placeOf(ordinal);
    return { sequenceNumber: this.sequenceAt(outer), subSequenceNumber: sub };
  }

  sequenceAt(outer: number): string {
    return this.#records[outer]!.kinesis.sequenceNumber;
  }

  /** Opens a record of the stream; returns it when it is itself a user record. */
  #open(source: KinesisEventRecord): UserRecordMeta | undefined {
    this.#starts.push(this.#read);
    const { data, sequenceNumber, partitionKey } = source.kinesis;
    if (this.#done && this.#isPast(sequenceNumber)) {
      this.#skippedRecords += 1;
      return undefined;
    }
    const bytes = Buffer.from(data, 'base64');
    if (bytes[0] === FIRST_BYTE) {
      const decoded = decodeRecord(bytes);
      if (decoded.kind === 'aggregated') {
        this.#inner = decoded.records;
        this.#lost =
          decoded.lost > 0
            ? `the last ${decoded.lost} records cannot be read: the one at ${decoded.records.length} names a key that is not there`
            : undefined;
        this.#whole = bytes;
        this.#sub = 0;
        this.#count = decoded.records.length + (decoded.lost > 0 ? 1 : 0);
        return undefined;
      }
    }
    return new UserRecordMeta(this.#source, source, this.#read++, 0, partitionKey, bytes, undefined, false, undefined);
  }

  #take(): UserRecordMeta {
    const record = this.#records[this.#starts.length - 1]!;
    const sub = this.#sub++;
    const inner = this.#inner[sub];
    return new UserRecordMeta(
      this.#source,
      record,
      this.#read++,
      sub,
      inner ? inner.partitionKey : record.kinesis.partitionKey,
      inner ? inner.data : this.#whole!,
      inner?.tags,
      true,
      inner ? undefined : this.#lost,
    );
  }

  /** Whether all of a record of the stream lies at or below the mark. */
  #isPast(sequenceNumber: string): boolean {
    const { through } = this.#mark;
    if (!through) return false;
    const order = compareSequenceNumbers(sequenceNumber, through.sequenceNumber);
    return order < 0 || (order === 0 && through.subSequenceNumber === undefined);
  }
}
