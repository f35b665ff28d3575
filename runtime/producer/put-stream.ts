// A Node stream that ends in a producer.
import { Writable } from 'node:stream';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { Producer, PutAllOptions } from './producer.js';

/** Records that may lie in the stream itself before it tells its source to wait. */
const HIGH_WATER_MARK = 16;

export function putStream(producer: Producer, { onOutcome, signal }: PutAllOptions): Writable {
  let open = 0;
  let onDone: (() => void) | undefined;
  const put = (record: UserRecord) => {
    open += 1;
    void producer.put(record).then((outcome) => {
      onOutcome?.(record, outcome);
      open -= 1;
      if (open === 0) onDone?.();
    });
  };
  return new Writable({
    objectMode: true,
    highWaterMark: HIGH_WATER_MARK,
    ...(signal ? { signal } : {}),
    write(record: UserRecord, _encoding, done) {
      producer.ready(signal, record).then(() => {
        put(record);
        done();
      }, done);
    },
    final(done) {
      if (open === 0) return done();
      onDone = done;
      void producer.flush();
    },
  });
}
