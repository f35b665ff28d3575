// A clock that is never set back: rates, waits and ages are differences of its times.

/**
 * Makes a clock of one that may be set back: it stands then, and goes on from there.
 */
export function steadyClock(wallMs: () => number): () => number {
  let aheadMs = 0;
  let latestMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = wallMs();
    if (nowMs < latestMs) aheadMs += latestMs - nowMs;
    latestMs = nowMs;
    return nowMs + aheadMs;
  };
}
