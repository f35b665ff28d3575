// What has been taken and not settled yet: how much it is, who waits for room, and who waits for it to settle.
import type { PendingRecord } from './record-queue.js';

export interface Marks {
  readonly maxBufferedRecords: number;
  readonly maxBufferedBytes: number;
}

interface Waiter {
  readonly hasRoom: () => boolean;
  readonly resolve: () => void;
}

interface Flush {
  readonly generation: number;
  readonly resolve: () => void;
}

export class Ledger {
  records = 0;
  bytes = 0;
  readonly #marks: Marks;
  /** Records not settled, by the number of flushes that had begun before them. */
  readonly #open = new Map<number, number>();
  #generation = 0;
  #waiters: Waiter[] = [];
  #flushes: Flush[] = [];
  #isLooking = false;

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /** Flushes that have begun. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether somebody waits for everything to settle. */
  get isFlushing(): boolean {
    return this.#flushes.length > 0;
  }

  /** Whether a record of `bytes` would pass a mark; one alone never does. */
  isFull(bytes = 0): boolean {
    const { maxBufferedRecords, maxBufferedBytes } = this.#marks;
    return this.records >= maxBufferedRecords || (this.records > 0 && this.bytes + bytes > maxBufferedBytes);
  }

  /**
   * Whether a shard that holds `records` and `bytes` has its share: as much as is free. So one busy shard leaves half of
   * the buffers to the others, two of them a third, and so on.
   */
  hasShare(records: number, bytes: number): boolean {
    const { maxBufferedRecords, maxBufferedBytes } = this.#marks;
    return records >= maxBufferedRecords - this.records || bytes >= maxBufferedBytes - this.bytes;
  }

  /** Takes a record of `bytes`; returns its generation. */
  open(bytes: number): number {
    this.records += 1;
    this.bytes += bytes;
    this.#open.set(this.#generation, (this.#open.get(this.#generation) ?? 0) + 1);
    return this.#generation;
  }

  close({ bytes, generation }: PendingRecord): void {
    this.records -= 1;
    this.bytes -= bytes;
    const left = this.#open.get(generation)! - 1;
    if (left > 0) this.#open.set(generation, left);
    else this.#open.delete(generation);
    this.#look();
  }

  /** Resolves when every record taken before has settled. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushes.push({ generation: this.#generation, resolve });
      this.#generation += 1;
      this.#look();
    });
  }

  /** Resolves once `hasRoom`; rejects with the reason of the first of `signals` that is aborted. */
  room(hasRoom: () => boolean, signals: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = () => signals.find((signal) => signal.aborted);
      const early = aborted();
      if (early) return reject(early.reason);
      const forget = () => {
        for (const signal of signals) signal.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        forget();
        reject(aborted()?.reason);
      };
      const waiter: Waiter = {
        hasRoom,
        resolve: () => {
          forget();
          resolve();
        },
      };
      for (const signal of signals) signal.addEventListener('abort', onAbort);
      this.#waiters.push(waiter);
      this.#look();
    });
  }

  /** Looks, once for all that settles together, whom it lets go on. */
  #look(): void {
    if (this.#isLooking || (this.#waiters.length === 0 && this.#flushes.length === 0)) return;
    this.#isLooking = true;
    queueMicrotask(() => {
      this.#isLooking = false;
      const waiting = this.#waiters;
      this.#waiters = [];
      for (const waiter of waiting) {
        if (waiter.hasRoom()) waiter.resolve();
        else this.#waiters.push(waiter);
      }
      const oldest = Math.min(...this.#open.keys());
      for (const flush of this.#flushes) if (flush.generation < oldest) flush.resolve();
      this.#flushes = this.#flushes.filter(({ generation }) => generation >= oldest);
    });
  }
}
