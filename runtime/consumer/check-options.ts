// Refuses settings that do not go together, or would break a promise, when the consumer is made.
import { MARK_PER_ENV } from '../../core/consumer-contract.js';
import { type Codec, codecOf } from './codec.js';
import type { BatchContext, ConsumedRecord, ConsumerOptions } from './consumer-options.js';
import type { RecordMeta } from './record-meta.js';

/** Most partition keys at a time. */
const CONCURRENCY_MAX = 1_000;

/** Options with their defaults. */
export interface ConsumerSettings
  extends Pick<
    ConsumerOptions,
    'schema' | 'classify' | 'failureStore' | 'mark' | 'trace' | 'telemetry' | 'maxAttempts'
  > {
  readonly codec: Codec;
  readonly handle: ((record: unknown, meta: RecordMeta) => unknown) | undefined;
  readonly handleBatch:
    | ((records: readonly ConsumedRecord<unknown>[], context: BatchContext) => Promise<void> | void)
    | undefined;
  readonly maxBatchRecords: number;
  readonly concurrency: number;
  readonly withEffects: boolean;
  /** Whether the mark counts attempts, for which it is written after a failure too. */
  readonly countsAttempts: boolean;
  readonly functionName: string;
  readonly perBucket: boolean;
  readonly guardMs: number;
  readonly wholeRecords: boolean;
}

export function checkOptions(options: ConsumerOptions): ConsumerSettings {
  const { handle, handleBatch, mark, markWrite = 'after-effects', concurrency = 1, maxBatchRecords } = options;
  const { maxAttempts, remainingTimeGuardMs = 2_000, functionName = process.env.AWS_LAMBDA_FUNCTION_NAME } = options;
  if ((handle === undefined) === (handleBatch === undefined)) {
    refuse(`'handle' or 'handleBatch' must be given, got ${handle ? 'both' : 'none'}; give exactly one of them`);
  }
  if (typeof options.failureStore !== 'function') {
    refuse(
      `'failureStore' must be given, got nothing; without one a record that can never be used would block its shard or be lost`,
    );
  }
  requireWhole('concurrency', concurrency, CONCURRENCY_MAX);
  if (handleBatch && concurrency > 1) {
    refuse(
      `'concurrency' must be 1 with 'handleBatch', which gets the records of a shard in their order, got ${concurrency}; use 'handle', or do the parallel part inside of 'handleBatch'`,
    );
  }
  if (maxBatchRecords !== undefined) requireWhole('maxBatchRecords', maxBatchRecords, Number.MAX_SAFE_INTEGER);
  if (maxBatchRecords !== undefined && !handleBatch) {
    refuse(`'maxBatchRecords' must come with 'handleBatch', got ${maxBatchRecords} without; remove it`);
  }
  if (markWrite === 'with-effects' && !mark) {
    refuse(`'markWrite' must come with 'mark', got 'with-effects' without; say where the mark is kept`);
  }
  if (markWrite === 'with-effects' && !handleBatch) {
    refuse(
      `'markWrite' must be 'after-effects' with 'handle', got 'with-effects'; one mark for each record would be a write for each: use 'handleBatch', which writes it with the effects of many`,
    );
  }
  if (options.markPer === 'bucket' && !mark) {
    refuse(`'markPer' must come with 'mark', got 'bucket' without; say where the marks are kept`);
  }
  if (maxAttempts !== undefined) requireWhole('maxAttempts', maxAttempts, Number.MAX_SAFE_INTEGER);
  if (maxAttempts !== undefined && !mark) {
    refuse(
      `'maxAttempts' must come with 'mark', got ${maxAttempts} without; an event does not say how often it has come, the mark counts it`,
    );
  }
  if (!(remainingTimeGuardMs >= 0)) {
    refuse(`'remainingTimeGuardMs' must be 0 or more, got ${remainingTimeGuardMs}; leave it out for 2000`);
  }
  if (!functionName) {
    refuse(`'functionName' must be given outside of Lambda, got nothing; it names marks and failed records`);
  }
  return {
    ...options,
    handle: handle as ConsumerSettings['handle'],
    handleBatch: handleBatch as ConsumerSettings['handleBatch'],
    codec: codecOf(options.codec ?? 'json'),
    maxBatchRecords: maxBatchRecords ?? Number.POSITIVE_INFINITY,
    concurrency,
    withEffects: markWrite === 'with-effects',
    countsAttempts: mark !== undefined && (markWrite === 'after-effects' || maxAttempts !== undefined),
    wholeRecords: options.wholeRecords ?? false,
    functionName,
    perBucket: mark !== undefined && (options.markPer ?? process.env[MARK_PER_ENV]) === 'bucket',
    guardMs: remainingTimeGuardMs,
  };
}

function requireWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  refuse(`'${name}' must be a whole number from 1 to ${max}, got ${value}; leave it out for the default`);
}

function refuse(message: string): never {
  throw new TypeError(message);
}
