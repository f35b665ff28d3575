// Calls of the lab's own readers, which outlive the trouble of their stream as Lambda and Firehose do.
import type { Clock } from '../clock.js';
import { ServiceError } from '../service-error.js';

/** Errors after which the same call may succeed a little later. */
const THROTTLES = new Set(['ProvisionedThroughputExceededException', 'LimitExceededException', 'ThrottlingException']);

/** Wait before the next attempt. */
const RETRY_MS = 1_000;

/** Whether an error passes by itself: a throttle, or trouble of the service's own. */
export function isTransient(error: unknown): boolean {
  return error instanceof ServiceError && (error.status >= 500 || THROTTLES.has(error.code));
}

/** Calls until there is an answer, or an error that stays; rejects with the signal's reason when it is aborted. */
export async function callPatiently<T>(call: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await clock.sleep(RETRY_MS, signal);
    }
  }
}
