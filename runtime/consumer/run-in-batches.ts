// Records by the batch: decoded and checked one by one, what is unusable set aside first, the rest handed over together.
import { type BatchRun, DUPLICATE, isThenable } from './batch-run.js';
import { type ConsumedRecord, StoppedAt } from './consumer-options.js';
import type { MarkKeeper, OfferedMark } from './mark-keeper.js';
import type { UserRecordMeta } from './record-meta.js';

/** A record that was decoded. */
interface Ready extends ConsumedRecord<unknown> {
  readonly meta: UserRecordMeta;
}

export async function runInBatches(run: BatchRun, keeper: MarkKeeper): Promise<void> {
  const { maxBatchRecords } = run.settings;
  for (let goOn = true; goOn; ) {
    const batch: Ready[] = [];
    goOn = false;
    for (let meta = run.next(); meta; meta = run.next()) {
      const ready = await take(run, meta);
      if (ready) batch.push(ready);
      if (run.mustStore) await run.store();
      if (batch.length >= maxBatchRecords) {
        goOn = true;
        break;
      }
    }
    await run.store();
    const usable = cut(run, batch);
    for (const { meta } of batch.slice(usable.length)) run.progress.open.add(meta.ordinal);
    if (usable.length > 0) await hand(run, keeper, usable);
    if (run.stopped) goOn = false;
  }
}

async function take(run: BatchRun, meta: UserRecordMeta): Promise<Ready | undefined> {
  try {
    const decoded = run.decode(meta);
    const value = isThenable(decoded) ? await decoded : decoded;
    if (value !== DUPLICATE) return { value, meta };
    run.duplicates += 1;
  } catch (error) {
    run.fail(meta, error);
  }
  return undefined;
}

/** Hands records over; halves them while the error is permanent, until one record has it. */
async function hand(run: BatchRun, keeper: MarkKeeper, batch: readonly Ready[]): Promise<void> {
  const mark = keeper.offer(run, batch);
  const context = { shardId: run.shardId, signal: run.signal, markThrough: mark.markThrough };
  try {
    await run.settings.handleBatch!(batch, context);
    mark.settle(batch.length);
    for (const { meta } of batch) run.done(meta);
  } catch (error) {
    if (error instanceof StoppedAt) stopAt(run, mark, batch, error);
    else if (!run.isPermanent(error) && !isExhausted(run, batch)) stopAt(run, mark, batch, new StoppedAt(0, error));
    else if (batch.length === 1) {
      run.fail(batch[0]!.meta, error);
      await run.store();
    } else {
      const middle = batch.length >> 1;
      await hand(run, keeper, batch.slice(0, middle));
      if (run.stopped) keepOpen(run, batch.slice(middle));
      else await hand(run, keeper, batch.slice(middle));
    }
  }
}

/** Ends the invocation with the records before an index in effect. */
function stopAt(run: BatchRun, mark: OfferedMark, batch: readonly Ready[], { index, cause }: StoppedAt): void {
  let inEffect = Math.min(index, batch.length);
  try {
    mark.settle(inEffect);
  } catch (error) {
    inEffect = 0;
    run.stop(error);
  }
  for (const { meta } of batch.slice(0, inEffect)) run.done(meta);
  keepOpen(run, batch.slice(inEffect));
  run.stop(cause);
}

function keepOpen(run: BatchRun, batch: readonly Ready[]): void {
  for (const { meta } of batch) run.progress.open.add(meta.ordinal);
}

/** A batch that begins with a record which has failed too often is halved until that one is found. */
function isExhausted({ settings, signal }: BatchRun, [first]: readonly Ready[]): boolean {
  return settings.maxAttempts !== undefined && !signal.aborted && (first!.meta.attempt ?? 1) >= settings.maxAttempts;
}

/** What may take effect: what could not be stored is open, and with it everything behind the first of it. */
function cut({ progress, settings, stopped, outOfTime }: BatchRun, batch: readonly Ready[]): readonly Ready[] {
  if (!stopped && !outOfTime) return batch;
  const first = Math.min(...progress.open);
  const before = batch.filter(({ meta }) => meta.ordinal < first);
  if (!settings.wholeRecords) return before;
  const again = progress.redeliverFrom();
  return before.filter(({ meta }) => meta.sequenceNumber !== again);
}
