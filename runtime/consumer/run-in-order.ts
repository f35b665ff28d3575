// One record after the other.
import { type BatchRun, isThenable } from './batch-run.js';

export async function runInOrder(run: BatchRun): Promise<void> {
  for (let meta = run.next(); meta; meta = run.next()) {
    try {
      const effect = run.handle(meta);
      // An effect that is there at once costs no promise.
      if (isThenable(effect)) await effect;
      run.done(meta);
    } catch (error) {
      run.fail(meta, error);
      if (run.mustStore) await run.store();
    }
  }
}
