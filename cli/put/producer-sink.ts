// The command's sink: the platform's producer, and what people are told when the stream takes nothing. What it could not
// put is the command's own to keep.
import { type Aggregation, createProducer } from '../../runtime/producer/index.js';
import type { AwsTarget } from './aws-target.js';
import type { RecordSink } from './record-sink.js';

/** Rows come one right after the other, or from somebody who waits for them to arrive. */
const LINGER_MS = 20;

/** What one shard takes in less time than a stop gives it. */
const MAX_BUFFERED_RECORDS = 8_000;
const MAX_BUFFERED_BYTES = 8 * 1_024 * 1_024;

/** A shard that is asked for too much is no trouble: the producer slows down. */
const BUSY = /Throughput|Throttl|LimitExceeded/;

export interface ProducerSinkOptions {
  readonly streamName: string;
  readonly target: AwsTarget;
  readonly maxRecordBytes: number;
  readonly aggregation: Aggregation;
  /** Time without any record accepted after which everything under way is given up; for ever when undefined. */
  readonly patienceMs: number | undefined;
  /** Writes a line for people. */
  readonly tell: (line: string) => void;
}

export function producerSink(options: ProducerSinkOptions): RecordSink {
  const { streamName, target, maxRecordBytes, aggregation, patienceMs, tell } = options;
  let trouble: string | undefined;
  let gaveUp = false;
  let pending = 0;
  let acceptedAtMs = performance.now();
  const producer = createProducer({
    ...{ streamName, ...target, maxRecordBytes, aggregation, lingerMs: LINGER_MS },
    // Many rows in a record count as one with the shard, and need to be there to be packed.
    ...(aggregation === 'off' && { maxBufferedRecords: MAX_BUFFERED_RECORDS }),
    maxBufferedBytes: MAX_BUFFERED_BYTES,
    // A row of a file is as good tomorrow as today, and stands in the order of the file.
    ...{ recordTtlMs: Number.POSITIVE_INFINITY, order: 'per-key' },
    onEvent(event) {
      if (event.type !== 'retried' || BUSY.test(event.errorCode)) return;
      if (trouble === undefined) tell(`the stream takes nothing, trying on: ${event.errorCode}`);
      trouble = event.errorCode;
    },
  });
  const abandon = () => producer.flush({ signal: AbortSignal.abort() });
  const watch = setInterval(() => {
    if (pending === 0 || patienceMs === undefined || performance.now() - acceptedAtMs < patienceMs) return;
    gaveUp = true;
    void abandon();
  }, 250);
  const accepted = () => {
    acceptedAtMs = performance.now();
    if (trouble !== undefined) tell('the stream takes records again');
    trouble = undefined;
  };
  return {
    async put(record) {
      if (pending === 0) acceptedAtMs = performance.now();
      pending += 1;
      const outcome = await producer.put(record);
      pending -= 1;
      if (outcome.kind === 'put') {
        accepted();
        return { kind: 'put' };
      }
      const { errorCode, message, attempts } = outcome;
      if (!gaveUp || errorCode !== 'Aborted') return { kind: 'failed', errorCode, message, attempts };
      const stalled = `no record was accepted for ${patienceMs! / 1_000} s${trouble ? ` (${trouble})` : ''}`;
      return { kind: 'failed', errorCode: 'Stalled', message: stalled, attempts };
    },
    ready: (signal, record) => producer.ready(signal, record),
    flush: (signal) => producer.flush({ signal }),
    close: async () => {
      clearInterval(watch);
      await producer.close();
    },
  };
}
