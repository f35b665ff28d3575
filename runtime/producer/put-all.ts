// Puts a whole sequence, reading no faster than there is room.
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { Producer, PutAllOptions, PutOutcome, PutSummary } from './producer.js';

export async function putAll(
  producer: Pick<Producer, 'ready'>,
  put: (record: UserRecord) => Promise<PutOutcome>,
  records: Iterable<UserRecord> | AsyncIterable<UserRecord>,
  { onOutcome, signal }: PutAllOptions,
): Promise<PutSummary> {
  const summary = { put: 0, spilled: 0, failed: 0 };
  let open = 0;
  let onDone: (() => void) | undefined;
  const hand = (record: UserRecord) => {
    open += 1;
    void put(record).then((outcome) => {
      summary[outcome.kind] += 1;
      try {
        onOutcome?.(record, outcome);
      } finally {
        open -= 1;
        if (open === 0) onDone?.();
      }
    });
  };
  try {
    for await (const record of records) {
      if (signal?.aborted) break;
      await producer.ready(signal, record);
      hand(record);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  if (open > 0) {
    await new Promise<void>((resolve) => {
      onDone = resolve;
    });
  }
  return summary;
}
