// Puts rows as they are read, waiting where the producer is full, and accounts for every one of them.
import { recordBytes } from '../../core/records/record-size.js';
import type { Rejections } from '../input/rejections.js';
import type { RowOutcome } from '../input/to-event.js';
import { graceAfter } from './grace.js';
import type { Delivery, RecordSink } from './record-sink.js';
import type { SpillFile, Undelivered } from './spill-file.js';
import type { Tally } from './tally.js';

export interface PutRowsOptions {
  readonly rows: AsyncIterable<RowOutcome>;
  readonly sink: RecordSink;
  readonly spill: SpillFile;
  readonly tally: Tally;
  readonly rejections: Rejections;
  /** Waits until the next record is due. */
  readonly pace: (signal: AbortSignal) => Promise<void>;
  /** No row is read after it is aborted; what was read still settles. */
  readonly signal: AbortSignal;
}

/** Why the reading ended before the input did. */
export interface EndedEarly {
  readonly lastLine: number;
  /** What would befall every further record; nothing when a signal ended it. */
  readonly fault: Undelivered | undefined;
}

/** Resolves when every row that was read is accounted for. */
export async function putRows(options: PutRowsOptions): Promise<EndedEarly | undefined> {
  const { rows, sink, tally, rejections, pace } = options;
  const settling = new Set<Promise<void>>();
  const fault: { first?: Undelivered } = {};
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const faulted = (undelivered: Undelivered) => {
    fault.first ??= undelivered;
    stop.abort(new Error(undelivered.message));
  };
  let lastLine = 0;
  const iterator = abortable(rows, signal);
  try {
    for (let row = await iterator.next(); row !== undefined; row = await iterator.next()) {
      lastLine = row.line;
      tally.read();
      if (row.kind === 'rejected') {
        tally.add('rejected');
        rejections.add(row.line, row.reason);
        continue;
      }
      const { entry, line } = row;
      // A row that was read is put even so when the end comes meanwhile: its promise settles.
      await pace(signal).catch(() => undefined);
      await sink.ready(signal, entry).catch(() => undefined);
      const settled: Promise<void> = sink
        .put(entry)
        .then((delivery) => settle(options, line, entry, delivery, faulted))
        .finally(() => settling.delete(settled));
      settling.add(settled);
    }
  } finally {
    const grace = graceAfter(signal);
    await sink.flush(grace.signal);
    grace.end();
    await Promise.all(settling);
  }
  return signal.aborted ? { lastLine, fault: fault.first } : undefined;
}

async function settle(
  { tally, rejections, spill }: PutRowsOptions,
  line: number,
  entry: Extract<RowOutcome, { kind: 'put' }>['entry'],
  delivery: Delivery,
  faulted: (undelivered: Undelivered) => void,
): Promise<void> {
  if (delivery.kind === 'put') return tally.add('put', recordBytes(entry.data, entry.partitionKey));
  if (isOfRecord(delivery)) {
    tally.add('rejected');
    return rejections.add(line, `the stream refused the record: ${delivery.errorCode}: ${delivery.message}`);
  }
  if (isOfEverything(delivery)) faulted(delivery);
  await spill.add(entry, delivery).then(
    () => tally.add('spilled'),
    () => tally.add('failed'),
  );
}

const OF_RECORD: ReadonlySet<string> = new Set([
  'RecordTooLarge',
  'InvalidPartitionKey',
  'InvalidExplicitHashKey',
  'InvalidData',
  'InvalidArgumentException',
  'ValidationException',
]);

/** Whether the record is to blame: it fails however often it is put. */
export function isOfRecord({ errorCode }: Undelivered): boolean {
  return OF_RECORD.has(errorCode);
}

/** A shard that is asked for too much goes on with other records, and so does one that has trouble of its own. */
const PASSING = /Throughput|Throttl|LimitExceeded|Internal|ServiceUnavailable|RequestExpired|Full$|Aborted|Closed/;

/** Whether every further record would fail too: no access, no stream, nobody there. */
export function isOfEverything(delivery: Undelivered): boolean {
  return !isOfRecord(delivery) && !PASSING.test(delivery.errorCode);
}

/** Gives rows until the signal: a reader that waits for a pipe is not waited for. */
function abortable<T>(rows: AsyncIterable<T>, signal: AbortSignal): { next(): Promise<T | undefined> } {
  const iterator = rows[Symbol.asyncIterator]();
  let wake: (() => void) | undefined;
  signal.addEventListener('abort', () => wake?.(), { once: true });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve(undefined);
        wake = () => resolve(undefined);
        iterator.next().then((result) => resolve(result.done ? undefined : result.value), reject);
      }),
  };
}
