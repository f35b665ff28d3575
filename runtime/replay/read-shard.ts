// Reads what a range has of one shard, page by page, no faster than its part of the shard's limits.
import { recordBytes } from '../../core/records/record-size.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { ShardTask } from './plan-replay.js';
import type { RecordPage, ReplayReader, ReplayTimer, StoredRecord } from './ports.js';
import { ReadPace } from './read-pace.js';
import { isBehindRange, isInRange, isOpen, type ReplayRange } from './replay-range.js';

const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;
/** Between looks at the end of a shard that may still get records of the range. */
const TIP_WAIT_MS = 500;

export interface ReadShardOptions {
  readonly task: ShardTask;
  readonly range: ReplayRange;
  readonly reader: ReplayReader;
  readonly timer: ReplayTimer;
  /** Part of the shard's read limits, above 0 and at most 1. */
  readonly share: number;
  readonly signal: AbortSignal;
}

/** Records of the range that came in one page. */
export interface RangePage {
  readonly records: readonly StoredRecord[];
  /** Last record of the page, of the range or not; undefined when it was empty. */
  readonly last: Pick<StoredRecord, 'sequenceNumber' | 'arrivalMs'> | undefined;
  /** Whether nothing of the range comes after it. */
  readonly isEnd: boolean;
}

/** Gives the pages in order, the last one with `isEnd`; ends early, without it, once `signal` is aborted. */
export async function* readShard(options: ReadShardOptions): AsyncGenerator<RangePage> {
  const { range, reader, timer, signal } = options;
  const pages = new PageReader(options);
  while (!signal.aborted) {
    // Asked before the read: what arrives after it does so later than this.
    const nowMs = reader.nowMs();
    const page = await pages.read();
    if (signal.aborted && !page) return;
    if (!page) {
      yield { records: [], last: undefined, isEnd: true };
      return;
    }
    const { records, next, millisBehind } = page;
    const atTip = records.length === 0 && millisBehind === 0;
    const isEnd =
      next === undefined || records.some((record) => isBehindRange(range, record)) || (atTip && !isOpen(range, nowMs));
    yield {
      records: records.filter((record) => isInRange(range, record)),
      last: records.at(-1),
      isEnd,
    };
    if (isEnd) return;
    if (atTip) await timer.sleep(TIP_WAIT_MS, signal);
  }
}

/** Keeps the place in the shard across throttles and iterators that have become too old. */
class PageReader {
  readonly #options: ReadShardOptions;
  readonly #pace: ReadPace;
  #place: string | undefined;
  #after: string | undefined;
  #throttles = 0;

  constructor(options: ReadShardOptions) {
    this.#options = options;
    this.#pace = new ReadPace(options.share);
  }

  /** The next page; undefined when the shard is gone, or the reading was ended. */
  async read(): Promise<RecordPage | undefined> {
    const { task, reader, timer, signal } = this.#options;
    for (;;) {
      await timer.sleep(this.#pace.waitMs(timer.nowMs()), signal);
      if (signal.aborted) return undefined;
      const start = this.#after === undefined ? task.start : ({ kind: 'after', sequenceNumber: this.#after } as const);
      this.#place ??= await reader.findPlace(task.shardId, start);
      if (this.#place === undefined) return undefined;
      const reply = await reader.readPage(task.shardId, this.#place, this.#pace.limit());
      if (reply.kind === 'page') return this.#take(reply.page);
      this.#pace.count(timer.nowMs(), 0, 0);
      if (reply.kind === 'expired') this.#place = undefined;
      else {
        this.#throttles += 1;
        await timer.sleep(fullJitterMs(this.#throttles, BACKOFF_BASE_MS, BACKOFF_CAP_MS, Math.random), signal);
      }
    }
  }

  #take(page: RecordPage): RecordPage {
    const bytes = page.records.reduce((sum, { data, partitionKey }) => sum + recordBytes(data, partitionKey), 0);
    this.#pace.count(this.#options.timer.nowMs(), page.records.length, bytes);
    this.#throttles = 0;
    this.#place = page.next;
    this.#after = page.records.at(-1)?.sequenceNumber ?? this.#after;
    return page;
  }
}
