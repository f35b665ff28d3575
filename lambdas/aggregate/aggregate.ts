// Statistics per key and window. The batch is first worked through without effects, then written; what cannot be written
// ends the batch at its record, and everything from there comes again.
import { type KeyStatistics, StatisticsTable, type StoredStatistics } from '../../core/aggregation/key-statistics.js';
import { type BatchResponse, renderBatchResponse } from '../../core/batching/render-batch-response.js';
import { TUMBLING_STATE_MAX_BYTES } from '../../core/limits-lambda.js';
import { type BadRecord, type DecodedRecord, decodeRecord } from '../../runtime/consumer/decode-records.js';
import { type KinesisWindowBatch, shardIdOf } from '../../runtime/consumer/kinesis-event.js';
import { readNumeric } from '../../runtime/consumer/numeric-field.js';
import { errorName } from '../../runtime/telemetry/error-name.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRICS } from './contract.js';

export type AggregateLog =
  | {
      readonly type: 'aggregate.written';
      readonly level: 'info';
      readonly shardId: string;
      readonly keys: number;
    }
  | { readonly type: 'aggregate.set-aside'; readonly level: 'warn'; readonly shardId: string; readonly records: number }
  | {
      readonly type: 'aggregate.stopped';
      readonly level: 'error';
      readonly shardId: string;
      readonly sequenceNumber: string;
      readonly error: string;
    };

/** Statistics of one key to write. */
export interface WindowStatistics extends KeyStatistics {
  /** ISO 8601: start of the window; without one the arrival of the key's first record. */
  readonly windowStart: string;
}

/** Everything the aggregation needs from the outside world. */
export interface AggregatePorts {
  /** Writes or overwrites one item per key. */
  writeStatistics(shardId: string, statistics: readonly WindowStatistics[]): Promise<void>;
  storeFailures(records: readonly BadRecord[]): Promise<void>;
  readonly telemetry: Telemetry<AggregateLog>;
}

/** What Lambda reads; `state` comes back with the next batch of the window. */
export interface AggregateResponse extends BatchResponse {
  readonly state: { readonly statistics?: StoredStatistics };
}

/** State above this is written early: a fifth is left for what the estimate does not see. */
export const STATE_MAX_BYTES = TUMBLING_STATE_MAX_BYTES * 0.8;

/**
 * Aggregates a batch of one shard.
 *
 * With a tumbling window the statistics travel from batch to batch as state and are written when the window ends, or
 * when they outgrow it. Without one they are written at the end of each batch.
 */
export async function aggregate(ports: AggregatePorts, batch: KinesisWindowBatch): Promise<AggregateResponse> {
  const shardId = batch.shardId ?? (batch.Records[0] ? shardIdOf(batch.Records[0]) : '');
  const last = batch.window === undefined || batch.isFinalInvokeForWindow || batch.isWindowTerminatedEarly;
  const records = batch.Records.map(decodeRecord);
  const windowStart = windowStarts(batch);

  const before = storedIn(batch.state);
  let end = records.length;
  let error: unknown;
  const stopAt = (position: number, reason: unknown) => {
    if (position < end || error === undefined) error = reason;
    end = Math.min(end, position);
  };

  const { full } = fold(before, records);
  for (const { position, table } of full) {
    if (position >= end) break;
    await write(ports, shardId, windowStart, table).catch((reason) => stopAt(position, reason));
  }
  const bad = records.slice(0, end).filter((record) => record.kind === 'bad');
  if (bad.length > 0) {
    const first = records.indexOf(bad[0]!);
    await ports.storeFailures(bad).catch((reason) => stopAt(first, reason));
  }
  const { rest } = fold(before, records.slice(0, end));
  if (last && rest.size > 0) {
    // Nothing to stop at in an invocation without records: the throw makes Lambda repeat it.
    if (records.length === 0) await write(ports, shardId, windowStart, rest);
    else await write(ports, shardId, windowStart, rest).catch((reason) => stopAt(0, reason));
  }

  report(ports, shardId, records.slice(0, end));
  const failed = records[end];
  if (failed) {
    const { sequenceNumber } = failed;
    ports.telemetry.log({
      type: 'aggregate.stopped',
      level: 'error',
      shardId,
      sequenceNumber,
      error: errorName(error),
    });
  }
  const outcomes = failed ? [{ sequenceNumber: failed.sequenceNumber, error: error ?? 'stopped' }] : [];
  const state = end === 0 && failed ? before : last ? [] : rest.store();
  return { ...renderBatchResponse(outcomes), state: state.length > 0 ? { statistics: state } : {} };
}

/** Works through records in order: the tables that grew full, each with the record that no longer fitted, and the rest. */
function fold(stored: StoredStatistics, records: readonly DecodedRecord[]) {
  const full: { position: number; table: StatisticsTable }[] = [];
  let rest = StatisticsTable.restore(stored);
  records.forEach((record, position) => {
    if (record.kind === 'bad') return;
    if (rest.bytes > STATE_MAX_BYTES) {
      full.push({ position, table: rest });
      rest = new StatisticsTable();
    }
    const { key, payload } = record.event;
    rest.add({ key, sequenceNumber: record.sequenceNumber, numbers: numbersIn(payload) });
  });
  return { full, rest };
}

function* numbersIn(payload: Readonly<Record<string, unknown>>): Generator<[string, number]> {
  for (const [field, value] of Object.entries(payload)) {
    const reading = readNumeric(value);
    if (reading.kind === 'number') yield [field, reading.value];
  }
}

/** Names the window of a key by its first record, so that the same records overwrite the same item. */
type WindowStart = (first: string) => string;

function windowStarts({ window, Records }: KinesisWindowBatch): WindowStart {
  if (window) return () => window.start;
  const arrivals = new Map(Records.map(({ kinesis }) => [kinesis.sequenceNumber, kinesis.approximateArrivalTimestamp]));
  return (first) => new Date((arrivals.get(first) ?? 0) * 1_000).toISOString();
}

async function write(ports: AggregatePorts, shardId: string, windowStart: WindowStart, table: StatisticsTable) {
  const statistics = table.list().map((entry) => ({ ...entry, windowStart: windowStart(entry.first) }));
  await ports.writeStatistics(shardId, statistics);
  ports.telemetry.log({ type: 'aggregate.written', level: 'info', shardId, keys: table.size });
}

function report({ telemetry }: AggregatePorts, shardId: string, done: readonly DecodedRecord[]): void {
  const failed = done.filter(({ kind }) => kind === 'bad').length;
  telemetry.measure({ [METRICS.recordsProcessed]: done.length - failed, [METRICS.recordsFailed]: failed });
  if (failed > 0) telemetry.log({ type: 'aggregate.set-aside', level: 'warn', shardId, records: failed });
}

function storedIn(state: unknown): StoredStatistics {
  return (state as { readonly statistics?: StoredStatistics } | null | undefined)?.statistics ?? [];
}
