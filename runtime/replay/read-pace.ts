// How fast a shard may be read, so that its consumers keep their part: a shard gives 5 calls and 2 MiB a second to all of
// its polling readers together.
import { SHARD_READ_BYTES_PER_SECOND, SHARD_READ_CALLS_PER_SECOND } from '../../core/limits.js';

/** Most records of one page; what is repeated after a kill. */
export const PAGE_RECORDS = 1_000;
/** A page takes at most so many seconds of what the replay may read. */
const PAGE_SECONDS = 0.5;
/** Until the size of records is known. */
const FIRST_PAGE_RECORDS = 100;

/** The replay's part of one shard. */
export class ReadPace {
  readonly #share: number;
  #dueMs = 0;
  #bytesPerRecord: number | undefined;

  /** `share` is above 0 and at most 1. */
  constructor(share: number) {
    this.#share = share;
  }

  /** Time until the next call. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#dueMs - nowMs);
  }

  /** Most records to ask for, so that no page takes the shard's throughput from others for long. */
  limit(): number {
    if (this.#bytesPerRecord === undefined) return FIRST_PAGE_RECORDS;
    const bytes = SHARD_READ_BYTES_PER_SECOND * this.#share * PAGE_SECONDS;
    return Math.max(1, Math.min(PAGE_RECORDS, Math.floor(bytes / Math.max(1, this.#bytesPerRecord))));
  }

  /** Counts a call, which may have given nothing. */
  count(nowMs: number, records: number, bytes: number): void {
    const callMs = 1_000 / (SHARD_READ_CALLS_PER_SECOND * this.#share);
    const bytesMs = (bytes * 1_000) / (SHARD_READ_BYTES_PER_SECOND * this.#share);
    this.#dueMs = nowMs + Math.max(callMs, bytesMs);
    if (records > 0) this.#bytesPerRecord = bytes / records;
  }
}
