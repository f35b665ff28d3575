// The command's sink: the platform's producer. What it could not put is the command's own to keep.
import { createProducer } from '../../runtime/producer/index.js';
import type { AwsTarget } from './aws-target.js';
import type { RecordSink } from './record-sink.js';

/** Rows come one right after the other, or from somebody who waits for them to arrive. */
const LINGER_MS = 20;

export function producerSink(streamName: string, target: AwsTarget, maxRecordBytes: number): RecordSink {
  const producer = createProducer({ streamName, ...target, maxRecordBytes, lingerMs: LINGER_MS });
  return {
    async put(record) {
      const outcome = await producer.put(record);
      return outcome.kind === 'put' ? { kind: 'put' } : { ...outcome, kind: 'failed' };
    },
    ready: (signal) => producer.ready(signal),
    flush: () => producer.flush(),
    close: () => producer.close(),
  };
}
