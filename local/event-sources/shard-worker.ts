// Works through one shard: reads it, filters, and spreads the records over its lanes.
import type { _Record, StartingPosition } from '@aws-sdk/client-kinesis';
import { hashPartitionKey } from '../../core/sharding/hash-key.js';
import type { Clock } from '../clock.js';
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
  /** Lab time before which the stream keeps nothing. */
  readonly horizonMs: () => number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class ShardWorker {
  readonly checkpoint = new ShardCheckpoint();
  /** Resolves when the starting position is taken: later records will be read. */
  readonly opened: Promise<void>;
  readonly #options: ShardWorkerOptions;
  readonly #lanes: readonly ShardLane[];
  readonly #room = new Bell();
  #open: () => void = () => {};

  constructor(options: ShardWorkerOptions) {
    this.#options = options;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.#lanes = Array.from({ length: options.mapping.parallelizationFactor }, () => this.#makeLane());
  }

  /** Resolves with true when the shard has ended and all of it is settled, with false when the lab stops before. */
  async run(): Promise<boolean> {
    const [ended] = await Promise.all([this.#read(), ...this.#lanes.map((lane) => lane.run())]);
    return ended && this.checkpoint.unsettled === 0;
  }

  #makeLane(): ShardLane {
    const { mapping, shardId, clock, signal } = this.#options;
    const window = mapping.tumblingWindowMs > 0 ? new TumblingWindow(shardId, mapping.eventSourceArn) : undefined;
    const settle = (records: readonly StreamRecord[]) => this.checkpoint.settle(records);
    const delivery = new BatchDelivery({ ...this.#options, settle, window });
    return new ShardLane({ settings: mapping, delivery, window, clock, signal, onRoom: () => this.#room.ring() });
  }

  async #read(): Promise<boolean> {
    const { reader, shardId, from, signal } = this.#options;
    try {
      for await (const { records, caughtUpMs, ended } of reader(shardId, from, signal)) {
        this.#open();
        for (const record of records) this.#admit(record);
        this.#count(records.length);
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
    this.checkpoint.admit(record);
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
    const lanes = this.#lanes;
    const index = lanes.length === 1 ? 0 : Number(hashPartitionKey(partitionKey) % BigInt(lanes.length));
    return lanes[index]!;
  }

  #isFull(): boolean {
    const waiting = this.#lanes.reduce((total, lane) => total + lane.waiting, 0);
    return waiting >= this.#options.mapping.batchSize * this.#lanes.length * BATCHES_AHEAD;
  }
}
