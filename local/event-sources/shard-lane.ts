// One line of batches of a shard. A mapping has as many per shard as its parallelization factor; records of the same
// partition key take the same one, which keeps their order.
import type { Clock } from '../clock.js';
import type { BatchDelivery } from './batch-delivery.js';
import { Bell } from './bell.js';
import { type BatchSettings, planBatch } from './plan-batch.js';
import type { StreamRecord } from './stream-record.js';
import { type TumblingWindow, windowOf } from './tumbling-window.js';

/** A push takes a moment: windows of a shard that is pushed stay open that much longer. */
const PUSH_GRACE_MS = 2_000;

export interface ShardLaneOptions {
  readonly settings: BatchSettings;
  readonly delivery: BatchDelivery;
  readonly window: TumblingWindow | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether an open window waits for the next run of the lab, rather than end with this one. */
  readonly keepsWindow: boolean;
  /** Called when records have left the lane. */
  readonly onRoom: () => void;
}

export class ShardLane {
  readonly #options: ShardLaneOptions;
  readonly #changed = new Bell();
  readonly #records: StreamRecord[] = [];
  #caughtUpMs = 0;
  #ended = false;

  constructor(options: ShardLaneOptions) {
    this.#options = options;
  }

  /** Records that wait for a batch. */
  get waiting(): number {
    return this.#records.length;
  }

  push(record: StreamRecord): void {
    this.#records.push(record);
  }

  /** Says how far the shard has been read, after the records that were pushed. */
  readUpTo(caughtUpMs: number, ended: boolean): void {
    this.#caughtUpMs = caughtUpMs;
    this.#ended = ended;
    this.#changed.ring();
  }

  /** Delivers until the shard has ended or the lab stops, which ends an open window early unless it is kept. */
  async run(): Promise<void> {
    const { clock, delivery, keepsWindow, settings, signal, window } = this.#options;
    while (!signal.aborted) {
      const plan = planBatch(this.#view(), settings, clock.nowMs());
      if (plan.kind === 'end') return;
      if (plan.kind === 'wait') await this.#changed.waitUntil(plan.untilMs, clock, signal);
      if (plan.kind === 'close-window') await delivery.closeWindow({ early: false, goesOn: false });
      if (plan.kind === 'invoke') await this.#deliver(plan.count);
    }
    if (window?.bounds && !keepsWindow) await delivery.closeWindow({ early: true, goesOn: false });
  }

  #view() {
    const { clock, window } = this.#options;
    const live = this.#caughtUpMs === Number.POSITIVE_INFINITY;
    return {
      records: this.#records,
      window: window?.bounds,
      stateBytes: window?.stateBytes ?? 0,
      ended: this.#ended,
      caughtUpMs: live ? clock.nowMs() - PUSH_GRACE_MS : this.#caughtUpMs,
      graceMs: live ? PUSH_GRACE_MS : 0,
    };
  }

  async #deliver(count: number): Promise<void> {
    const { delivery, onRoom, settings, window } = this.#options;
    const batch = this.#records.splice(0, count);
    onRoom();
    const [first] = batch;
    if (window && !window.bounds && first) window.open(windowOf(first.arrivalMs, settings.tumblingWindowMs));
    await delivery.deliver(batch);
  }
}
