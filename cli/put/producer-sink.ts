// The command's sink: the platform's producer, fed with batches, a few calls at a time.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { PUT_RECORDS_MAX_BYTES, PUT_RECORDS_MAX_RECORDS } from '../../core/limits.js';
import { recordBytes } from '../../core/records/record-size.js';
import { createProducer } from '../../runtime/producer/index.js';
import type { AwsTarget } from './aws-target.js';
import type { Delivery, RecordSink } from './record-sink.js';

const LINGER_MS = 20;
const MAX_BATCH_BYTES = PUT_RECORDS_MAX_BYTES / 2;

export function producerSink(streamName: string, target: AwsTarget, maxRecordBytes: number): RecordSink {
  const producer = createProducer({ streamName, ...target, maxRecordBytes });
  let batch: { entry: PutEntry; settle: (delivery: Delivery) => void }[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let sent: Promise<void> = Promise.resolve();

  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    const sending = batch;
    batch = [];
    bytes = 0;
    if (sending.length === 0) return;
    sent = sent.then(async () => {
      const outcomes = await producer.put(sending.map(({ entry }) => entry));
      outcomes.forEach((outcome, at) => {
        sending[at]!.settle(outcome.kind === 'put' ? { kind: 'put' } : outcome);
      });
    });
  };
  return {
    put: (entry) =>
      new Promise((settle) => {
        batch.push({ entry, settle });
        bytes += recordBytes(entry.data, entry.partitionKey);
        if (batch.length >= PUT_RECORDS_MAX_RECORDS || bytes >= MAX_BATCH_BYTES) send();
        else timer ??= setTimeout(send, LINGER_MS);
      }),
    ready: async () => {
      if (timer === undefined) await sent;
    },
    flush: () => {
      send();
      return sent;
    },
    close: async () => {
      send();
      await sent;
      producer.close();
    },
  };
}
