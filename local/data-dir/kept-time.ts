// Lab time across runs: it goes on where the last run ended, and stands still while no lab runs, so that nothing expires
// that nobody could have read. After a kill it may skip a little, never go back.
import type { Clock } from '../clock.js';
import type { KeptEntries } from './kept-entries.js';

const KEY = 'time';

/** How far ahead the time is written down, in wall time, and how often. */
const AHEAD_WALL_MS = 3_000;
const EVERY_WALL_MS = 1_000;

/** The first time that no earlier run has seen; undefined when there was none. */
export function timeToGoOn(state: KeptEntries<number>): number | undefined {
  return state.get(KEY);
}

/** Writes the time down, ahead of itself, until it is told to stop. */
export function keepTime(clock: Clock, state: KeptEntries<number>, speed: number): () => void {
  const keep = () => state.set(KEY, Math.ceil(clock.nowMs() + AHEAD_WALL_MS * speed));
  keep();
  const timer = setInterval(keep, EVERY_WALL_MS);
  return () => {
    clearInterval(timer);
    state.set(KEY, clock.nowMs() + 1);
  };
}
