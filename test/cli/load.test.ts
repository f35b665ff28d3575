import { expect, test } from '@jest/globals';
import { batchBytes, batchRecords, Pace } from '../../cli/load/pace.js';
import { loadAt } from '../../cli/load/put-clickstream.js';
import { SHARD_WRITE_BYTES_PER_SECOND } from '../../core/limits.js';
import type { Clock } from '../../local/clock.js';

/** A clock that jumps to the end of every sleep. */
function jumpingClock(): Clock & { atMs: number } {
  return {
    atMs: 0,
    nowMs() {
      return this.atMs;
    },
    async sleep(ms) {
      this.atMs += ms;
    },
    hold: (work) => work(),
  };
}

const NEVER = new AbortController().signal;

test('keeps the rate of records over time', async () => {
  const clock = jumpingClock();
  const pace = new Pace(clock);
  for (let put = 0; put < 41; put += 1) {
    await pace.take(25, 0, { recordsPerSecond: 100, bytesPerSecond: Number.POSITIVE_INFINITY }, NEVER);
  }
  expect(clock.atMs).toBe(10_000);
});

test('keeps the rate of bytes where that is the tighter one', async () => {
  const clock = jumpingClock();
  const pace = new Pace(clock);
  for (let put = 0; put < 11; put += 1) {
    await pace.take(1, 500, { recordsPerSecond: 100, bytesPerSecond: 1_000 }, NEVER);
  }
  expect(clock.atMs).toBe(5_000);
});

test('makes up for a second that was missed, not for more', async () => {
  const clock = jumpingClock();
  const pace = new Pace(clock);
  clock.atMs = 60_000;
  for (let put = 0; put < 21; put += 1) {
    await pace.take(1, 0, { recordsPerSecond: 10, bytesPerSecond: 1 }, NEVER);
  }
  expect(clock.atMs).toBe(61_000);
});

test('stops waiting when it is aborted', async () => {
  const pace = new Pace(jumpingClock());
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(pace.take(1, 1, { recordsPerSecond: 1, bytesPerSecond: 1 }, signal)).rejects.toThrow('stopped');
});

test('batches are at least one record and at most a quarter of a second', () => {
  expect(batchRecords({ recordsPerSecond: 0.5, bytesPerSecond: 1 }, 500)).toBe(1);
  expect(batchRecords({ recordsPerSecond: 1_000, bytesPerSecond: 1 }, 500)).toBe(250);
  expect(batchRecords({ recordsPerSecond: 1e9, bytesPerSecond: 1 }, 500)).toBe(500);
  expect(batchBytes({ recordsPerSecond: 1, bytesPerSecond: 1_000 })).toBe(250);
});

test('the load swells from well below one shard to above it', () => {
  const loads = Array.from({ length: 481 }, (_, second) => loadAt(second * 1_000, undefined).bytesPerSecond);
  expect(Math.min(...loads)).toBeLessThan(0.7 * SHARD_WRITE_BYTES_PER_SECOND);
  expect(Math.max(...loads)).toBeGreaterThan(SHARD_WRITE_BYTES_PER_SECOND);
  expect(loadAt(100_000, 7)).toEqual({ recordsPerSecond: 7, bytesPerSecond: Number.POSITIVE_INFINITY });
});
