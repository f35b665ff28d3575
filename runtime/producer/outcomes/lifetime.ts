// When a record's time is up: by its age, by a flush that was cut short, or by the signal of its own sequence.
import type { PendingRecord } from '../buffering/record-queue.js';
import type { GivenUp } from './settler.js';

export const EXPIRED: GivenUp = {
  errorCode: 'Expired',
  message: "put record failed: older than 'recordTtlMs' before it was accepted",
  isTimeUp: true,
};
export const ABORTED: GivenUp = {
  errorCode: 'Aborted',
  message: 'put record failed: aborted before it was accepted',
  isTimeUp: true,
};

export class Lifetime {
  readonly #ttlMs: number;
  /** Records of flushes up to this one are given up. */
  #abortedGeneration = -1;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** Ends the time of records put before a flush. */
  abort(generation: number): void {
    this.#abortedGeneration = Math.max(this.#abortedGeneration, generation);
  }

  isAborted({ generation, signal }: PendingRecord): boolean {
    return generation <= this.#abortedGeneration || signal?.aborted === true;
  }

  isExpired({ putAtMs }: PendingRecord, nowMs: number): boolean {
    return nowMs - putAtMs >= this.#ttlMs;
  }
}
