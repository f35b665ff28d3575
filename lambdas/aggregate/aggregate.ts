// Statistics per key and window: the state of a tumbling window, written when it ends or outgrows what Lambda takes.
import { type KeyStatistics, StatisticsTable, type StoredStatistics } from '../../core/aggregation/key-statistics.js';
import type { StreamEvent } from '../../core/records/event.js';
import type { ConsumerLog } from '../../runtime/consumer/consumer-telemetry.js';
import { eventCodec } from '../../runtime/consumer/event-codec.js';
import type { PutFailures } from '../../runtime/consumer/failure-store.js';
import type { KinesisWindowBatch, RemainingTime } from '../../runtime/consumer/kinesis-event.js';
import { readNumeric } from '../../runtime/consumer/numeric-field.js';
import type { RecordMeta } from '../../runtime/consumer/record-meta.js';
import { createWindowConsumer, type WindowPlace, type WindowResponse } from '../../runtime/consumer/windows.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';

export type AggregateLog =
  | ConsumerLog
  | {
      readonly type: 'aggregate.written';
      readonly level: 'info';
      readonly shardId: string;
      readonly keys: number;
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
  readonly failureStore: PutFailures;
  readonly telemetry: Telemetry<AggregateLog>;
}

/** Statistics of a window, and without one when each key's first record has arrived. */
interface WindowState {
  readonly table: StatisticsTable;
  readonly arrivals: Map<string, string>;
}

/**
 * Makes the function that aggregates the batches of a shard.
 *
 * With a tumbling window the statistics travel from batch to batch as state and are written when the window ends, or
 * when they outgrow it. Without one they are written at the end of each batch.
 */
export function createAggregate(
  { writeStatistics, failureStore, telemetry }: AggregatePorts,
  functionName: string,
): (batch: KinesisWindowBatch, context?: RemainingTime) => Promise<WindowResponse> {
  return createWindowConsumer<WindowState, undefined, typeof eventCodec>({
    codec: eventCodec,
    functionName,
    failureStore,
    telemetry,
    open: (stored) => ({ table: StatisticsTable.restore(statisticsIn(stored)), arrivals: new Map() }),
    add: addEvent,
    bytes: ({ table }) => table.bytes,
    store: ({ table }) => (table.size > 0 ? { statistics: table.store() } : {}),
    async write({ table, arrivals }, { shardId, start }) {
      if (table.size === 0) return;
      const statistics = table.list().map((entry) => ({ ...entry, windowStart: start ?? arrivals.get(entry.first)! }));
      await writeStatistics(shardId, statistics);
      telemetry.log({ type: 'aggregate.written', level: 'info', shardId, keys: table.size });
    },
  });
}

function addEvent(
  { table, arrivals }: WindowState,
  { key, payload }: StreamEvent,
  meta: RecordMeta,
  { start }: WindowPlace,
): void {
  const first = firstOf(meta);
  if (start === undefined) arrivals.set(first, meta.arrivalTime.toISOString());
  table.add({ key, sequenceNumber: first, numbers: numbersIn(payload) });
}

/** Names a user record within its shard. */
function firstOf({ sequenceNumber, subSequenceNumber }: RecordMeta): string {
  return subSequenceNumber === 0 ? sequenceNumber : `${sequenceNumber}.${subSequenceNumber}`;
}

function* numbersIn(payload: Readonly<Record<string, unknown>>): Generator<[string, number]> {
  for (const [field, value] of Object.entries(payload)) {
    const reading = readNumeric(value);
    if (reading.kind === 'number') yield [field, reading.value];
  }
}

function statisticsIn(stored: unknown): StoredStatistics {
  return (stored as { readonly statistics?: StoredStatistics } | null | undefined)?.statistics ?? [];
}
