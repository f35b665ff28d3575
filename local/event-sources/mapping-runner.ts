// Runs one event source mapping: a worker per shard, in parallel, and the children of a shard once all of their
// parents are drained, so that the order of a key survives a reshard.
import { setMaxListeners } from 'node:events';
import type { Shard, StartingPosition } from '@aws-sdk/client-kinesis';
import { streamNameOf } from '../../core/stream-arn.js';
import type { Clock } from '../clock.js';
import type { KeptPosition, ReaderPositions } from '../data-dir/kept-positions.js';
import type { FanOut, KinesisApi, StreamCensus } from '../engine/api.js';
import { callPatiently } from '../engine/patient-call.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { EventSourceMappingModel } from '../template/model.js';
import type { DestinationPorts } from './failure-destination.js';
import { MappingCounts, type MappingTotals } from './mapping-counts.js';
import { parseFilters, type RecordFilter } from './record-filter.js';
import { ShardCheckpoint } from './shard-checkpoint.js';
import { fanOutReader, pollingReader, type ShardReader } from './shard-reader.js';
import { ShardWorker } from './shard-worker.js';
import type { StreamRecord } from './stream-record.js';

/** Wall time that deliveries get by default to end when the lab stops. */
const DRAIN_LIMIT_MS = 10_000;

export interface MappingRunnerOptions {
  /** With the ARN of a registered consumer, records are pushed to it; otherwise its shards are polled. */
  readonly mapping: EventSourceMappingModel;
  readonly kinesis: KinesisApi;
  readonly fanOut: FanOut;
  /** What the stream holds, for the counts and for what retention takes from a batch that still fails. */
  readonly census: StreamCensus;
  readonly invoker: FunctionInvoker;
  readonly ports: DestinationPorts;
  readonly metrics: MetricSink;
  readonly clock: Clock;
  /**
   * What an earlier run of the lab has kept, and where this one keeps it.
   *
   * @default - nothing outlives the lab
   */
  readonly positions?: ReaderPositions | undefined;
  /**
   * Called with records that the failure destination has taken: a notice to a queue or topic names only their range.
   *
   * @default - nobody is told
   */
  readonly onKept?: (records: readonly StreamRecord[]) => void;
  /** Called when a shard can no longer be read or its function no longer be found. */
  readonly onError: (error: unknown) => void;
}

interface TrackedShard {
  readonly shard: Shard;
  readonly from: StartingPosition;
  /** Records that were there before a start at the latest one. */
  readonly skipped: number;
  readonly kept: KeptPosition | undefined;
  worker: ShardWorker | undefined;
  drained: boolean;
}

export class MappingRunner {
  readonly mapping: EventSourceMappingModel;
  readonly #options: MappingRunnerOptions;
  readonly #streamArn: string;
  readonly #streamName: string;
  readonly #counts: MappingCounts;
  readonly #reader: ShardReader;
  readonly #filter: RecordFilter;
  readonly #stopping = new AbortController();
  readonly #shards = new Map<string, TrackedShard>();
  /** Shards that had ended before the mapping began at the latest record. */
  readonly #passedOver = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #carriedOver = 0;

