import { expect, test } from '@jest/globals';
import { answered, type StreamEvent, textsIn, threw } from '../../support/a-mapping.js';
import { aMappingRun, type MappingRunSettings } from '../../support/a-mapping-run.js';

const SECOND = 1_000;

/** A function that gathers the texts of its window as state. */
const gathers = (event: StreamEvent) => {
  const before = (event.state as { texts?: string[] }).texts ?? [];
  return answered({ state: { texts: [...before, ...textsIn(event)] } });
};

async function aWindowedRun(settings: MappingRunSettings = {}) {
  const run = aMappingRun({ tumblingWindowMs: 30 * SECOND, ...settings });
  run.answer(gathers);
  await run.runner.start();
  return { ...run, finals: () => run.events.filter((event) => event.isFinalInvokeForWindow) };
}

test.each([
  ['polled', false],
  ['pushed', true],
])('hands the state of a window from batch to batch and ends it once its time is over, %s', async (_how, dedicated) => {
  const run = await aWindowedRun({ dedicated });
  await run.put('a');
  await run.clock.advance(10 * SECOND);
  await run.put('b');
  await run.clock.advance(10 * SECOND);
  expect(run.events.map(({ state }) => state)).toEqual([{}, { texts: ['a'] }]);
  expect(run.finals()).toEqual([]);
  await run.clock.advance(15 * SECOND);
  expect(run.finals()).toEqual([
    {
      Records: [],
      window: { start: '2026-01-05T10:00:00Z', end: '2026-01-05T10:00:30Z' },
      state: { texts: ['a', 'b'] },
      shardId: 'shardId-000000000000',
      eventSourceARN: run.runner.mapping.eventSourceArn,
      isFinalInvokeForWindow: true,
      isWindowTerminatedEarly: false,
    },
  ]);
});

test('begins the next window without the state of the one before', async () => {
  const run = await aWindowedRun();
  await run.put('a');
  await run.clock.advance(40 * SECOND);
  await run.put('b');
  await run.clock.advance(40 * SECOND);
  expect(run.finals().map(({ state, window }) => [state, window!.start])).toEqual([
    [{ texts: ['a'] }, '2026-01-05T10:00:00Z'],
    [{ texts: ['b'] }, '2026-01-05T10:00:30Z'],
  ]);
});

test('delivers a failed batch again with the same state', async () => {
  const run = await aWindowedRun();
  await run.put('a');
  await run.clock.advance(SECOND);
  let failures = 0;
  run.answer((event) => (textsIn(event).includes('b') && failures++ < 2 ? threw() : gathers(event)));
  await run.put('b');
  await run.clock.advance(40 * SECOND);
  expect(run.events.slice(1, 4).map(({ state }) => state)).toEqual([
    { texts: ['a'] },
    { texts: ['a'] },
    { texts: ['a'] },
  ]);
  expect(run.finals()[0]!.state).toEqual({ texts: ['a', 'b'] });
});

test('an answer without its state fails the batch', async () => {
  const run = await aWindowedRun({ maximumRetryAttempts: 0 });
  run.answer(() => answered({ batchItemFailures: [] }));
  await run.put('a');
  await run.clock.advance(SECOND);
  expect(run.runner.totals).toMatchObject({ passed: 0, dropped: 1 });
});

test('ends a window early when its state has outgrown a megabyte, and goes on with an empty one', async () => {
  const run = await aWindowedRun();
  run.answer((event) => answered({ state: textsIn(event).includes('big') ? { big: 'x'.repeat(1_100_000) } : {} }));
  await run.put('big');
  await run.clock.advance(SECOND);
  expect(run.finals()).toMatchObject([{ isWindowTerminatedEarly: true, window: { start: '2026-01-05T10:00:00Z' } }]);
  await run.put('b');
  await run.clock.advance(SECOND);
  expect(run.events.at(-1)).toMatchObject({ state: {}, window: { start: '2026-01-05T10:00:00Z' } });
});

test('repeats the end of a window that failed', async () => {
  const run = await aWindowedRun();
  let failures = 0;
  run.answer((event) => (event.isFinalInvokeForWindow && failures++ < 1 ? threw() : gathers(event)));
  await run.put('a');
  await run.clock.advance(40 * SECOND);
  expect(run.finals()).toHaveLength(2);
});

test('gives the end of a window up like a batch, with its state, and throttling uses up no retry', async () => {
  const run = await aWindowedRun({ maximumRetryAttempts: 1, onFailureArn: 'arn:aws:s3:::failures' });
  let ends = 0;
  run.answer((event) => {
    if (!event.isFinalInvokeForWindow) return gathers(event);
    ends += 1;
    return ends < 4 ? { kind: 'throttled' } : threw();
  });
  await run.put('a');
  await run.clock.advance(120 * SECOND);
  expect(ends).toBe(5);
  expect(run.objects.map(({ body }) => (JSON.parse(body.payload) as StreamEvent).state)).toEqual([{ texts: ['a'] }]);
});

test('tries the end of a window once when the lab stops', async () => {
  const run = await aWindowedRun();
  await run.put('a');
  await run.clock.advance(SECOND);
  run.answer(() => threw());
  await run.runner.stop();
  expect(run.finals()).toHaveLength(1);
});

test('leaves a window of a shard that is pushed open a little longer, for what is under way', async () => {
  const run = await aWindowedRun({ dedicated: true });
  await run.put('a');
  await run.clock.advance(31 * SECOND);
  expect(run.finals()).toEqual([]);
  await run.clock.advance(2 * SECOND);
  expect(run.finals()).toHaveLength(1);
});

test('ends an open window early when the lab stops', async () => {
  const run = await aWindowedRun();
  await run.put('a');
  await run.clock.advance(SECOND);
  await run.runner.stop();
  expect(run.finals()).toMatchObject([{ state: { texts: ['a'] }, isWindowTerminatedEarly: true }]);
});

test('keeps windows of different shards apart, and ends that of a shard with it', async () => {
  const run = await aWindowedRun({ tumblingWindowMs: 900 * SECOND });
  await run.put('a');
  await run.split(2);
  await run.clock.advance(60 * SECOND);
  expect(run.finals()).toMatchObject([{ state: { texts: ['a'] }, shardId: 'shardId-000000000000' }]);
});
