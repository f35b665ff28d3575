// Works through one shard: reads it, filters, and spreads the records over its lanes.
import type { _Record, StartingPosition } from '@aws-sdk/client-kinesis';
import { hashPartitionKey } from '../../core/sharding/hash-key.js';
import type { Clock } from '../clock.js';
import type { KeptPosition } from '../data-dir/kept-positions.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { EventSourceMappingModel } from '../template/model.js';
import { BatchDelivery } from './batch-delivery.js';
import { Bell } from './bell.js';
import type { DestinationPorts } from './failure-destination.js';
import type { MappingCounts } from './mapping-counts.js';
import type { RecordFilter } from './record-filter.js';
import { ShardCheckpoint } from './shard-checkpoint.js';
import { ShardLane } from './shard-lane.js';
import type { ShardReader } from './shard-reader.js';
import type { StreamRecord } from './stream-record.js';
import { TumblingWindow } from './tumbling-window.js';

/** Batches that wait in memory, for each lane, before the shard is read on. */
const BATCHES_AHEAD = 2;

export interface ShardWorkerOptions {
  readonly mapping: EventSourceMappingModel;
  readonly streamArn: string;
  readonly shardId: string;
  readonly from: StartingPosition;
  readonly reader: ShardReader;
  readonly filter: RecordFilter;
  readonly invoker: FunctionInvoker;
  readonly ports: DestinationPorts;
  readonly counts: MappingCounts;
  /** Called with records that the failure destination has taken. */
  readonly onKept?: ((records: readonly StreamRecord[]) => void) | undefined;
  /** Lab time before which the stream keeps nothing. */
  readonly horizonMs: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * Where an earlier run of the lab has come to.
   *
   * @default - the shard is read from `from`
   */
  readonly kept?: KeptPosition | undefined;
  /**
   * Keeps what the next run of the lab goes on from.
   *
   * @default - nothing outlives the lab
   */
  readonly keep?: ((position: KeptPosition) => void) | undefined;
}

export class ShardWorker {
  readonly checkpoint: ShardCheckpoint<StreamRecord>;
  /** Resolves when the starting position is taken: later records will be read. */
  readonly opened: Promise<void>;
  readonly #options: ShardWorkerOptions;
  readonly #lanes: readonly ShardLane[];
  readonly #windows: readonly (TumblingWindow | undefined)[];
  readonly #room = new Bell();
  #open: () => void = () => {};

  constructor(options: ShardWorkerOptions) {
    this.#options = options;
    this.checkpoint = new ShardCheckpoint(options.kept);
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.#windows = openWindows(options);
    this.#lanes = this.#windows.map((window) => this.#makeLane(window));
  }

  /** Resolves with true when the shard has ended and all of it is settled, with false when the lab stops before. */
  async run(): Promise<boolean> {
    const [ended] = await Promise.all([this.#read(), ...this.#lanes.map((lane) => lane.run())]);
    return ended && this.checkpoint.unsettled === 0;
  }

  #makeLane(window: TumblingWindow | undefined): ShardLane {
    const { mapping, clock, signal, keep } = this.#options;
    const settle = (records: readonly StreamRecord[]) => {
      this.checkpoint.settle(records);
      this.#keep();
    };
    const keepsWindow = keep !== undefined;
    const onWindowClosed = () => this.#keep();
    const delivery = new BatchDelivery({ ...this.#options, settle, window, keepsWindow, onWindowClosed });
    const onRoom = () => this.#room.ring();
    return new ShardLane({ settings: mapping, delivery, window, clock, signal, keepsWindow, onRoom });
  }

  /** Checkpoint and windows together: a state belongs to the records that went into it. */
  #keep(): void {
    const { keep, kept } = this.#options;
    if (!keep) return;
    const windows = this.#windows.map((window) => window?.kept() ?? null);
    const isOpen = windows.some((window) => window !== null);
    keep({ fromMs: kept?.fromMs, ...this.checkpoint.kept(), ...(isOpen && { windows }) });
  }

  async #read(): Promise<boolean> {
    const { reader, shardId, from, signal } = this.#options;
    try {
      for await (const { records, caughtUpMs, ended } of reader(shardId, from, signal)) {
        this.#open();
        for (const record of records) this.#admit(record);
        this.#count(records.length);
        // Filters may have settled all of them.
        if (records.length > 0 && this.checkpoint.unsettled === 0) this.#keep();
        for (const lane of this.#lanes) lane.readUpTo(caughtUpMs, ended);
        if (ended) return true;
        while (this.#isFull() && !signal.aborted) await this.#room.wait(signal);
      }
      return false;
    } finally {
      this.#open();
    }
  }

  #admit({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }: _Record): void {
    const { clock, counts, filter, shardId } = this.#options;
    const record: StreamRecord = {
      shardId,
      sequenceNumber: SequenceNumber ?? '',
      partitionKey: PartitionKey ?? '',
      data: Data ?? new Uint8Array(),
      arrivalMs: ApproximateArrivalTimestamp?.getTime() ?? clock.nowMs(),
      readMs: clock.nowMs(),
    };
    if (!this.checkpoint.admit(record)) return;
    if (filter(record)) {
      this.#laneOf(record).push(record);
      return;
    }
    counts.add('filtered', 1);
    counts.emit('FilteredOutEventCount', 1);
    this.checkpoint.settle([record]);
  }

  #count(polled: number): void {
    this.#options.counts.emit('PolledEventCount', polled);
  }

  #laneOf({ partitionKey }: StreamRecord): ShardLane {
    const { parallelizationFactor: lanes } = this.#options.mapping;
    const index = lanes === 1 ? 0 : Number(hashPartitionKey(partitionKey) % BigInt(lanes));
    return this.#lanes[index]!;
  }

  #isFull(): boolean {
    const waiting = this.#lanes.reduce((total, lane) => total + lane.waiting, 0);
    return waiting >= this.#options.mapping.batchSize * this.#lanes.length * BATCHES_AHEAD;
  }
}

/** Windows by lane. One that was left open and whose lane the template has taken away gets a lane to end in. */
function openWindows({ mapping, shardId, kept }: ShardWorkerOptions): (TumblingWindow | undefined)[] {
  const { parallelizationFactor, tumblingWindowMs, eventSourceArn } = mapping;
  const left = [...(kept?.windows ?? [])];
  const lanes = Array.from({ length: parallelizationFactor }, () =>
    tumblingWindowMs > 0 ? new TumblingWindow(shardId, eventSourceArn, left.shift()) : undefined,
  );
  return [...lanes, ...left.flatMap((window) => (window ? new TumblingWindow(shardId, eventSourceArn, window) : []))];
}
