// One invocation: what its records share, and what becomes of each. How they follow each other is up to the ways beside this
// file (run-in-order, run-by-key, run-in-batches).

import { errorName } from '../telemetry/error-name.js';
import type { ConsumerSettings } from './check-options.js';
import { type FailedRecord, failedRecord } from './failed-record.js';
import { FAILURES_PER_OBJECT, storeFailures } from './failure-store.js';
import { type KinesisBatch, type RemainingTime, shardIdOf } from './kinesis-event.js';
import { type Mark, NO_MARK } from './mark.js';
import { PermanentError } from './permanent-error.js';
import { comparePositions } from './position.js';
import { ProducerWindows } from './producer-windows.js';
import { Progress } from './progress.js';
import { RecordCursor } from './record-cursor.js';
import type { MetaSource, RecordMeta, UserRecordMeta } from './record-meta.js';
import { renderIssues, type SchemaResult } from './standard-schema.js';
import { traceOf } from './trace-scope.js';

/** Records between two looks at the clock. */
const RECORDS_PER_LOOK = 8;

/** What a user record that was sent before is decoded to. */
export const DUPLICATE = Symbol('duplicate');

export class BatchRun implements MetaSource {
  readonly shardId: string;
  readonly settings: ConsumerSettings;
  readonly cursor: RecordCursor;
  readonly progress: Progress;
  readonly before: Mark;
  /** Undefined without a mark. */
  readonly producers: ProducerWindows | undefined;
  /** What ended the batch early. */
  stopped: { readonly error: unknown } | undefined;
  outOfTime = false;
  /** User records in the failure store. */
  failed = 0;
  /** User records that their producer has put twice. */
  duplicates = 0;

  readonly #pending: { readonly ordinal: number; readonly record: FailedRecord }[] = [];
  readonly #abort = new AbortController();
  readonly #deadlineMs: number;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(settings: ConsumerSettings, batch: KinesisBatch, context: RemainingTime | undefined, mark?: Mark) {
    this.settings = settings;
    this.shardId = shardIdOf(batch.Records[0]!);
    this.before = mark ?? NO_MARK;
    this.producers = settings.mark && ProducerWindows.restore(this.before.producers);
    this.cursor = new RecordCursor(batch.Records, this, mark);
    this.progress = new Progress(this.cursor, this.before);
    const remainingMs = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
    // A function with a short timeout has half of it for records, or it would never come to one.
    const leftMs = remainingMs - Math.min(settings.guardMs, remainingMs / 2);
    this.#deadlineMs = performance.now() + leftMs;
    if (context) this.#timer = setTimeout(() => this.#endTime(), Math.max(0, leftMs));
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  attemptAt(meta: RecordMeta): number | undefined {
    if (!this.settings.countsAttempts) return undefined;
    const { failing } = this.before;
    return failing && comparePositions(failing.position, meta) === 0 ? failing.attempts + 1 : 1;
  }

  /** The next record to work on; undefined when there is none, or the batch is to end here. */
  next(): UserRecordMeta | undefined {
    if (this.stopped || this.outOfTime) return undefined;
    if (this.cursor.read % RECORDS_PER_LOOK === 0 && performance.now() >= this.#deadlineMs) this.#endTime();
    return this.outOfTime ? undefined : this.cursor.next();
  }

  /** Decodes and checks a record; what comes back may have to be awaited. `DUPLICATE` when it has taken effect before. */
  decode(meta: UserRecordMeta): unknown {
    if (meta.lost !== undefined) throw new PermanentError('CorruptAggregate', meta.lost);
    if (this.producers && meta.tags && this.#wasPut(meta)) return DUPLICATE;
    const value = this.settings.codec.decode(meta.data, meta);
    if (!this.settings.schema) return value;
    return isThenable(value) ? value.then((decoded) => this.#check(decoded)) : this.#check(value);
  }

  /** Has the effect of a record; what comes back may have to be awaited. */
  handle(meta: UserRecordMeta): unknown {
    const value = this.decode(meta);
    return isThenable(value) ? value.then((decoded) => this.#effect(decoded, meta)) : this.#effect(value, meta);
  }

  /** Takes note that a record has taken effect. */
  done(meta: UserRecordMeta): void {
    if (this.progress.open.size > 0) this.progress.open.delete(meta.ordinal);
    if (!this.producers || !meta.tags) return;
    const { origin } = meta;
    if (origin) this.producers.add(origin.producerId, origin.number);
  }

  /** Takes note that a record has not taken effect; returns whether it was set aside, so that the batch goes on. */
  fail(meta: UserRecordMeta, error: unknown): boolean {
    this.progress.open.add(meta.ordinal);
    const exhausted = this.settings.maxAttempts !== undefined && (meta.attempt ?? 1) >= this.settings.maxAttempts;
    if (!this.isPermanent(error) && (!exhausted || this.signal.aborted)) {
      this.stop(error);
      return false;
    }
    const errorType = error instanceof PermanentError ? error.errorType : errorName(error);
    const reason = error instanceof Error ? error.message : '';
    this.#pending.push({ ordinal: meta.ordinal, record: failedRecord(meta, errorType, reason) });
    return true;
  }

  isPermanent(error: unknown): boolean {
    if (error instanceof PermanentError) return true;
    try {
      return this.settings.classify?.(error) === 'permanent';
    } catch {
      // What cannot be classified is tried again: nothing is set aside by mistake.
      return false;
    }
  }

  stop(error: unknown): void {
    this.stopped ??= { error };
  }

  get mustStore(): boolean {
    return this.#pending.length >= FAILURES_PER_OBJECT;
  }

  /** Stores the records set aside so far; the batch ends at the first of them when that fails. */
  async store(): Promise<void> {
    const pending = this.#pending.splice(0).sort((a, b) => a.ordinal - b.ordinal);
    if (pending.length === 0) return;
    const { failureStore, functionName } = this.settings;
    try {
      await storeFailures(
        failureStore,
        functionName,
        pending.map(({ record }) => record),
      );
    } catch (error) {
      this.stop(error);
      return;
    }
    for (const { ordinal } of pending) this.progress.open.delete(ordinal);
    this.failed += pending.length;
  }

  /** Ends what runs beside the batch. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #endTime(): void {
    this.outOfTime = true;
    this.#abort.abort(new DOMException('the function is about to run out of time', 'TimeoutError'));
  }

  #wasPut({ origin }: UserRecordMeta): boolean {
    return origin !== undefined && this.producers!.has(origin.producerId, origin.number);
  }

  #check(value: unknown): unknown {
    const result = this.settings.schema!['~standard'].validate(value);
    return isThenable(result)
      ? result.then((settled) => settledValue(settled as SchemaResult<unknown>))
      : settledValue(result);
  }

  #effect(value: unknown, meta: UserRecordMeta): unknown {
    if (value === DUPLICATE) {
      this.duplicates += 1;
      return undefined;
    }
    const { trace, handle } = this.settings;
    const traceparent = trace && traceOf(meta.trace, value);
    return traceparent === undefined ? handle!(value, meta) : trace!.run(traceparent, () => handle!(value, meta));
  }
}

function settledValue(result: SchemaResult<unknown>): unknown {
  if (result.issues) throw new PermanentError('InvalidRecord', renderIssues(result.issues));
  return result.value;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}
