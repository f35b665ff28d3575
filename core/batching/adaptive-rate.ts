// How fast one shard is put to: two streams of tokens, and a share of them that learns what the shard has left for us.
import { SHARD_WRITE_BYTES_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND } from '../limits.js';

/** Tokens that may be saved up: what was not used in this time is gone, so no second takes much more than the limit. */
const BURST_SECONDS = 0.25;

/** After a throttle the share shrinks to this much of itself; without any it grows by `GROWTH_PER_SECOND`. */
const SHRINK = 0.75;
const GROWTH_PER_SECOND = 0.1;
const LEAST_SHARE = 0.02;

export interface RateLimits {
  readonly recordsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** What AWS documents for one shard. */
export const DOCUMENTED_RATE: RateLimits = {
  recordsPerSecond: SHARD_WRITE_RECORDS_PER_SECOND,
  bytesPerSecond: SHARD_WRITE_BYTES_PER_SECOND,
};

/**
 * Rate of one shard, by additive increase and multiplicative decrease.
 *
 * Alone on a shard it settles at the limits. Among other producers each of them backs off when the shard throttles and
 * comes back slowly, so that they come to share it; a throttled record costs the shard nothing but costs the sender a retry.
 */
export class AdaptiveRate {
  readonly #limits: RateLimits;
  #share = 1;
  #records: number;
  #bytes: number;
  #atMs: number;
  #shrunkAtMs = Number.NEGATIVE_INFINITY;

  constructor(limits: RateLimits, nowMs: number) {
    this.#limits = limits;
    this.#records = limits.recordsPerSecond * BURST_SECONDS;
    this.#bytes = limits.bytesPerSecond * BURST_SECONDS;
    this.#atMs = nowMs;
  }

  /** Part of the limits that is used now, from above 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /**
   * Milliseconds until a record of `bytes` may go; 0 is now. One that is larger than what can be saved up goes when all
   * is saved up, and is paid off afterwards.
   */
  waitMs(bytes: number, nowMs: number): number {
    this.#refill(nowMs);
    const { recordsPerSecond, bytesPerSecond } = this.#limits;
    if (recordsPerSecond === Number.POSITIVE_INFINITY) return 0;
    const missingRecords = Math.min(1, recordsPerSecond * this.#share * BURST_SECONDS) - this.#records;
    const missingBytes = Math.min(bytes, bytesPerSecond * this.#share * BURST_SECONDS) - this.#bytes;
    const seconds = Math.max(missingRecords / recordsPerSecond, missingBytes / bytesPerSecond) / this.#share;
    return seconds > 1e-9 ? Math.ceil(seconds * 1_000) : 0;
  }

  /** Books a record that goes now. */
  spend(bytes: number): void {
    this.#records -= 1;
    this.#bytes -= bytes;
  }

  /** The shard refused something that was sent at `sentAtMs`: what was sent before the last decrease tells nothing new. */
  throttled(sentAtMs: number, nowMs: number): boolean {
    if (sentAtMs < this.#shrunkAtMs) return false;
    this.#refill(nowMs);
    this.#share = Math.max(LEAST_SHARE, this.#share * SHRINK);
    this.#shrunkAtMs = nowMs;
    return true;
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    const seconds = (nowMs - this.#atMs) / 1_000;
    this.#atMs = nowMs;
    this.#share = Math.min(1, this.#share + seconds * GROWTH_PER_SECOND);
    const { recordsPerSecond, bytesPerSecond } = this.#limits;
    const records = recordsPerSecond * this.#share;
    const bytes = bytesPerSecond * this.#share;
    this.#records = Math.min(records * BURST_SECONDS, this.#records + records * seconds);
    this.#bytes = Math.min(bytes * BURST_SECONDS, this.#bytes + bytes * seconds);
  }
}
