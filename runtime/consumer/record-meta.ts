// What `handle` learns of a record beside its value. The same object is what the consumer works with: one for each user
// record, and what is seldom asked for is made when it is.
import type { RecordTag } from '../../core/records/aggregated/user-record.js';
import { type ReplayMark, readReplayMark } from '../../core/records/replay-mark.js';
import type { KinesisEventRecord } from './kinesis-event.js';
import { type ParsedTags, parseTags, TRACE_TAG } from './record-tags.js';

/** Where a record comes from, and how often it has come. */
export interface RecordMeta {
  readonly sequenceNumber: string;
  /** Position in an aggregated record; 0 for a record that is alone in its record of the stream. */
  readonly subSequenceNumber: number;
  /** Partition key that the producer gave to the user record. */
  readonly partitionKey: string;
  readonly shardId: string;
  /** When the stream took the record. */
  readonly arrivalTime: Date;
  /** Which attempt at this record it is, from 1, as far as the mark knows; undefined without a mark. */
  readonly attempt: number | undefined;
  /** Aborted before the function runs out of time. */
  readonly signal: AbortSignal;
  /** The replay that has brought the record; undefined where it comes for the first time. */
  readonly replayed: ReplayMark | undefined;
  /** `traceparent` that travels beside the data, if any. */
  readonly trace: string | undefined;
  readonly tags: readonly RecordTag[] | undefined;
}

/** What the records of an invocation share. */
export interface MetaSource {
  readonly shardId: string;
  readonly signal: AbortSignal;
  attemptAt(meta: RecordMeta): number | undefined;
}

/** A user record on its way through the consumer. */
export class UserRecordMeta implements RecordMeta {
  readonly ordinal: number;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly tags: readonly RecordTag[] | undefined;
  readonly aggregated: boolean;
  /** Why it and what follows in its aggregated record cannot be read. */
  readonly lost: string | undefined;
  readonly #source: MetaSource;
  readonly #record: KinesisEventRecord;

  constructor(
    source: MetaSource,
    record: KinesisEventRecord,
    ordinal: number,
    subSequenceNumber: number,
    partitionKey: string,
    data: Uint8Array,
    tags: readonly RecordTag[] | undefined,
    aggregated: boolean,
    lost: string | undefined,
  ) {
    this.#source = source;
    this.ordinal = ordinal;
    this.#record = record;
    this.sequenceNumber = record.kinesis.sequenceNumber;
    this.subSequenceNumber = subSequenceNumber;
    this.partitionKey = partitionKey;
    this.data = data;
    this.tags = tags;
    this.aggregated = aggregated;
    this.lost = lost;
  }

  get shardId(): string {
    return this.#source.shardId;
  }

  get arrivalTime(): Date {
    return new Date(this.#record.kinesis.approximateArrivalTimestamp * 1_000);
  }

  get attempt(): number | undefined {
    return this.#source.attemptAt(this);
  }

  get signal(): AbortSignal {
    return this.#source.signal;
  }

  get replayed(): ReplayMark | undefined {
    return this.#record.replay ?? (this.tags && readReplayMark(this));
  }

  get trace(): string | undefined {
    return this.tags?.find(({ key }) => key === TRACE_TAG)?.value;
  }

  /** Who has put it and as which, if its producer says so. */
  get origin(): ParsedTags | undefined {
    return this.tags && parseTags(this.tags);
  }
}
