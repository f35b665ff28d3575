// A consumer that notes what takes effect, and batches for it.
import {
  type ConsumerOptions,
  createConsumer,
  type KinesisBatch,
  type RecordMeta,
} from '../../runtime/consumer/index.js';
import { aPlain, type InnerRecord } from './aggregated-records.js';
import { keptFailures } from './kept-failures.js';
import { sequenceNumber } from './kinesis-batch.js';
import { recordedTelemetry } from './recorded-telemetry.js';

/** A consumer that notes what takes effect. */
export function aConsumer(options: Partial<ConsumerOptions> = {}) {
  const seen: unknown[] = [];
  const metas: RecordMeta[] = [];
  const { put, failures, objects } = keptFailures();
  const telemetry = recordedTelemetry<never>();
  const consumer = createConsumer({
    functionName: 'f',
    failureStore: put,
    telemetry,
    ...(options.handleBatch
      ? {}
      : {
          handle: (record: unknown, meta: RecordMeta) => {
            seen.push(record);
            metas.push(meta);
          },
        }),
    ...options,
  } as ConsumerOptions);
  return { consumer, seen, metas, failures, objects, telemetry };
}

export const numbered = (n: number, key = 'k'): InnerRecord => ({ key, text: String(n) });
export const plainBatch = (texts: readonly string[], key = 'k'): KinesisBatch => ({
  Records: texts.map((text, i) => aPlain(i + 1, { key, text })),
});
export const failedAt = (position: number) => ({ batchItemFailures: [{ itemIdentifier: sequenceNumber(position) }] });
export const ALL_DONE = { batchItemFailures: [] };
export const down = async () => {
  throw Object.assign(new Error('down'), { name: 'ThrottlingException' });
};
