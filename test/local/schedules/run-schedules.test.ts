import { expect, test } from '@jest/globals';
import type { Clock } from '../../../local/clock.js';
import { nextDueMs, runSchedules } from '../../../local/schedules/run-schedules.js';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-01-01T00:00:30.500Z');
const IDENTITY = { accountId: '000000000000', region: 'us-east-1' };

/** A clock that jumps, and stops the run at `endMs`. */
function clockUntil(endMs: number, stop: AbortController): Clock {
  let atMs = START_MS;
  return {
    nowMs: () => atMs,
    async sleep(ms) {
      atMs += ms;
      if (atMs > endMs) stop.abort();
    },
    hold: (work) => work(),
  };
}

test("invokes every target at each whole interval, with the target's input or a scheduled event", async () => {
  const stop = new AbortController();
  const calls: [string, unknown][] = [];
  const targets = [
    { arn: 'arn:a', input: undefined },
    { arn: 'arn:b', input: { mine: true } },
  ];
  await runSchedules({
    model: {
      ...IDENTITY,
      schedules: [{ logicalId: 'S', path: 'S', name: 'every-minute', intervalMs: MINUTE_MS, targets }],
    },
    clock: clockUntil(START_MS + 2 * MINUTE_MS, stop),
    invoker: {
      async invoke(arn, event) {
        calls.push([arn, event]);
        return { kind: 'throttled' };
      },
    },
    signal: stop.signal,
  });
  expect(calls.map(([arn]) => arn)).toEqual(['arn:a', 'arn:b', 'arn:a', 'arn:b']);
  expect(calls[0]![1]).toMatchObject({
    source: 'aws.events',
    time: '2026-01-01T00:01:00Z',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/every-minute'],
  });
  expect(calls[1]![1]).toEqual({ mine: true });
});

test('the next run is after now, also exactly at a whole interval', () => {
  expect(nextDueMs(MINUTE_MS, MINUTE_MS)).toBe(2 * MINUTE_MS);
  expect(nextDueMs(MINUTE_MS - 1, MINUTE_MS)).toBe(MINUTE_MS);
});
