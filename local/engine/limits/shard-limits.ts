// The limits of one shard: 1 MiB and 1,000 records a second in, 2 MiB and 5 calls a second out.
import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_READ_CALLS_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../../core/limits.js';
import { TokenBucket } from './token-bucket.js';

/** Write and read limits of one shard, in lab time. */
export class ShardLimits {
  readonly #writeBytes: TokenBucket;
  readonly #writeRecords: TokenBucket;
  readonly #readBytes: TokenBucket;
  readonly #readCalls: TokenBucket;

  constructor(nowMs: number) {
    this.#writeBytes = new TokenBucket(SHARD_WRITE_BYTES_PER_SECOND, nowMs);
    this.#writeRecords = new TokenBucket(SHARD_WRITE_RECORDS_PER_SECOND, nowMs);
    this.#readBytes = new TokenBucket(SHARD_READ_BYTES_PER_SECOND, nowMs);
    this.#readCalls = new TokenBucket(SHARD_READ_CALLS_PER_SECOND, nowMs);
  }

  /** Takes one record of `bytes`, data and key; false when the shard has no room for it now. */
  admitWrite(bytes: number, nowMs: number): boolean {
    if (this.#writeRecords.available(nowMs) < 1 || !this.#writeBytes.allows(bytes, nowMs)) return false;
    this.#writeRecords.spend(1);
    this.#writeBytes.spend(bytes);
    return true;
  }

  /** Takes one GetRecords call; false when the calls or the bytes of this second are used up. */
  admitRead(nowMs: number): boolean {
    if (this.#readCalls.available(nowMs) < 1 || this.#readBytes.available(nowMs) <= 0) return false;
    this.#readCalls.spend(1);
    return true;
  }

  /** Books what the call returned. More than one second's worth blocks the shard for as long as it should have taken. */
  countRead(bytes: number): void {
    if (bytes > SHARD_READ_BYTES_PER_SECOND) this.#readBytes.owe(bytes);
    else this.#readBytes.spend(bytes);
  }
}
