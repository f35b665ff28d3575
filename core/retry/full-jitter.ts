// The wait before a retry. Spread over the whole interval, so that callers who failed together do not return together.

/**
 * Milliseconds to wait before a retry: anything from 0 up to a ceiling that doubles with each retry.
 *
 * `attempt` is 1 for the first retry. `random` gives numbers from 0 to below 1.
 * See https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  const ceilingMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.floor(random() * ceilingMs);
}
