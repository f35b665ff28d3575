// Reads a shard by GetRecords, leaving room in its five calls a second for other readers.
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { ShardPage, ShardPosition } from './ports.js';
import { isNamed, isPassing, type PollCalls, type ReadTime } from './read-calls.js';

const RETRY_BASE_MS = 250;
const RETRY_CAP_MS = 5_000;

/** Between two calls while there is more: four a second, of the five that a shard answers. */
const BEHIND_INTERVAL_MS = 250;

export interface PollOptions {
  /** Between two calls when there was nothing more, as Lambda waits. */
  readonly intervalMs: number;
}

/**
 * Yields pages until the shard ends or `signal` is aborted. Waits out throttling, and opens a new iterator at the place
 * where one expired.
 */
export async function* pollShard(
  calls: PollCalls,
  time: ReadTime,
  shardId: string,
  from: ShardPosition,
  signal: AbortSignal,
  { intervalMs }: PollOptions,
): AsyncGenerator<ShardPage> {
  let place = from;
  let iterator: string | undefined;
  let attempt = 1;
  while (!signal.aborted) {
    const calledMs = time.nowMs();
    let page: Awaited<ReturnType<PollCalls['getRecords']>>;
    try {
      iterator ??= await calls.openIterator(shardId, place);
      page = await calls.getRecords(iterator);
    } catch (error) {
      if (isNamed(error, 'ExpiredIteratorException')) iterator = undefined;
      else if (!isPassing(error)) throw error;
      await time.sleep(fullJitterMs(attempt++, RETRY_BASE_MS, RETRY_CAP_MS, time.random), signal);
      continue;
    }
    attempt = 1;
    const { records, next, behindMs } = page;
    const last = records.at(-1);
    if (last) place = { afterSequenceNumber: last.sequenceNumber };
    yield { records, behindMs, isLast: next === undefined };
    if (next === undefined) return;
    iterator = next;
    const untilMs = calledMs + (behindMs > 0 ? BEHIND_INTERVAL_MS : intervalMs);
    if (untilMs > time.nowMs()) await time.sleep(untilMs - time.nowMs(), signal);
  }
}
