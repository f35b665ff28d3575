// Batches for the transform function: one lane per shard, each with one invocation at a time, as Firehose has it.
import type { Clock } from '../clock.js';
import type { DeliveryRecord } from './delivery-record.js';

interface Lane {
  records: DeliveryRecord[];
  bytes: number;
  openedMs: number;
  /** End of the lane's work so far. */
  last: Promise<void>;
}

export interface TransformLanesOptions {
  readonly bufferBytes: number;
  readonly bufferMs: number;
  readonly clock: Clock;
  /** Takes one batch of one shard. */
  readonly transform: (records: readonly DeliveryRecord[]) => Promise<void>;
}

export class TransformLanes {
  readonly #options: TransformLanesOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: TransformLanesOptions) {
    this.#options = options;
  }

  /** Arrival of the oldest record that waits for its batch. */
  oldestArrivalMs(): number | undefined {
    const arrivals = [...this.#lanes.values()].flatMap(({ records }) => (records[0] ? [records[0].arrivalMs] : []));
    return arrivals.length === 0 ? undefined : Math.min(...arrivals);
  }

  /** Adds records of one shard; resolves when the batches that they fill have been transformed. */
  async add(records: readonly DeliveryRecord[]): Promise<void> {
    for (const record of records) {
      const lane = this.#laneOf(record.shardId);
      if (lane.bytes + record.data.length > this.#options.bufferBytes) await this.#transform(lane);
      if (lane.records.length === 0) lane.openedMs = this.#options.clock.nowMs();
      lane.records.push(record);
      lane.bytes += record.data.length;
      if (lane.bytes >= this.#options.bufferBytes) await this.#transform(lane);
    }
  }

  /** Transforms what has waited long enough. */
  async transformDue(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    const due = [...this.#lanes.values()].filter(
      ({ records, openedMs }) => records.length > 0 && nowMs - openedMs >= this.#options.bufferMs,
    );
    await Promise.all(due.map((lane) => this.#transform(lane)));
  }

  /** Transforms everything, and waits for what is under way. */
  async transformAll(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => this.#transform(lane)));
  }

  #transform(lane: Lane): Promise<void> {
    const { records } = lane;
    lane.records = [];
    lane.bytes = 0;
    if (records.length > 0) lane.last = lane.last.then(() => this.#options.transform(records));
    return lane.last;
  }

  #laneOf(shardId: string): Lane {
    const known = this.#lanes.get(shardId);
    if (known) return known;
    const lane: Lane = { records: [], bytes: 0, openedMs: 0, last: Promise.resolve() };
    this.#lanes.set(shardId, lane);
    return lane;
  }
}
