// Reads a shard by enhanced fan-out: one subscription after the other, as each ends after five minutes.
import { SUBSCRIBE_AGAIN_AFTER_MS } from '../../core/limits.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import type { ShardPage, ShardPosition } from './ports.js';
import { isNamed, isPassing, type ReadTime, type SubscribeCalls } from './read-calls.js';

const RETRY_BASE_MS = 1_000;

/**
 * Yields pages until the shard ends or `signal` is aborted.
 *
 * A subscription that another worker still holds, or held a moment ago, is refused for some seconds: that is waited out.
 */
export async function* subscribeShard(
  calls: SubscribeCalls,
  time: ReadTime,
  shardId: string,
  from: ShardPosition,
  signal: AbortSignal,
): AsyncGenerator<ShardPage> {
  let place = from;
  let attempt = 1;
  while (!signal.aborted) {
    try {
      for await (const page of calls.subscribe(shardId, place, signal)) {
        attempt = 1;
        const after = page.continueAfter ?? page.records.at(-1)?.sequenceNumber;
        if (after !== undefined) place = { afterSequenceNumber: after };
        yield page;
        if (page.isLast || signal.aborted) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error) && !isNamed(error, 'ResourceInUseException')) throw error;
    }
    if (signal.aborted) return;
    await time.sleep(fullJitterMs(attempt++, RETRY_BASE_MS, SUBSCRIBE_AGAIN_AFTER_MS, time.random), signal);
  }
}
