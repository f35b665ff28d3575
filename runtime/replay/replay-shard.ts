// Replays one shard: a page is read, what is asked for is delivered in batches, and each batch is noted before the next.

import { type Choice, chooseRecords } from './choose-records.js';
import { inBatches } from './in-batches.js';
import type { FailedDelivery, ReplayTarget } from './ports.js';
import type { ReplayTotals } from './progress.js';
import type { TakeTurn } from './rate.js';
import { type RangePage, type ReadShardOptions, readShard } from './read-shard.js';

export interface ReplayShardOptions extends ReadShardOptions {
  readonly keys: ReadonlySet<string>;
  /** @default - records are counted, not delivered */
  readonly target: ReplayTarget | undefined;
  readonly takeTurn: TakeTurn;
  /** Most user records of a batch, which grows beyond it only for one aggregated record. */
  readonly batchRecords: number;
  /** Called when a batch has taken effect; the next one is not delivered before it resolves. */
  readonly note: (batch: ReplayedBatch) => Promise<void>;
}

/** Some records of the stream that are behind the replay now. */
export interface ReplayedBatch {
  readonly shardId: string;
  /** Last of them. */
  readonly last: RangePage['last'];
  readonly totals: ReplayTotals;
  readonly failed: readonly FailedDelivery[];
  readonly isEnd: boolean;
}

/** Replays to the end of the range, or until the signal, after which the batch under way still ends. */
export async function replayShard(options: ReplayShardOptions): Promise<void> {
  const { task, keys, batchRecords, note, takeTurn, signal } = options;
  const { shardId } = task;
  for await (const page of readShard(options)) {
    const batches = inBatches(
      page.records.map((record) => chooseRecords(record, keys)),
      batchRecords,
    );
    for (const batch of batches) {
      await takeTurn(
        sum(batch, ({ chosen }) => chosen.length),
        signal,
      );
      if (signal.aborted) return;
      await note({
        shardId,
        last: batch.at(-1)!.stored,
        isEnd: false,
        ...(await deliver(batch, options)),
      });
    }
    const totals = { read: 0, replayed: 0, filtered: 0, failed: 0 };
    if (page.isEnd || page.last !== undefined) {
      await note({ shardId, last: page.last, totals, failed: [], isEnd: page.isEnd });
    }
  }
}

async function deliver(batch: readonly Choice[], { target }: ReplayShardOptions) {
  const chosen = batch.filter((choice) => choice.chosen.length > 0);
  const report = target && chosen.length > 0 ? await target.deliver(chosen) : { failed: [] };
  const filtered = sum(batch, (choice) => choice.filtered);
  const lost = batch.filter((choice) => choice.lost > 0);
  const failed = [...report.failed, ...lost.map(describeLost)];
  const asked = sum(batch, (choice) => choice.chosen.length);
  const unread = sum(lost, (choice) => choice.lost);
  const totals: ReplayTotals = {
    read: asked + filtered + unread,
    replayed: asked - report.failed.length,
    filtered,
    failed: report.failed.length + unread,
  };
  return { totals, failed };
}

function describeLost({ stored, lost }: Choice): FailedDelivery {
  const { shardId, sequenceNumber } = stored;
  return {
    origin: { shardId, sequenceNumber },
    reason: `${lost} user records of the aggregated record cannot be read`,
  };
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}
