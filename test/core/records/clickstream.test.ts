import { expect, test } from '@jest/globals';
import { type ClickstreamOptions, clickstream } from '../../../core/records/clickstream.js';

const START_MS = Date.UTC(2026, 10, 21);

function events(count: number, seed = 1, options?: ClickstreamOptions) {
  const stream = clickstream(seed, START_MS, options);
  return Array.from({ length: count }, () => stream.next().value);
}

test('the same seed gives the same events', () => {
  expect(events(200, 7)).toEqual(events(200, 7));
});

test('another seed gives other events', () => {
  expect(events(50, 7).map(({ key }) => key)).not.toEqual(events(50, 8).map(({ key }) => key));
});

test('ids are unique and times go on from the start', () => {
  const made = events(1_000, 1, { intervalMs: 5 });
  expect(new Set(made.map(({ id }) => id)).size).toBe(1_000);
  expect([made[0]!.time, made[200]!.time]).toEqual(['2026-11-21T00:00:00.000Z', '2026-11-21T00:00:01.000Z']);
});

test('a clock times each event when there is one', () => {
  let nowMs = START_MS;
  const stream = clickstream(1, () => nowMs);
  stream.next();
  nowMs += 60_000;
  expect(stream.next().value.time).toBe('2026-11-21T00:01:00.000Z');
});

test.each([300, 1_200, 2_000, 50_000])('a payload of %i bytes is that long', (payloadBytes) => {
  for (const { payload } of events(20, 3, { payloadBytes })) {
    expect(Math.abs(JSON.stringify(payload).length - payloadBytes)).toBeLessThan(50);
  }
});

test('a payload is never cut below its fields', () => {
  for (const { payload } of events(20, 3, { payloadBytes: 1 })) expect(payload).toHaveProperty('agent');
});

test('has several types and many keys', () => {
  const made = events(5_000);
  expect(new Set(made.map(({ type }) => type))).toEqual(new Set(['page-view', 'add-to-cart', 'purchase']));
  expect(new Set(made.map(({ key }) => key)).size).toBeGreaterThan(500);
});

test('has incidents in which every page is far too slow, and none in between', () => {
  const slow = events(40_000)
    .filter(({ type }) => type === 'page-view')
    .map(({ payload }) => Number(payload.value) > 420 * 4);
  const starts = slow.filter((is, i) => is && !slow[i - 1]).length;
  expect(starts).toBeGreaterThanOrEqual(8);
  expect(starts).toBeLessThanOrEqual(12);
  expect(slow.filter(Boolean).length / slow.length).toBeLessThan(0.1);
  expect(slow.slice(0, 1_000)).not.toContain(true);
});
