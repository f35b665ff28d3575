// Puts the lines of a log as they come. The log is the buffer: what the stream does not take is tried again for as long
// as it takes, and no further line is read meanwhile.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { recordBytes } from '../../core/records/record-size.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { Line } from '../input/line-splitter.js';
import type { Rejections } from '../input/rejections.js';
import type { RowOutcome } from '../input/to-event.js';
import { graceAfter } from '../put/grace.js';
import { isOfRecord } from '../put/put-rows.js';
import type { RecordSink } from '../put/record-sink.js';
import type { Tally } from '../put/tally.js';
import type { Acknowledged } from './acknowledged.js';
import type { FilePosition } from './file-position.js';
import type { TailedLine } from './tail.js';

const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 10_000;

export interface PutTailOptions {
  readonly lines: AsyncIterable<TailedLine>;
  /** What a line becomes; nothing when it is blank. */
  readonly toRecord: (line: Line, position: FilePosition) => RowOutcome | undefined;
  readonly sink: RecordSink;
  readonly acknowledged: Acknowledged<() => FilePosition>;
  readonly tally: Tally;
  readonly rejections: Rejections;
  /** Called where a file begins and before any of its lines is put: a run that is killed right then knows it again. */
  readonly onFile: () => Promise<void>;
  readonly tell: (text: string) => void;
  readonly pace: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Resolves when the lines end and what is under way has settled; what has not been taken by then stays unacknowledged. */
export async function putTail(options: PutTailOptions): Promise<void> {
  const { lines, toRecord, sink, acknowledged, tally, rejections, pace, signal } = options;
  const settling = new Set<Promise<void>>();
  const retries = new Retries(options);
  // Each record that waits for another try listens to it.
  setMaxListeners(0, signal);
  try {
    for await (const { line, position } of lines) {
      const acknowledge = acknowledged.begin(position);
      const row = line && toRecord(line, position());
      if (row?.kind === 'rejected') {
        tally.read();
        tally.add('rejected');
        rejections.add(row.line, row.reason);
      }
      if (row?.kind !== 'put') {
        acknowledge();
        if (line === undefined) await options.onFile();
        continue;
      }
      await retries.over();
      await pace(signal).catch(() => undefined);
      await sink.ready(signal, row.entry).catch(() => undefined);
      if (signal.aborted) break;
      tally.read();
      const { entry } = row;
      const settled: Promise<void> = retries
        .put(entry)
        .then((outcome) => {
          if (outcome === 'unfinished') return tally.add('failed');
          if (outcome === 'put') tally.add('put', recordBytes(entry.data, entry.partitionKey));
          else {
            tally.add('rejected');
            rejections.add(row.line, outcome);
          }
          acknowledge();
        })
        .finally(() => settling.delete(settled));
      settling.add(settled);
    }
  } finally {
    const grace = graceAfter(signal);
    await sink.flush(grace.signal);
    grace.end();
    await Promise.all(settling);
  }
}

/** Puts until the stream has the record, refuses it for good, or the signal comes. */
class Retries {
  readonly #options: PutTailOptions;
  #waiting = new Set<Promise<unknown>>();
  #failing = false;

  constructor(options: PutTailOptions) {
    this.#options = options;
  }

  /** Resolves when no record waits for another try. */
  async over(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#options.signal.aborted) await Promise.race(this.#waiting);
  }

  /** `put`, `unfinished`, or why the stream refuses the record. */
  async put(entry: PutEntry): Promise<'put' | 'unfinished' | (string & {})> {
    const { sink, signal } = this.#options;
    const first = await sink.put(entry);
    if (first.kind === 'put') {
      this.#works();
      return 'put';
    }
    if (isOfRecord(first)) return refusal(first);
    if (signal.aborted) return 'unfinished';
    const again = this.#again(entry, first);
    this.#waiting.add(again);
    return again.finally(() => this.#waiting.delete(again));
  }

  async #again(entry: PutEntry, failed: Failed): Promise<'put' | 'unfinished' | (string & {})> {
    const { sink, signal } = this.#options;
    this.#fails(failed);
    for (let tries = 1; !signal.aborted; tries += 1) {
      const waitMs = fullJitterMs(tries, RETRY_BASE_MS, RETRY_CAP_MS, Math.random);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      await sink.ready(signal, entry).catch(() => undefined);
      if (signal.aborted) break;
      const delivery = await sink.put(entry);
      if (delivery.kind === 'put') {
        this.#works();
        return 'put';
      }
      if (isOfRecord(delivery)) return refusal(delivery);
    }
    return 'unfinished';
  }

  #fails({ errorCode, message }: Failed): void {
    if (!this.#failing) this.#options.tell(`the stream takes nothing, trying on: ${errorCode}: ${message}`);
    this.#failing = true;
  }

  #works(): void {
    if (this.#failing) this.#options.tell('the stream takes records again');
    this.#failing = false;
  }
}

interface Failed {
  readonly errorCode: string;
  readonly message: string;
}

function refusal({ errorCode, message }: Failed): string {
  return `the stream refused the record: ${errorCode}: ${message}`;
}
