// Alerts at the onset of an anomaly. Work through the batch without effects, publish, then write the shard's series and mark
// together: one conditional write per invocation. It comes last, so an alert is published at least once: when the write
// fails, the batch comes again and the alert with it, under the same event id.
import type { BatchResponse } from '../../core/batching/render-batch-response.js';
import { type BatchContext, StoppedAt } from '../../runtime/consumer/consumer-options.js';
import type { ConsumerLog } from '../../runtime/consumer/consumer-telemetry.js';
import { createConsumer } from '../../runtime/consumer/create-consumer.js';
import type { PutFailures } from '../../runtime/consumer/failure-store.js';
import { type KinesisBatch, type RemainingTime, shardIdOf } from '../../runtime/consumer/kinesis-event.js';
import type { MarkWrite, StoredMark } from '../../runtime/consumer/mark-port.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AlertMessage, METRICS } from './contract.js';
import { type Reading, readingCodec, type SeriesMap, watchReadings } from './watch-readings.js';

export type AlertLog =
  | ConsumerLog
  | {
      readonly type: 'alert.published';
      readonly level: 'info';
      readonly shardId: string;
      readonly eventId: string;
      readonly score: number;
    };

/** What is stored of a shard: how far it has come, and its series as of there. */
export interface ShardState extends StoredMark {
  readonly series: SeriesMap;
}

/** Everything the alerts need from the outside world. */
export interface AlertPorts {
  readState(shardId: string): Promise<ShardState | undefined>;
  /** Writes the state, and fails when another version is stored than the mark expects. */
  writeState(shardId: string, mark: MarkWrite, series: SeriesMap): Promise<void>;
  publish(message: AlertMessage): Promise<void>;
  readonly failureStore: PutFailures;
  readonly telemetry: Telemetry<AlertLog>;
}

export interface AlertSettings {
  readonly valueField: string;
  readonly functionName: string;
}

/**
 * Watches a batch of one shard and publishes each onset of an anomaly in `valueField`.
 *
 * Records that the mark has are skipped. The batch ends at the first record whose effect fails; everything from there comes
 * again.
 */
export async function alert(
  ports: AlertPorts,
  { valueField, functionName }: AlertSettings,
  batch: KinesisBatch,
  context?: RemainingTime,
): Promise<BatchResponse> {
  const shardId = batch.Records[0] ? shardIdOf(batch.Records[0]) : '';
  const { telemetry } = ports;
  let series: SeriesMap = new Map();
  let alerts = 0;

  const watch = async (readings: readonly Reading[], { markThrough }: BatchContext) => {
    const { onsets } = watchReadings(series, readings);
    let stop: { readonly at: number; readonly error: unknown } | undefined;
    for (const { position, message } of onsets) {
      try {
        await ports.publish(message);
      } catch (error) {
        stop = { at: position, error };
        break;
      }
      alerts += 1;
      telemetry.log({ type: 'alert.published', level: 'info', shardId, eventId: message.id, score: message.score });
    }
    const end = stop?.at ?? readings.length;
    if (end > 0) {
      const after = watchReadings(series, readings.slice(0, end)).series;
      await ports.writeState(shardId, markThrough(end), after);
      series = after;
    }
    if (stop) throw new StoppedAt(stop.at, stop.error);
  };

  const consumer = createConsumer({
    codec: readingCodec(valueField),
    functionName,
    failureStore: ports.failureStore,
    classify: () => 'transient',
    mark: {
      async readMark() {
        const state = await ports.readState(shardId);
        series = state?.series ?? series;
        return state;
      },
      writeMark: (write) => ports.writeState(shardId, write, series),
    },
    markWrite: 'with-effects',
    handleBatch: (records, batchContext) =>
      watch(
        records.map(({ value }) => value),
        batchContext,
      ),
    telemetry: {
      log: (event) => telemetry.log(event),
      measure: (values) => telemetry.measure({ ...values, [METRICS.alerts]: alerts }),
    },
  });
  return consumer(batch, context);
}
