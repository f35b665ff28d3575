import { setTimeout as wallSleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { LabClock } from '../../local/clock.js';

const START_MS = 1_750_000_000_000;
let clock: LabClock | undefined;
const aClock = (speed: number) => {
  clock = new LabClock({ speed, startMs: START_MS });
  return clock;
};
afterEach(() => clock?.stop());

test('wakes each sleeper at its own lab time, in order, however fast the clock runs', async () => {
  const lab = aClock(100_000);
  const woken: (readonly [number, number])[] = [];
  const sleeper = async (ms: number) => {
    await lab.sleep(ms);
    woken.push([ms, lab.nowMs() - START_MS]);
  };
  await Promise.all([60_000, 1_000, 30_000, 1_001].map(sleeper));
  expect(woken).toEqual([1_000, 1_001, 30_000, 60_000].map((ms) => [ms, ms]));
});

test('runs what a sleeper starts before lab time passes the next one', async () => {
  const lab = aClock(100_000);
  const seen: number[] = [];
  const every = async (ms: number, times: number) => {
    for (let i = 0; i < times; i += 1) {
      await lab.sleep(ms);
      seen.push(lab.nowMs() - START_MS);
    }
  };
  await Promise.all([every(1_000, 20), lab.sleep(20_500)]);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) * 1_000));
});

test('does not outrun unfinished work by more than a second beyond the wall time it took', async () => {
  const lab = aClock(10_000);
  const wallStartMs = performance.now();
  const labTookMs = await lab.hold(async () => {
    await wallSleep(60);
    return lab.nowMs() - START_MS;
  });
  expect(labTookMs).toBeGreaterThanOrEqual(1_000);
  expect(labTookMs).toBeLessThanOrEqual(1_000 + (performance.now() - wallStartMs));
});

test('an aborted sleep rejects with the reason and leaves nothing behind', async () => {
  const lab = aClock(1);
  const stop = new AbortController();
  const asleep = lab.sleep(3_600_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(asleep).rejects.toThrow('stopped');
  await expect(lab.sleep(3_600_000, stop.signal)).rejects.toThrow('stopped');
});

test('says what speed it achieved', async () => {
  const lab = aClock(50);
  await lab.sleep(2_000);
  expect(lab.achievedSpeed()).toBeGreaterThan(1);
  expect(lab.achievedSpeed()).toBeLessThanOrEqual(50.5);
});
