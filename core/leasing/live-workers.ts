// Which workers are alive, told without comparing clocks: a worker counts up, and is gone when its count has stood for
// as long as a lease lasts.

/** A worker's sign of life. */
export interface Heartbeat {
  readonly workerId: string;
  readonly counter: number;
}

interface Sighting {
  readonly counter: number;
  /** When the observer first saw this count. */
  readonly sinceMs: number;
}

/** What one worker has seen of the others. */
export type Sightings = ReadonlyMap<string, Sighting>;

/** Takes in the heartbeats of now. */
export function observeHeartbeats(seen: Sightings, heartbeats: readonly Heartbeat[], nowMs: number): Sightings {
  return new Map(
    heartbeats.map(({ workerId, counter }) => {
      const before = seen.get(workerId);
      return [workerId, before?.counter === counter ? before : { counter, sinceMs: nowMs }];
    }),
  );
}

/** Workers whose count has changed within `leaseDurationMs`, in order. */
export function liveWorkers(seen: Sightings, leaseDurationMs: number, nowMs: number): string[] {
  return [...seen].flatMap(([id, { sinceMs }]) => (nowMs - sinceMs < leaseDurationMs ? [id] : [])).sort();
}
