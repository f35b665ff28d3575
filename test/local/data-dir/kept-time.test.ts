import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { KeptEntries } from '../../../local/data-dir/kept-entries.js';
import { keepTime, timeToGoOn } from '../../../local/data-dir/kept-time.js';
import { aFolder } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';

let folder: ReturnType<typeof aFolder>;
beforeEach(() => {
  folder = aFolder();
});
afterEach(() => folder.remove());

test('lab time goes on where it stood at a stop, and after a kill never behind what the run can have seen', () => {
  const state = new KeptEntries<number>(join(folder.path, 'time.ndjson'));
  expect(timeToGoOn(state)).toBeUndefined();
  const clock = new ManualClock();
  const stop = keepTime(clock, state, 60);
  // What the clock can reach before the time is written down anew.
  clock.jump(60 * 1_000);
  expect(timeToGoOn(state)).toBeGreaterThan(clock.nowMs());
  stop();
  expect(timeToGoOn(state)).toBe(clock.nowMs() + 1);
  state.close();
});
