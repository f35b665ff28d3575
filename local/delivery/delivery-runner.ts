// The lab's Firehose: reads a stream, transforms and partitions its records, and delivers them as objects. Every
// record that was read is in one place: gathered, in an object, in an object of failures, or dropped by the transform.
import { ACTIVE_PARTITIONS_DEFAULT_MAX } from '../../core/limits-firehose.js';
import type { Clock } from '../clock.js';
import type { ReaderPositions } from '../data-dir/kept-positions.js';
import type { KinesisApi } from '../engine/api.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { ObjectStore } from '../services/ports.js';
import type { DeliveryModel } from '../template/model.js';
import type { ReportMetric } from './delivery-metrics.js';
import { reportFor } from './delivery-metrics.js';
import type { DeliveryRecord, Failure } from './delivery-record.js';
import { renderFailedRecord } from './delivery-record.js';
import { deliveryBuffers, failureBuffers, WHOLE_STREAM } from './destinations.js';
import type { ObjectBuffers } from './object-buffers.js';
import type { PartitionReader } from './partition-keys.js';
import { parsePartitionKeys } from './partition-keys.js';
import { type ReadProgress, ShardReaders } from './shard-readers.js';
import { type Column, type RowRules, whyUnreadable } from './table-row.js';
import { transformBatch } from './transform-batch.js';
import { TransformLanes } from './transform-lanes.js';
import { endUserRecord, type RecordEnd, takeApart } from './user-records.js';

/** Lab time between two looks at what is due. */
const TICK_MS = 1_000;

/** Lab time between two reports of data freshness. */
const FRESHNESS_MS = 60_000;

const NEWLINE = Buffer.from('\n');

export interface DeliveryRunnerOptions {
  readonly delivery: DeliveryModel;
  readonly kinesis: Pick<KinesisApi, 'ListShards' | 'GetShardIterator' | 'GetRecords'>;
  readonly objects: ObjectStore;
  readonly functions: FunctionInvoker;
  readonly metrics: MetricSink;
  readonly clock: Clock;
  /**
   * Columns of the table that the delivery converts its records to.
   *
   * @default - none, for a delivery that does not convert
   */
  readonly columns?: readonly Column[] | undefined;
  /**
   * What an earlier run of the lab has kept, and where this one keeps it.
   *
   * @default - nothing outlives the lab
   */
  readonly positions?: ReaderPositions | undefined;
  /**
   * Told at once of what ends the delivery early; `stop` throws it as well.
   *
   * @default - nobody is told before `stop`
   */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Where the records of the stream are that a delivery has read: `read = delivered + failed + dropped + pending`. One that is
 * aggregated is pending until all its user records have come to their end, and failed when any of them has.
 */
export interface DeliveryTotals {
  readonly read: number;
  /** Records in objects of the bucket. */
  readonly delivered: number;
  /** Records in objects under the error prefix. */
  readonly failed: number;
  /** Records that the transform dropped on purpose. */
  readonly dropped: number;
  /** Records that are gathered and in no object yet. */
  readonly pending: number;
  readonly objects: number;
  /** User records in objects of the bucket. */
  readonly deliveredUserRecords: number;
}

export class DeliveryRunner {
  readonly #delivery: DeliveryModel;
  readonly #clock: Clock;
  readonly #report: ReportMetric;
  readonly #readers: ShardReaders;
  readonly #lanes: TransformLanes | undefined;
  readonly #delivered: ObjectBuffers;
  readonly #failures: ObjectBuffers;
  readonly #partitionOf: PartitionReader | undefined;
  readonly #rows: RowRules | undefined;
  readonly #counts = { read: 0, delivered: 0, failed: 0, dropped: 0, objects: 0, deliveredUserRecords: 0 };
  readonly #stopping = new AbortController();
  readonly #onFault: (error: unknown) => void;
  #ticking: Promise<void> = Promise.resolve();
  #fault: unknown;
  #freshnessMs: number;

