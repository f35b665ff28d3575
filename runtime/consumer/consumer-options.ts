// What a consumer can be told, and what goes together.
import type { Codec, CodecChoice } from './codec.js';
import type { ConsumerTelemetry } from './consumer-telemetry.js';
import type { PutFailures } from './failure-store.js';
import type { MarkPort, MarkWrite } from './mark-port.js';
import type { ErrorClass } from './permanent-error.js';
import type { RecordMeta } from './record-meta.js';
import type { StandardSchema } from './standard-schema.js';
import type { TraceScope } from './trace-scope.js';

/** Type of the records of a consumer: what its schema gives, or its codec. */
export type RecordOf<S, C> =
  S extends StandardSchema<infer T> ? T : C extends Codec<infer T> ? T : C extends 'raw' ? Uint8Array : unknown;

/** A record of a batch for `handleBatch`. */
export interface ConsumedRecord<T> {
  readonly value: T;
  readonly meta: RecordMeta;
}

/** What `handleBatch` learns beside the records. */
export interface BatchContext {
  readonly shardId: string;
  /** Aborted before the function runs out of time. */
  readonly signal: AbortSignal;
  /**
   * The mark to write in the transaction that holds the effects, with `markWrite: 'with-effects'`: the one that holds once
   * the first `count` of the records have taken effect, all of them by default. Throws without that setting.
   */
  markThrough(count?: number): MarkWrite;
}

/** Thrown by `handleBatch` when the records before `index` have taken effect, and those from there on have not. */
export class StoppedAt extends Error {
  readonly index: number;

  constructor(index: number, cause?: unknown) {
    super(`stopped at record ${index}`, { cause });
    this.name = 'StoppedAt';
    this.index = index;
  }
}

export interface ConsumerOptions<
  S extends StandardSchema | undefined = StandardSchema | undefined,
  C extends CodecChoice = CodecChoice,
> {
  /**
   * Schema of any library that follows Standard Schema (Zod, Valibot, ArkType, ...). A record that does not fit goes to the
   * failure store.
   *
   * @default - records are handed on as they were decoded
   */
  readonly schema?: S;

  /**
   * How the bytes of a user record become a value.
   *
   * @default 'json'
   */
  readonly codec?: C;

  /**
   * Has the effect of one record. When it returns nothing that can be awaited, the next one follows at once.
   *
   * @default - `handleBatch` is given
   */
  readonly handle?: (record: RecordOf<S, C>, meta: RecordMeta) => unknown;

  /**
   * Has the effect of many records, in the order of the stream: of all of them, or of none, or of those before the index
   * of a `StoppedAt` that it throws. When it throws a permanent error, the consumer halves the records until it has the one.
   *
   * @default - `handle` is given
   */
  readonly handleBatch?: (
    records: readonly ConsumedRecord<RecordOf<S, C>>[],
    context: BatchContext,
  ) => Promise<void> | void;

  /**
   * Most records that `handleBatch` gets at a time.
   *
   * @default - all that the invocation has
   */
  readonly maxBatchRecords?: number;

  /**
   * Whether `handleBatch` gets nothing of a record of the stream that is to come again, for effects which cannot resume
   * amid an aggregated record.
   *
   * @default false
   */
  readonly wholeRecords?: boolean;

  /**
   * Partition keys that are worked on at the same time, from 1 to 1,000. The records of a key follow each other.
   *
   * @default 1
   */
  readonly concurrency?: number;

  /**
   * Says whether a retry may mend an error that `handle`, `handleBatch` or an own codec has thrown.
   *
   * @default - a `PermanentError` is permanent, every other error is transient
   */
  readonly classify?: (error: unknown) => ErrorClass;

  /**
   * Keeps the records that no retry would make usable, such as `s3FailureStore(bucket)`.
   */
  readonly failureStore: PutFailures;

  /**
   * Where it is kept how far the consumer has come, such as `dynamoDbMarks(table)`. With it what has taken effect is not
   * repeated: a redelivery resumes amid an aggregated record.
   *
   * @default - a redelivery repeats every record of its batch
   */
  readonly mark?: MarkPort;

  /**
   * What a mark is of: a shard, or a key bucket of a shard, which is what has one partition key in the stream's own records
   * (the producer's aggregation by `keyBuckets`). With a mark for each bucket, Lambda may run batches of one shard in
   * parallel. Each bucket in a batch costs a write.
   *
   * @default - what `LambdaConsumer` says in `MARK_PER`, else 'shard'
   */
  readonly markPer?: 'shard' | 'bucket';

  /**
   * Who writes the mark: the consumer after the effects, once an invocation, or `handleBatch` in the transaction that
   * holds the effects, by which each takes place exactly once.
   *
   * @default 'after-effects'
   */
  readonly markWrite?: 'after-effects' | 'with-effects';

  /**
   * Attempts at one record after which its transient error counts as permanent, so that no record blocks its shard. Needs
   * `mark`, which counts them.
   *
   * @default - the event source's retries are the bound
   */
  readonly maxAttempts?: number;

  /**
   * Names the consumer: its marks and its failed records. Another name has all effects again.
   *
   * @default - the name of the function, from `AWS_LAMBDA_FUNCTION_NAME`
   */
  readonly functionName?: string;

  /**
   * Time before the function's timeout at which the signal aborts, no further record is begun and the rest is left to the
   * next invocation. In milliseconds.
   *
   * @default 2000
   */
  readonly remainingTimeGuardMs?: number;

  /**
   * Restores the W3C trace context around `handle`: `asyncLocalTrace()`, or an own scope for a tracing library.
   *
   * @default - no trace context is restored
   */
  readonly trace?: TraceScope;

  /**
   * Gets the counts of each batch and what went wrong, such as `lambdaTelemetry(...)`.
   *
   * @default - nothing is told
   */
  readonly telemetry?: ConsumerTelemetry;
}
