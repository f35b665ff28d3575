// Keeps elsewhere what could not be put. A record counts as spilled when the sink has it, and until then in the buffers.
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import { errorName } from '../../telemetry/error-name.js';

/** A record that could not be put, and why. */
export interface SpilledRecord {
  readonly record: UserRecord;
  /** When it was handed to the producer, epoch milliseconds. */
  readonly putAtMs: number;
  readonly errorCode: string;
  readonly message: string;
  /** Times it was sent; more than none may mean that the stream has it. */
  readonly attempts: number;
}

/** Where records go that could not be put. */
export interface SpillSink {
  /** Keeps `records`; rejects when it cannot, and they settle as failed. Never called while it is at work. */
  spill(records: readonly SpilledRecord[]): Promise<void>;

  /** Most records that are handed over at a time. @default 10000 */
  readonly maxRecords?: number;

  /** Longest time that records wait for others before they are handed over, in milliseconds. @default 0 */
  readonly waitMs?: number;
}

export interface SpillerPorts {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Told after each time, with the name of what went wrong if something did. */
  onSpilled(records: readonly SpilledRecord[], failure: string | undefined): void;
}

interface Waiting extends SpilledRecord {
  readonly settle: (failure: string | undefined) => void;
}

export class Spiller {
  readonly #sink: SpillSink;
  readonly #ports: SpillerPorts;
  readonly #waiting: Waiting[] = [];
  #isWorking = false;
  #isHurried = false;
  #wait: AbortController | undefined;

  constructor(sink: SpillSink, ports: SpillerPorts) {
    this.#sink = sink;
    this.#ports = ports;
  }

  /** Hands a record over; `settle` learns whether it was kept, or what went wrong. */
  add(record: SpilledRecord, settle: (failure: string | undefined) => void): void {
    this.#waiting.push({ ...record, settle });
    if (!this.#isWorking) void this.#work();
    else if (this.#waiting.length >= this.#mostRecords) this.hurry();
  }

  /** Hands over at once what is there. */
  hurry(): void {
    this.#isHurried = this.#waiting.length > 0;
    this.#wait?.abort();
  }

  get #mostRecords(): number {
    return Math.max(1, this.#sink.maxRecords ?? 10_000);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    // What fails together is spilled together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const { waitMs = 0 } = this.#sink;
      if (waitMs > 0 && !this.#isHurried && this.#waiting.length < this.#mostRecords) {
        this.#wait = new AbortController();
        await this.#ports.sleep(waitMs, this.#wait.signal).catch(() => undefined);
        this.#wait = undefined;
      }
      this.#isHurried = false;
      const batch = this.#waiting.splice(0, this.#mostRecords);
      const failure = await this.#spill(batch);
      this.#ports.onSpilled(batch, failure && errorName(failure.error));
      const told = failure && describe(failure.error);
      for (const { settle } of batch) settle(told);
    }
    this.#isWorking = false;
  }

  async #spill(batch: readonly Waiting[]): Promise<{ readonly error: unknown } | undefined> {
    try {
      await this.#sink.spill(batch.map(({ settle: _settle, ...record }) => record));
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error && error.message !== '' ? `${errorName(error)}: ${error.message}` : errorName(error);
}
