// Reads every shard of a stream once a second, as Firehose does: from the newest record of the shards that are open at
// the start, and from the oldest of each shard that a reshard opens later, so that every record is read once.
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import type { KinesisApi } from '../engine/api.js';
import { callPatiently, isTransient } from '../engine/patient-call.js';
import { ServiceError } from '../service-error.js';
import type { DeliveryMetric, ReportMetric } from './delivery-metrics.js';
import type { DeliveryRecord } from './delivery-record.js';

/** Firehose calls GetRecords once a second for each shard. */
const POLL_MS = 1_000;

/** What Firehose counts when the stream's key lets it read nothing, by the error that says so. */
const KEY_METRICS: Readonly<Record<string, DeliveryMetric>> = {
  KMSAccessDeniedException: 'KMSKeyAccessDenied',
  KMSDisabledException: 'KMSKeyDisabled',
  KMSInvalidStateException: 'KMSKeyInvalidState',
  KMSNotFoundException: 'KMSKeyNotFound',
};

/** Where a shard has been read to; undefined before its first record. */
interface Shard {
  readonly shardId: string;
  readonly openedMs: number;
  readonly fromStart: boolean;
  sequenceNumber: string | undefined;
  iterator: string | undefined;
  ended: boolean;
}

export interface ShardReadersOptions {
  readonly streamArn: string;
  readonly kinesis: Pick<KinesisApi, 'ListShards' | 'GetShardIterator' | 'GetRecords'>;
  readonly clock: Clock;
  readonly report: ReportMetric;
  /** Takes records in the order of their shard; the shard's next are not read before it resolves. */
  readonly accept: (records: readonly DeliveryRecord[]) => Promise<void>;
  /** Told of what ends a reader early. */
  readonly onFault: (error: unknown) => void;
}

export class ShardReaders {
  readonly #options: ShardReadersOptions;
  readonly #shards = new Map<string, Shard>();
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];

  constructor(options: ShardReadersOptions) {
    this.#options = options;
    // Every shard's reader waits on this one signal.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Last sequence number read of each shard. */
  checkpoints(): ReadonlyMap<string, string | undefined> {
    return new Map([...this.#shards].map(([shardId, { sequenceNumber }]) => [shardId, sequenceNumber]));
  }

  /** Takes its place in every open shard, then reads on until it is stopped. */
  async start(): Promise<void> {
    const { kinesis, streamArn } = this.#options;
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const input = NextToken ? { NextToken } : { StreamARN: streamArn };
      const page = await this.#patiently(() => kinesis.ListShards(input));
      for (const { ShardId, SequenceNumberRange } of page.Shards ?? []) {
        if (SequenceNumberRange?.EndingSequenceNumber === undefined) shards.push(this.#open(ShardId!, false));
      }
      NextToken = page.NextToken;
    } while (NextToken);
    for (const shard of shards) shard.iterator = await this.#patiently(() => this.#iterate(shard, 'LATEST'));
    for (const shard of shards) this.#begin(shard);
  }

  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return callPatiently(call, this.#options.clock, this.#stopping.signal);
  }

  /** Stops reading; what was read has been taken in when it resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (let read = 0; read < this.#loops.length; read += 1) await this.#loops[read];
  }

  #open(shardId: string, fromStart: boolean): Shard {
    const openedMs = this.#options.clock.nowMs();
    const shard = { shardId, openedMs, fromStart, sequenceNumber: undefined, iterator: undefined, ended: false };
    this.#shards.set(shardId, shard);
    return shard;
  }

  #begin(shard: Shard): void {
    this.#loops.push(this.#read(shard).catch(this.#options.onFault));
  }

  async #read(shard: Shard): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const ended = await clock.hold(() => this.#poll(shard));
      if (ended) return;
      await clock.sleep(POLL_MS, signal).catch(() => {});
    }
  }

  /** Reads once; true at the end of a shard that a reshard has closed. */
  async #poll(shard: Shard): Promise<boolean> {
    const { report, accept } = this.#options;
    const output = await this.#getRecords(shard);
    if (!output) return false;
    shard.iterator = output.NextShardIterator;
    const records = (output.Records ?? []).map((record) => ({
      shardId: shard.shardId,
      sequenceNumber: record.SequenceNumber!,
      partitionKey: record.PartitionKey!,
      arrivalMs: record.ApproximateArrivalTimestamp!.getTime(),
      data: record.Data!,
    }));
    report('KinesisMillisBehindLatest', output.MillisBehindLatest ?? 0);
    if (records.length > 0) {
      report('DataReadFromKinesisStream.Records', records.length);
      report(
        'DataReadFromKinesisStream.Bytes',
        records.reduce((sum, { data }) => sum + data.length, 0),
      );
      // The place moves with the records: what is taken in is counted as read.
      shard.sequenceNumber = records.at(-1)!.sequenceNumber;
      await accept(records);
    }
    if (shard.iterator !== undefined) return false;
    shard.ended = true;
    for (const { ShardId, ParentShards } of output.ChildShards ?? []) {
      // A merged shard is the child of both its parents: it begins when the last of them has been read.
      const parents = (ParentShards ?? []).map((parent) => this.#shards.get(parent));
      const ready = parents.every((parent) => parent === undefined || parent.ended);
      if (ShardId && ready && !this.#shards.has(ShardId)) this.#begin(this.#open(ShardId, true));
    }
    return true;
  }

  /** Reads once; undefined when the next poll has to try again. */
  async #getRecords(shard: Shard) {
    const { kinesis, report, streamArn } = this.#options;
    try {
      shard.iterator ??= await this.#iterate(shard, 'AT_TIMESTAMP');
      return await kinesis.GetRecords({ StreamARN: streamArn, ShardIterator: shard.iterator });
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : '';
      const keyMetric = KEY_METRICS[code];
      if (keyMetric) report(keyMetric, 1);
      if (code === 'ExpiredIteratorException') shard.iterator = undefined;
      else if (code === 'ProvisionedThroughputExceededException') report('ThrottledGetRecords', 1);
      else if (!isTransient(error)) throw error;
      return undefined;
    }
  }

  /** `unread` is where to begin when nothing was read yet of a shard that was open at the start. */
  async #iterate(shard: Shard, unread: 'LATEST' | 'AT_TIMESTAMP'): Promise<string> {
    const { kinesis, streamArn } = this.#options;
    const { ShardIterator } = await kinesis.GetShardIterator({
      StreamARN: streamArn,
      ShardId: shard.shardId,
      ...placeOf(shard, unread),
    });
    return ShardIterator!;
  }
}

function placeOf({ sequenceNumber, fromStart, openedMs }: Shard, unread: 'LATEST' | 'AT_TIMESTAMP') {
  if (sequenceNumber !== undefined) {
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber } as const;
  }
  if (fromStart) return { ShardIteratorType: 'TRIM_HORIZON' } as const;
  if (unread === 'LATEST') return { ShardIteratorType: unread } as const;
  return { ShardIteratorType: unread, Timestamp: new Date(openedMs) } as const;
}