  constructor(options: MappingRunnerOptions) {
    const { mapping, kinesis, fanOut, metrics, clock } = options;
    const [streamArn = '', consumer] = mapping.eventSourceArn.split('/consumer/');
    // Every lane of every shard listens.
    setMaxListeners(0, this.#stopping.signal);
    this.mapping = mapping;
    this.#options = options;
    this.#streamArn = streamArn;
    this.#streamName = streamNameOf(streamArn);
    this.#counts = new MappingCounts(mapping, metrics, clock);
    this.#filter = parseFilters(mapping.filters);
    this.#reader = consumer
      ? fanOutReader(fanOut, mapping.eventSourceArn, clock)
      : pollingReader(kinesis, this.#streamName, clock);
  }

  /** Name of the stream that is read. */
  get streamName(): string {
    return this.#streamName;
  }

  get totals(): MappingTotals {
    return this.#counts.totals;
  }

  /** Records that an earlier run of the lab had left to read when this one began. */
  get carriedOver(): number {
    return this.#carriedOver;
  }

  /**
   * Resolves when the position in every shard is taken: what is put from then on is read, and what the start skips
   * does not count as unread.
   */
  async start(): Promise<void> {
    const { positions } = this.#options;
    const shards = await this.#listShards();
    for (const shard of shards) {
      if (positions && !positions.isNew) this.#goOn(shard, positions.get(shard.ShardId ?? ''));
      else this.#begin(shard);
    }
    positions?.keepOnly(new Set(shards.map(({ ShardId = '' }) => ShardId)));
    for (const { ShardId = '' } of shards) this.#carriedOver += this.#countUnread(ShardId);
    this.#startReady();
    await Promise.all([...this.#shards.values()].map(({ worker }) => worker?.opened));
  }

  /**
   * Ends what is being delivered, within 10 s of wall time unless told otherwise; records that have not passed by then
   * are unread. Open windows are ended early, so functions must still run.
   */
  async stop(limitMs = DRAIN_LIMIT_MS): Promise<void> {
    this.#stopping.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all(this.#running), late]);
    clearTimeout(timer);
  }

  /** Sequence number up to which a shard is done; undefined before its first record is. */
  checkpoint(shardId: string): string | undefined {
    return this.#shards.get(shardId)?.worker?.checkpoint.sequenceNumber;
  }

  /** Whether a record has passed, been given up or been filtered out. */
  isDone(shardId: string, sequenceNumber: string): boolean {
    const { worker, drained } = this.#shards.get(shardId) ?? {};
    return worker?.checkpoint.isSettled(sequenceNumber) ?? drained ?? false;
  }

  /** Records of the stream that have neither passed nor been given up nor been filtered out. */
  async unread(census: StreamCensus & Pick<KinesisApi, 'ListShards'>): Promise<number> {
    let unread = 0;
    for (const { ShardId = '' } of await listShards(census, this.#streamName)) unread += this.#countUnread(ShardId);
    return unread;
  }

  #countUnread(shardId: string): number {
    const tracked = this.#shards.get(shardId);
    if (this.#passedOver.has(shardId) || (tracked?.drained && !tracked.worker)) return 0;
    const { census } = this.#options;
    const { sequenceNumber, ahead = 0 } = tracked?.worker?.checkpoint ?? new ShardCheckpoint(tracked?.kept);
    const after = census.countAfter(this.#streamName, shardId, sequenceNumber);
    return Math.max(0, after - (sequenceNumber === undefined ? this.#countSkipped(tracked) : 0) - ahead);
  }

  #countSkipped(tracked: TrackedShard | undefined): number {
    const { shard, from, skipped = 0 } = tracked ?? {};
    if (from?.Type !== 'AT_TIMESTAMP' || !from.Timestamp) return skipped;
    return this.#options.census.countBefore(this.#streamName, shard?.ShardId ?? '', from.Timestamp.getTime());
  }

  /** Takes up a shard where the template says. */
  #begin(shard: Shard): void {
    const { census, clock, positions } = this.#options;
    const { ShardId = '', SequenceNumberRange } = shard;
    const atLatest = this.mapping.startingPosition === 'LATEST';
    const skipped = atLatest ? census.countAfter(this.#streamName, ShardId, undefined) : 0;
    if (atLatest && SequenceNumberRange?.EndingSequenceNumber !== undefined) {
      this.#passedOver.add(ShardId);
      positions?.set(ShardId, { done: true });
      return;
    }
    const from = this.#startingPosition();
    const kept = { fromMs: atLatest ? clock.nowMs() : from.Timestamp?.getTime() };
    positions?.set(ShardId, kept);
    this.#track(shard, from, skipped, kept);
  }

  /** Takes up a shard where an earlier run has left it; one that it had not begun is the child of one that it had. */
  #goOn(shard: Shard, kept: KeptPosition = {}): void {
    const { sequenceNumber, fromMs } = kept;
    const from: StartingPosition =
      sequenceNumber !== undefined
        ? { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }
        : fromMs === undefined
          ? { Type: 'TRIM_HORIZON' }
          : { Type: 'AT_TIMESTAMP', Timestamp: new Date(fromMs) };
    this.#track(shard, from, 0, kept);
  }

  /** Whether every record that the stream holds is done. A tumbling window may still be open. */
  async isDrained(census: StreamCensus & Pick<KinesisApi, 'ListShards'>): Promise<boolean> {
    return (await this.unread(census)) === 0;
  }

  #startingPosition(): StartingPosition {
    const { startingPosition: Type, startingTimestampMs } = this.mapping;
    return { Type, Timestamp: startingTimestampMs === undefined ? undefined : new Date(startingTimestampMs) };
  }

  #track(shard: Shard, from: StartingPosition, skipped: number, kept?: KeptPosition): void {
    const drained = kept?.done ?? false;
    this.#shards.set(shard.ShardId ?? '', { shard, from, skipped, kept, worker: undefined, drained });
  }

  /** Starts every shard whose parents are done; a parent that is not tracked is gone or was passed over. */
  #startReady(): void {
    for (const tracked of this.#shards.values()) {
      const { ParentShardId, AdjacentParentShardId } = tracked.shard;
      const parents = [ParentShardId, AdjacentParentShardId].map((id) => this.#shards.get(id ?? ''));
      if (tracked.worker || tracked.drained || parents.some((parent) => parent && !parent.drained)) continue;
      tracked.worker = this.#makeWorker(tracked);
      const running = this.#run(tracked, tracked.worker).catch((error) => {
        if (error !== this.#stopping.signal.reason) this.#options.onError(error);
      });
      this.#running.add(running);
      void running.then(() => this.#running.delete(running));
    }
  }

  async #run(tracked: TrackedShard, worker: ShardWorker): Promise<void> {
    if (!(await worker.run())) return;
    tracked.drained = true;
    this.#options.positions?.set(tracked.shard.ShardId ?? '', { ...worker.checkpoint.kept(), done: true });
    if (this.#stopping.signal.aborted) return;
    for (const shard of await this.#listShards()) {
      const id = shard.ShardId ?? '';
      if (!this.#shards.has(id) && !this.#passedOver.has(id)) this.#track(shard, { Type: 'TRIM_HORIZON' }, 0);
    }
    this.#startReady();
  }

  #makeWorker({ shard, from, kept }: TrackedShard): ShardWorker {
    const { positions } = this.#options;
    const shardId = shard.ShardId ?? '';
    return new ShardWorker({
      ...this.#options,
      streamArn: this.#streamArn,
      shardId,
      kept,
      keep: positions && ((position) => positions.set(shardId, position)),
      from,
      reader: this.#reader,
      filter: this.#filter,
      counts: this.#counts,
      horizonMs: () => this.#options.census.horizonMs(this.#streamName),
      signal: this.#stopping.signal,
    });
  }

  #listShards(): Promise<Shard[]> {
    const { kinesis, clock } = this.#options;
    const list = () => listShards(kinesis, this.#streamName);
    return callPatiently(list, clock, this.#stopping.signal);
  }
}

async function listShards(kinesis: Pick<KinesisApi, 'ListShards'>, streamName: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const page = await kinesis.ListShards(token ? { NextToken: token } : { StreamName: streamName });
    shards.push(...(page.Shards ?? []));
    token = page.NextToken;
  } while (token);
  return shards;
}