  /** Fails when the delivery uses a prefix expression or a partition query that the lab does not have. */
  constructor(options: DeliveryRunnerOptions) {
    const { delivery, kinesis, clock } = options;
    const { transform, partitionKeys } = delivery;
    this.#delivery = delivery;
    this.#clock = clock;
    this.#freshnessMs = clock.nowMs();
    this.#report = reportFor(delivery.name, options.metrics, clock);
    this.#partitionOf = partitionKeys && parsePartitionKeys(partitionKeys);
    this.#rows = delivery.conversion && { ...delivery.conversion, columns: options.columns ?? [] };
    const settle = (records: readonly DeliveryRecord[], end: RecordEnd) => {
      this.#settle(records, end);
      this.#readers.keep();
    };
    const destination = { ...options, rows: this.#rows, counts: this.#counts, report: this.#report, settle };
    this.#failures = failureBuffers(destination);
    this.#delivered = deliveryBuffers(destination, (record, failure) => this.#fail(record, failure));
    this.#lanes =
      transform &&
      new TransformLanes({ ...transform, clock, transform: (records) => this.#transform(records, options) });
    this.#onFault = (error) => {
      this.#fault ??= error;
      options.onFault?.(error);
    };
    this.#readers = new ShardReaders({
      streamArn: delivery.streamArn,
      kinesis,
      clock,
      report: this.#report,
      positions: options.positions,
      accept: (records) => this.#accept(records),
      onFault: this.#onFault,
    });
  }

  get name(): string {
    return this.#delivery.name;
  }

  /**
   * Takes its place at the newest record of every shard, or where an earlier run of the lab has left it, and tells of the
   * stream's shards then; what is put after it resolves is delivered.
   */
  async start(onPlaced: (shardIds: readonly string[]) => void = () => undefined): Promise<void> {
    await this.#readers.start(onPlaced);
    this.#ticking = this.#tick().catch(this.#onFault);
  }

