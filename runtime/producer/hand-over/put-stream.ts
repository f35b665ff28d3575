// A Node stream that ends in a producer.
import { Writable } from 'node:stream';
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import type { PutAllOptions, PutOutcome } from '../producer.js';
import type { Offer } from './put-all.js';

/** Records that may lie in the stream itself before it tells its source to wait. */
const HIGH_WATER_MARK = 16;

export function putStream(offer: Offer, flush: () => Promise<void>, { onOutcome, signal }: PutAllOptions): Writable {
  const put = async (record: UserRecord) => {
    const settle = (outcome: PutOutcome) => {
      try {
        onOutcome?.(record, outcome);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
    for (let wait = offer(record, settle); wait; wait = offer(record, settle)) await wait;
  };
  const stream = new Writable({
    objectMode: true,
    highWaterMark: HIGH_WATER_MARK,
    ...(signal ? { signal } : {}),
    write(record: UserRecord | string | Uint8Array, _encoding, done) {
      // A file or a socket that is piped in directly: nobody would learn that each of its chunks is refused.
      if (typeof record === 'string' || record instanceof Uint8Array) {
        const got = typeof record === 'string' ? 'text' : 'bytes';
        done(new TypeError(`'chunk' must be a record of partitionKey and data, got ${got}; make records of it first`));
        return;
      }
      put(record).then(() => done(), done);
    },
    final(done) {
      flush().then(() => done(), done);
    },
  });
  return stream;
}
