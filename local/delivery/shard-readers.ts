// Reads every shard of a stream once a second, as Firehose does: from the newest record of the shards that are open at
// the start, and from the oldest of each shard that a reshard opens later, so that every record is read once.
import { setMaxListeners } from 'node:events';
import type { Shard as ListedShard } from '@aws-sdk/client-kinesis';
import type { Clock } from '../clock.js';
import type { KeptPosition, ReaderPositions } from '../data-dir/kept-positions.js';
import type { KinesisApi } from '../engine/api.js';
import { callPatiently, isTransient } from '../engine/patient-call.js';
import { ShardCheckpoint } from '../event-sources/shard-checkpoint.js';
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
  /** Lab time from which its records count; undefined when all do. */
  readonly fromMs: number | undefined;
  /** What of it has reached its end. */
  readonly checkpoint: ShardCheckpoint<DeliveryRecord>;
  sequenceNumber: string | undefined;
  iterator: string | undefined;
  ended: boolean;
}

/** How far a shard has been read. */
export interface ReadProgress {
  /** Last record that was read; undefined before the first. */
  readonly sequenceNumber: string | undefined;
  /** Lab time from which records count where none was read; undefined when all do. */
  readonly fromMs: number | undefined;
  /** The shard's end has been read, or the shard was passed over. */
  readonly done: boolean;
  /** Records behind it that need no reading any more. */
  readonly delivered: number;
}

export interface ShardReadersOptions {
  readonly streamArn: string;
  readonly kinesis: Pick<KinesisApi, 'ListShards' | 'GetShardIterator' | 'GetRecords'>;
  readonly clock: Clock;
  readonly report: ReportMetric;
  /** What an earlier run of the lab has kept, and where this one keeps it. */
  readonly positions: ReaderPositions | undefined;
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
  /** Shards with more settled than is written down. */
  readonly #unkept = new Set<string>();

  constructor(options: ShardReadersOptions) {
    this.#options = options;
    // Every shard's reader waits on this one signal.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** How far each shard has been read, and how many records behind that an earlier run has delivered. */
  progress(): ReadonlyMap<string, ReadProgress> {
    return new Map(
      [...this.#shards].map(([shardId, { sequenceNumber, fromMs, checkpoint, ended }]) => [
        shardId,
        { sequenceNumber, fromMs, delivered: checkpoint.toCome, done: ended },
      ]),
    );
  }

  /** Records that have reached their end: an object, or none on purpose. */
  settle(records: readonly DeliveryRecord[]): void {
    for (const record of records) {
      this.#shards.get(record.shardId)?.checkpoint.settle([record]);
      this.#unkept.add(record.shardId);
    }
  }

  /** Writes down what has been settled, for the next run of the lab. */
  keep(): void {
    for (const shardId of this.#unkept) {
      const shard = this.#shards.get(shardId)!;
      const { fromMs, checkpoint, ended } = shard;
      const done = ended && checkpoint.unsettled === 0;
      this.#options.positions?.set(shardId, { fromMs, ...checkpoint.kept(), ...(done && { done }) });
    }
    this.#unkept.clear();
  }

  /** Takes its place in every open shard, tells of it, then reads on until it is stopped. */
  async start(onPlaced: (shardIds: readonly string[]) => void): Promise<void> {
    const { positions } = this.#options;
    const listed = await this.#list();
    const shardIds = listed.map(({ ShardId = '' }) => ShardId);
    const shards = positions && !positions.isNew ? this.#goOn(listed) : await this.#takePlaces(listed);
    positions?.keepOnly(new Set(shardIds));
    onPlaced(shardIds);
    for (const shard of shards) this.#begin(shard);
  }

  async #list(): Promise<ListedShard[]> {
    const { kinesis, streamArn } = this.#options;
    const shards: ListedShard[] = [];
    let NextToken: string | undefined;
    do {
      const input = NextToken ? { NextToken } : { StreamARN: streamArn };
      const page = await this.#patiently(() => kinesis.ListShards(input));
      shards.push(...(page.Shards ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return shards;
  }

  /** The newest record of every open shard. */
  async #takePlaces(listed: readonly ListedShard[]): Promise<Shard[]> {
    const { clock, positions } = this.#options;
    const opened: Shard[] = [];
    for (const { ShardId = '', SequenceNumberRange } of listed) {
      const isOpen = SequenceNumberRange?.EndingSequenceNumber === undefined;
      const kept = isOpen ? { fromMs: clock.nowMs() } : { done: true };
      positions?.set(ShardId, kept);
      const shard = this.#open(ShardId, kept);
      if (isOpen) opened.push(shard);
    }
    for (const shard of opened) shard.iterator = await this.#patiently(() => this.#iterate(shard, 'LATEST'));
    return opened;
  }

  /** The place of an earlier run; a shard without one begins when its parents have ended. */
  #goOn(listed: readonly ListedShard[]): Shard[] {
    for (const { ShardId = '', ParentShardId, AdjacentParentShardId } of listed) {
      const kept = this.#options.positions?.get(ShardId);
      const parents = [ParentShardId, AdjacentParentShardId].filter((id) =>
        listed.some((shard) => shard.ShardId === id),
      );
      const ready = parents.every((id) => this.#shards.get(id!)?.ended);
      if (kept || ready) this.#open(ShardId, kept);
    }
    return [...this.#shards.values()].filter(({ ended }) => !ended);
  }

  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return callPatiently(call, this.#options.clock, this.#stopping.signal);
  }

  /** Stops reading; what was read has been taken in when it resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (let read = 0; read < this.#loops.length; read += 1) await this.#loops[read];
  }

  #open(shardId: string, kept: KeptPosition = {}): Shard {
    const { sequenceNumber, fromMs, done: ended = false } = kept;
    const checkpoint = new ShardCheckpoint<DeliveryRecord>(kept);
    const shard: Shard = { shardId, fromMs, checkpoint, sequenceNumber, iterator: undefined, ended };
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
      const fresh = records.filter((record) => shard.checkpoint.admit(record));
      if (fresh.length < records.length) this.#unkept.add(shard.shardId);
      await accept(fresh);
    }
    if (shard.iterator !== undefined) return false;
    shard.ended = true;
    this.#unkept.add(shard.shardId);
    for (const { ShardId, ParentShards } of output.ChildShards ?? []) {
      // A merged shard is the child of both its parents: it begins when the last of them has been read.
      const parents = (ParentShards ?? []).map((parent) => this.#shards.get(parent));
      const ready = parents.every((parent) => parent === undefined || parent.ended);
      if (ShardId && ready && !this.#shards.has(ShardId)) this.#begin(this.#open(ShardId));
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

function placeOf({ sequenceNumber, fromMs }: Shard, unread: 'LATEST' | 'AT_TIMESTAMP') {
  if (sequenceNumber !== undefined) {
    return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber } as const;
  }
  if (fromMs === undefined) return { ShardIteratorType: 'TRIM_HORIZON' } as const;
  if (unread === 'LATEST') return { ShardIteratorType: unread } as const;
  return { ShardIteratorType: unread, Timestamp: new Date(fromMs) } as const;
}