  /** Stops reading. What was read is still gathered: `flush` delivers it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#readers.stop();
    await this.#ticking;
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Transforms and delivers everything that was read so far, without waiting for size or time. */
  async flush(): Promise<void> {
    await this.#clock.hold(async () => {
      await this.#lanes?.transformAll();
      await this.#delivered.putAll();
      await this.#failures.putAll();
    });
    this.#readers.keep();
  }

  totals(): DeliveryTotals {
    const { read, delivered, failed, dropped } = this.#counts;
    return { ...this.#counts, pending: read - delivered - failed - dropped };
  }

  /** How far each shard has been read. */
  progress(): ReadonlyMap<string, ReadProgress> {
    return this.#readers.progress();
  }

  async #tick(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#clock.sleep(TICK_MS, signal).catch(() => {});
      if (signal.aborted) return;
      await this.#clock.hold(async () => {
        await this.#lanes?.transformDue();
        await this.#delivered.putDue();
        await this.#failures.putDue();
      });
      this.#readers.keep();
      this.#reportFreshness();
    }
  }

  async #accept(records: readonly DeliveryRecord[]): Promise<void> {
    this.#counts.read += records.length;
    for (const record of records) {
      const { records: userRecords, lost } = takeApart(record);
      if (this.#lanes) await this.#lanes.add(userRecords);
      else for (const userRecord of userRecords) await this.#gather(userRecord, userRecord.data);
      if (lost) await this.#failTail(lost.record, lost.count);
    }
  }

  /** Takes note of user records that have come to their end. */
  #settle(userRecords: readonly DeliveryRecord[], end: RecordEnd): void {
    for (const userRecord of userRecords) {
      const ended = endUserRecord(userRecord, end);
      if (!ended) continue;
      this.#counts[ended.end] += 1;
      this.#readers.settle([ended.record]);
    }
  }

  async #transform(records: readonly DeliveryRecord[], { functions }: DeliveryRunnerOptions): Promise<void> {
    const transform = this.#delivery.transform!;
    const context = { delivery: this.#delivery, transform, functions, clock: this.#clock, report: this.#report };
    const outcomes = await transformBatch(context, records);
    let [succeeded, bytes] = [0, 0];
    for (const outcome of outcomes) {
      if (outcome.kind === 'failed') await this.#fail(outcome.record, outcome.failure);
      else if (outcome.kind === 'dropped') {
        this.#settle([outcome.record], 'dropped');
      } else {
        succeeded += 1;
        bytes += outcome.data.length;
        await this.#gather(outcome.record, outcome.data);
      }
    }
    this.#report('SucceedProcessing.Records', succeeded);
    this.#report('SucceedProcessing.Bytes', bytes);
  }

  async #gather(record: DeliveryRecord, data: Uint8Array): Promise<void> {
    const unreadable = this.#rows && whyUnreadable(data, this.#rows);
    if (unreadable !== undefined) return this.#refuseRow(record, unreadable);
    const delimited = this.#delivery.appendDelimiter && !this.#rows;
    const body = delimited ? Buffer.concat([data, NEWLINE]) : data;
    const partition = this.#partitionOf?.(data);
    if (!partition) return this.#delivered.add(WHOLE_STREAM, record, body);
    const refuse = (errorCode: string, errorMessage: string) =>
      this.#fail(record, {
        outputType: 'processing-failed',
        errorCode,
        errorMessage,
        attempts: 1,
        atMs: this.#clock.nowMs(),
      });
    if ('failure' in partition) return refuse('DynamicPartitioning.MetadataExtractionFailed', partition.failure);
    const group = JSON.stringify(partition.keys);
    if (!this.#delivered.has(group) && this.#delivered.groups >= ACTIVE_PARTITIONS_DEFAULT_MAX) {
      this.#report('PartitionCountExceeded', 1);
      const limit = `more than ${ACTIVE_PARTITIONS_DEFAULT_MAX} partitions are open`;
      return refuse('DynamicPartitioning.ActivePartitionsLimitExceeded', limit);
    }
    return this.#delivered.add(group, record, body);
  }

  #refuseRow(record: DeliveryRecord, errorMessage: string): Promise<void> {
    this.#report('FailedConversion.Records', 1);
    this.#report('FailedConversion.Bytes', record.data.length);
    return this.#fail(record, {
      outputType: 'format-conversion-failed',
      errorCode: 'DataFormatConversion.MalformedData',
      errorMessage,
      attempts: 1,
      atMs: this.#clock.nowMs(),
    });
  }

  #failTail(record: DeliveryRecord, count: number): Promise<void> {
    const userRecords = count === 1 ? '1 user record' : `${count} user records`;
    return this.#fail(record, {
      outputType: 'processing-failed',
      errorCode: 'Deaggregation.MalformedData',
      errorMessage: `${userRecords} at the end of the aggregated record cannot be read: a key is in none of its tables`,
      attempts: 1,
      atMs: this.#clock.nowMs(),
    });
  }

  #fail(record: DeliveryRecord, failure: Failure): Promise<void> {
    return this.#failures.add(failure.outputType, record, Buffer.from(renderFailedRecord(record, failure)));
  }

  #reportFreshness(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#freshnessMs < FRESHNESS_MS) return;
    this.#freshnessMs = nowMs;
    const arrivals = [this.#delivered.oldestArrivalMs(), this.#lanes?.oldestArrivalMs()];
    const known = arrivals.filter((arrival) => arrival !== undefined);
    if (known.length > 0) this.#report('DeliveryToS3.DataFreshness', (nowMs - Math.min(...known)) / 1000);
    if (this.#partitionOf) {
      this.#report('PartitionCount', this.#delivered.groups);
      this.#report('PartitionCountExceeded', 0);
    }
  }
}
