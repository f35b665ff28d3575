// Alerts at the onset of an anomaly. Read the shard's state, work through the batch without effects, publish, store what is
// unusable, write the state: one conditional write per invocation. It comes last, so an alert is published at least once:
// when the write fails, the batch comes again and the alert with it, under the same event id.
import { type BatchResponse, renderBatchResponse } from '../../core/batching/render-batch-response.js';
import { type BadRecord, decodeRecord } from '../../runtime/consumer/decode-records.js';
import { type KinesisBatch, shardIdOf } from '../../runtime/consumer/kinesis-event.js';
import { compareSequenceNumbers } from '../../runtime/consumer/sequence-number.js';
import { errorName } from '../../runtime/telemetry/error-name.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { type AlertMessage, METRICS } from './contract.js';
import { type SeriesMap, watchReadings } from './watch-readings.js';

export type AlertLog =
  | {
      readonly type: 'alert.published';
      readonly level: 'info';
      readonly shardId: string;
      readonly eventId: string;
      readonly score: number;
    }
  | { readonly type: 'alert.set-aside'; readonly level: 'warn'; readonly shardId: string; readonly records: number }
  | { readonly type: 'alert.skipped'; readonly level: 'info'; readonly shardId: string; readonly records: number }
  | {
      readonly type: 'alert.stopped';
      readonly level: 'error';
      readonly shardId: string;
      readonly sequenceNumber: string;
      readonly error: string;
    };

/** What is stored of a shard. */
export interface ShardState {
  /** Newest record that took effect, undefined before the first. */
  readonly lastSequence: string | undefined;
  readonly series: SeriesMap;
}

/** Everything the alerts need from the outside world. */
export interface AlertPorts {
  readState(shardId: string): Promise<ShardState>;
  /** Writes the state, and fails when the stored one is no longer at `readSequence`. */
  writeState(shardId: string, readSequence: string | undefined, state: ShardState): Promise<void>;
  publish(message: AlertMessage): Promise<void>;
  storeFailures(records: readonly BadRecord[]): Promise<void>;
  readonly telemetry: Telemetry<AlertLog>;
}

/**
 * Watches a batch of one shard and publishes each onset of an anomaly in `valueField`.
 *
 * Records at or below the stored sequence number have taken effect before and are skipped. The batch ends at the first
 * record whose effect fails; everything from there comes again.
 */
export async function alert(ports: AlertPorts, batch: KinesisBatch, valueField: string): Promise<BatchResponse> {
  const [firstRecord] = batch.Records;
  if (!firstRecord) return renderBatchResponse([]);
  const shardId = shardIdOf(firstRecord);
  const before = await ports.readState(shardId);
  const sources = batch.Records.filter(({ kinesis }) => isAfter(kinesis.sequenceNumber, before.lastSequence));
  const skipped = batch.Records.length - sources.length;
  if (skipped > 0) ports.telemetry.log({ type: 'alert.skipped', level: 'info', shardId, records: skipped });

  const records = sources.map(decodeRecord);
  const { onsets, bad } = watchReadings(before.series, records, valueField);
  let end = records.length;
  let error: unknown;
  const stopAt = (position: number, reason: unknown) => {
    end = position;
    error = reason;
  };

  let alerts = 0;
  for (const { position, message } of onsets) {
    await ports.publish(message).catch((reason) => stopAt(position, reason));
    if (end <= position) break;
    alerts += 1;
    const { id: eventId, score } = message;
    ports.telemetry.log({ type: 'alert.published', level: 'info', shardId, eventId, score });
  }
  const unusable = bad.filter(({ position }) => position < end);
  if (unusable.length > 0) {
    const stored = ports.storeFailures(unusable.map(({ record }) => record));
    await stored.catch((reason) => stopAt(unusable[0]!.position, reason));
  }
  if (end > 0) {
    const { series } = watchReadings(before.series, records.slice(0, end), valueField);
    const state = { lastSequence: records[end - 1]!.sequenceNumber, series };
    await ports.writeState(shardId, before.lastSequence, state).catch((reason) => stopAt(0, reason));
  }

  report(ports, shardId, { done: end, failed: bad.filter(({ position }) => position < end).length, alerts });
  const failed = records[end];
  if (!failed) return renderBatchResponse([]);
  const { sequenceNumber } = failed;
  ports.telemetry.log({ type: 'alert.stopped', level: 'error', shardId, sequenceNumber, error: errorName(error) });
  return renderBatchResponse([{ sequenceNumber, error }]);
}

function isAfter(sequenceNumber: string, last: string | undefined): boolean {
  return last === undefined || compareSequenceNumbers(sequenceNumber, last) > 0;
}

function report(
  { telemetry }: AlertPorts,
  shardId: string,
  { done, failed, alerts }: { readonly done: number; readonly failed: number; readonly alerts: number },
): void {
  telemetry.measure({
    [METRICS.recordsProcessed]: done - failed,
    [METRICS.recordsFailed]: failed,
    [METRICS.alerts]: alerts,
  });
  if (failed > 0) telemetry.log({ type: 'alert.set-aside', level: 'warn', shardId, records: failed });
}
