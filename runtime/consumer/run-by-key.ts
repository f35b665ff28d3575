// Many partition keys at a time, the records of each one after the other.
import { type BatchRun, isThenable } from './batch-run.js';
import { RANGES_MAX } from './mark.js';
import type { UserRecordMeta } from './record-meta.js';

export async function runByKey(run: BatchRun): Promise<void> {
  const { open } = run.progress;
  /** Records that wait for the one of their key that is under way. */
  const waiting = new Map<string, UserRecordMeta[]>();
  let wake: (() => void) | undefined;
  const someEnd = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  /** Works on a key until one of its effects has to be awaited; tells whether that is so. */
  const work = (first: UserRecordMeta): boolean => {
    for (let meta: UserRecordMeta | undefined = first; meta; meta = nextOf(meta.partitionKey)) {
      const current = meta;
      try {
        const effect = run.handle(current);
        if (isThenable(effect)) {
          effect.then(
            () => settle(current, undefined),
            (error) => settle(current, { error }),
          );
          return true;
        }
        run.done(current);
      } catch (error) {
        if (!run.fail(current, error)) break;
      }
    }
    waiting.delete(first.partitionKey);
    return false;
  };
  const nextOf = (key: string) => (run.stopped || run.outOfTime ? undefined : waiting.get(key)?.shift());
  const settle = (meta: UserRecordMeta, failure: { readonly error: unknown } | undefined) => {
    if (failure) run.fail(meta, failure.error);
    else run.done(meta);
    const next = nextOf(meta.partitionKey);
    if (next) work(next);
    else waiting.delete(meta.partitionKey);
    wake?.();
  };

  for (let meta = run.next(); meta; meta = run.next()) {
    open.add(meta.ordinal);
    const ahead = waiting.get(meta.partitionKey);
    if (ahead) ahead.push(meta);
    else {
      waiting.set(meta.partitionKey, []);
      work(meta);
    }
    // So many at a time, and no more ranges than a mark holds.
    while (!run.stopped && (waiting.size >= run.settings.concurrency || open.size >= RANGES_MAX)) {
      if (run.mustStore || waiting.size === 0) await run.store();
      else await someEnd();
    }
  }
  while (waiting.size > 0) await someEnd();
}
