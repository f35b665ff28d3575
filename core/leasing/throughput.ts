// How much a shard is read: a moving average that forgets, so that a burst does not move leases about.

/** Time in which an old measurement loses about two thirds of its weight. */
const MEMORY_MS = 30_000;

/**
 * Averages what was read in the last `elapsedMs` with what was known before.
 */
export function averageThroughput(known: number | undefined, bytes: number, elapsedMs: number): number {
  if (elapsedMs <= 0) return known ?? 0;
  const measured = (bytes * 1_000) / elapsedMs;
  if (known === undefined) return measured;
  const weight = 1 - Math.exp(-elapsedMs / MEMORY_MS);
  return known + (measured - known) * weight;
}
