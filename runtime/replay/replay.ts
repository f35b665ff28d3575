// A replay from beginning to end, or to where it is stopped: the shards side by side, parents before their children.
import { planReplay, type ShardProgress } from './plan-replay.js';
import type { FailedDelivery, ReplayReader, ReplayTarget, ReplayTimer, SaveProgress } from './ports.js';
import { addTotals, type ReplayProgress } from './progress.js';
import { turnsAt } from './rate.js';
import { PAGE_RECORDS } from './read-pace.js';
import { type ReplayedBatch, replayShard } from './replay-shard.js';

/** Part of each shard's read limits that a replay takes, unless told otherwise: consumers keep the larger one. */
export const DEFAULT_READ_SHARE = 0.4;

export interface ReplayOptions {
  /** Where it begins: `beginReplay(…)`, or what an earlier run has saved. */
  readonly progress: ReplayProgress;
  readonly reader: ReplayReader;
  /** @default - a dry run: records are read and counted */
  readonly target: ReplayTarget | undefined;
  readonly timer: ReplayTimer;
  /** Called after each batch; one at a time. */
  readonly save: SaveProgress;
  /** Told of records that were given up. */
  readonly onFailed?: (failed: readonly FailedDelivery[]) => void;
  /**
   * User records a second over all shards.
   *
   * @default - as fast as the stream is read and the target takes them
   */
  readonly ratePerSecond?: number | undefined;
  /** @default 0.4 */
  readonly share?: number | undefined;
  /** Ends it: batches under way are still delivered and saved, so that going on repeats nothing. */
  readonly signal: AbortSignal;
}

/**
 * Replays what is left of `progress` and resolves to how far it has come.
 *
 * A process that is killed has delivered at most one batch of each shard more than it has saved. What fails as a whole
 * rejects, when the other shards have come to a stop; what was saved by then stands.
 */
export async function replay(options: ReplayOptions): Promise<ReplayProgress> {
  const { reader, target, timer, ratePerSecond, share = DEFAULT_READ_SHARE } = options;
  const { range, keys } = options.progress;
  const plan = planReplay(await reader.listShards(range), range, options.progress.shards);
  const fault = new AbortController();
  const signal = AbortSignal.any([options.signal, fault.signal]);
  const notes = new Notes(options);
  const takeTurn = turnsAt(ratePerSecond, timer);
  // A batch is no more than a second of the rate, so that a slow replay is a steady one.
  const batchRecords = Math.min(PAGE_RECORDS, Math.max(1, Math.floor(ratePerSecond ?? PAGE_RECORDS)));
  const shared = { range, reader, timer, share, signal, keys: new Set(keys), target, takeTurn, batchRecords };
  const running = new Map<string, Promise<void>>();
  for (const task of plan) {
    const parents = task.after.map((parent) => running.get(parent));
    const run = Promise.all(parents).then(async () => {
      if (task.after.some((parent) => !notes.progress.shards[parent]?.done)) return;
      await replayShard({ ...shared, task, note: (batch) => notes.add(batch) });
    });
    running.set(
      task.shardId,
      run.catch((error: unknown) => {
        fault.abort(error);
        throw error;
      }),
    );
  }
  const results = await Promise.allSettled(running.values());
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  const isEnded = plan.every(({ shardId }) => notes.progress.shards[shardId]?.done);
  if (isEnded) await notes.end();
  return notes.progress;
}

/** What has taken effect, saved batch by batch. */
class Notes {
  progress: ReplayProgress;
  readonly #options: ReplayOptions;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.progress = options.progress;
  }

  add({ shardId, last, totals, failed, isEnd }: ReplayedBatch): Promise<void> {
    const before: ShardProgress | undefined = this.progress.shards[shardId];
    const shard: ShardProgress = {
      ...before,
      ...(last && { after: last.sequenceNumber, afterMs: last.arrivalMs }),
      done: isEnd,
    };
    this.progress = {
      ...this.progress,
      shards: { ...this.progress.shards, [shardId]: shard },
      totals: addTotals(this.progress.totals, totals),
    };
    if (failed.length > 0) this.#options.onFailed?.(failed);
    return this.#save();
  }

  end(): Promise<void> {
    this.progress = { ...this.progress, ended: true };
    return this.#save();
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#options.save(this.progress));
    return this.#saving;
  }
}
