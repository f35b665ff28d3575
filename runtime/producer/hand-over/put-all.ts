// Puts a whole sequence, reading no faster than there is room.
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import type { PutAllOptions, PutOutcome, PutSummary } from '../producer.js';

/** Takes a record, or returns what to wait for before it is offered again. */
export type Offer = (record: UserRecord, settle: (outcome: PutOutcome) => void) => Promise<void> | undefined;

/** Records taken in a row before calls and replies have their turn. */
const IN_A_ROW = 256;

export async function putAll(
  offer: Offer,
  records: Iterable<UserRecord> | AsyncIterable<UserRecord>,
  { onOutcome, signal }: PutAllOptions,
): Promise<PutSummary> {
  const summary = { put: 0, spilled: 0, failed: 0 };
  let open = 0;
  let broken: { readonly error: unknown } | undefined;
  let onDone: (() => void) | undefined;
  const take = async (record: UserRecord, wait: Promise<void>, settle: (outcome: PutOutcome) => void) => {
    for (let next: Promise<void> | undefined = wait; next; next = offer(record, settle)) await next;
  };
  const hand = (record: UserRecord): Promise<void> | undefined => {
    open += 1;
    const settle = (outcome: PutOutcome) => {
      summary[outcome.kind] += 1;
      open -= 1;
      try {
        onOutcome?.(record, outcome);
      } catch (error) {
        // The other records go on; whoever has asked for the sequence learns of it at the end.
        broken ??= { error };
      }
      if (open === 0) onDone?.();
    };
    const wait = offer(record, settle);
    return (
      wait &&
      take(record, wait, settle).catch((error) => {
        open -= 1;
        throw error;
      })
    );
  };
  try {
    if (Symbol.iterator in records) {
      let inARow = 0;
      for (const record of records) {
        if (signal?.aborted) break;
        const wait = hand(record);
        inARow = wait ? 0 : inARow + 1;
        if (wait) await wait;
        else if (inARow % IN_A_ROW === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } else {
      const source = signal ? untilAborted(records, signal) : records;
      for await (const record of source) await hand(record);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  if (open > 0) {
    await new Promise<void>((resolve) => {
      onDone = resolve;
    });
  }
  if (broken) throw broken.error;
  return summary;
}

/** A source may be silent for as long as it likes: the signal is not kept waiting by it. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  if (signal.aborted) return;
  const iterator = source[Symbol.asyncIterator]();
  let stop: (() => void) | undefined;
  const onAbort = () => stop?.();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      // Not a race with one promise for all of them, which would remember every record until the end.
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done || signal.aborted) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // It may still be waiting: nobody waits for that.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
