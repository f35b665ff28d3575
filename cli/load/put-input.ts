// Puts an input row by row, in order, at the pace asked for; rows that come slowly do not wait for a full batch.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { PUT_RECORDS_MAX_RECORDS } from '../../core/limits.js';
import { recordBytes } from '../../core/records/record-size.js';
import type { Clock } from '../../local/clock.js';
import type { InputRow } from '../input/input-row.js';
import type { Rejections } from '../input/rejections.js';
import { type EventRules, toEvent } from '../input/to-event.js';
import { batchBytes, batchRecords, Pace, type PaceLimits } from './pace.js';
import type { StreamWriter } from './stream-writer.js';

/** Longest time that a row waits for others to go with, in wall time: that is the time in which a pipe writes. */
const LINGER_MS = 100;

export interface PutInputOptions {
  readonly rows: AsyncIterable<InputRow>;
  readonly rules: EventRules;
  readonly clock: Clock;
  readonly writer: StreamWriter;
  readonly rejections: Rejections;
  /** Asked before each put: shards come and go. */
  readonly limits: () => PaceLimits;
  readonly signal: AbortSignal;
}

interface Pending {
  readonly line: number;
  readonly entry: PutEntry;
}

/** Resolves when every row was taken or rejected; rejects with the signal's reason when it is aborted. */
export async function putInput(options: PutInputOptions): Promise<void> {
  const { rows, rules, clock, rejections, limits, signal } = options;
  const pace = new Pace(clock);
  let batch: Pending[] = [];
  let bytes = 0;
  let sinceMs = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const sent = batch;
    await pace.take(sent.length, bytes, limits(), signal);
    batch = [];
    bytes = 0;
    await putBatch(options, sent);
  };
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    const next = iterator.next();
    if (batch.length > 0 && !(await settlesWithin(next, sinceMs + LINGER_MS - performance.now()))) await flush();
    const { done, value: row } = await next;
    if (done) break;
    signal.throwIfAborted();
    const outcome = toEvent(row, rules, clock.nowMs());
    if (outcome.kind === 'rejected') {
      rejections.add(outcome.line, outcome.reason);
      continue;
    }
    const size = recordBytes(outcome.entry.data, outcome.entry.partitionKey);
    if (bytes + size > batchBytes(limits())) await flush();
    if (batch.length === 0) sinceMs = performance.now();
    batch.push(outcome);
    bytes += size;
    if (batch.length >= batchRecords(limits(), PUT_RECORDS_MAX_RECORDS)) await flush();
  }
  await flush();
}

/** Whether `promise` settles in the next `ms`, in whichever way. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = () => true;
  return Promise.race([promise.then(settled, settled), late]).finally(() => clearTimeout(timer));
}

async function putBatch({ writer, rejections, signal }: PutInputOptions, batch: readonly Pending[]): Promise<void> {
  const outcomes = await writer.put(
    batch.map(({ entry }) => entry),
    signal,
  );
  outcomes.forEach((outcome, at) => {
    if (outcome.kind === 'put' || outcome.errorCode === 'Aborted') return;
    rejections.add(batch[at]!.line, `the stream refused the record: ${outcome.errorCode}: ${outcome.message}`);
  });
  signal.throwIfAborted();
}
