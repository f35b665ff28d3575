import { expect, test } from '@jest/globals';
import { answered, type StreamEvent, textsIn } from '../../support/a-mapping.js';
import { aMappingRun, type MappingRunSettings } from '../../support/a-mapping-run.js';
import { memoryPositions } from '../../support/memory-positions.js';

const SECOND = 1_000;

/** An invocation that never ends: the lab is killed meanwhile. */
const hangs = () => new Promise<never>(() => undefined);

const gathers = (event: StreamEvent) => {
  const before = (event.state as { texts?: string[] } | undefined)?.texts ?? [];
  return answered({ state: { texts: [...before, ...textsIn(event)] } });
};

async function aKeptRun(settings: MappingRunSettings = {}) {
  const positions = memoryPositions();
  const run = aMappingRun({ ...settings, positions });
  await run.runner.start();
  return { ...run, positions };
}

/** The run after a kill: from what was written by then, over the same stream. */
async function goOn(killed: Awaited<ReturnType<typeof aKeptRun>>, settings: MappingRunSettings = {}) {
  const positions = killed.positions.snapshot();
  killed.answer(hangs);
  const run = aMappingRun({ ...settings, after: killed, positions });
  return { ...run, positions };
}

test('after a kill a mapping goes on behind the last batch that passed, and repeats the one that was under way', async () => {
  const first = await aKeptRun({ batchSize: 2 });
  first.answer((event) => (textsIn(event).includes('c') ? hangs() : answered()));
  await first.put('a', 'b', 'c', 'd');
  await first.clock.advance(SECOND);
  const second = await goOn(first, { batchSize: 2 });
  await second.runner.start();
  await second.put('e');
  await second.clock.advance(SECOND);
  expect(first.batches()).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(second.batches()).toEqual([['c', 'd'], ['e']]);
  expect(second.runner.carriedOver).toBe(2);
  expect(second.runner.totals.passed).toBe(3);
  expect(await second.unread()).toBe(0);
});

test('what a stopped lab has not delivered is carried over to the next', async () => {
  const first = await aKeptRun();
  await first.put('a');
  await first.clock.advance(SECOND);
  await first.runner.stop();
  await first.put('b', 'c');
  const second = await goOn(first);
  await second.runner.start();
  expect(second.runner.carriedOver).toBe(2);
  await second.clock.advance(SECOND);
  expect(second.batches()).toEqual([['b', 'c']]);
});

test('lanes that were ahead of a batch that hung do not repeat what they had passed', async () => {
  const settings = { parallelizationFactor: 4, batchSize: 1 };
  const first = await aKeptRun(settings);
  first.answer((event) => (textsIn(event).includes('stuck') ? hangs() : answered()));
  await first.putKeyed('stuck', 'k0');
  for (let i = 1; i <= 20; i += 1) await first.putKeyed(`r${i}`, `k${i}`);
  await first.clock.advance(20 * SECOND);
  const passed = first.batches().flat();
  expect(passed.length).toBeGreaterThan(2);
  const second = await goOn(first, settings);
  await second.runner.start();
  expect(second.runner.carriedOver).toBe(21 - (passed.length - 1));
  await second.clock.advance(60 * SECOND);
  const all = Array.from({ length: 20 }, (_, i) => `r${i + 1}`);
  expect([...passed, ...second.batches().flat()].sort()).toEqual([...all, 'stuck', 'stuck'].sort());
  expect(await second.unread()).toBe(0);
});

test('filtered records before a batch that hung are counted in one run only', async () => {
  const filters = [JSON.stringify({ partitionKey: ['in'] })];
  const first = await aKeptRun({ filters, batchSize: 1 });
  await first.putKeyed('"x"', 'out');
  await first.putKeyed('"y"', 'in');
  await first.putKeyed('"z"', 'out');
  await first.clock.advance(2 * SECOND);
  expect(first.runner.totals).toMatchObject({ passed: 1, filtered: 2 });
  const second = await goOn(first, { filters, batchSize: 1 });
  await second.runner.start();
  await second.clock.advance(2 * SECOND);
  expect(second.runner.carriedOver).toBe(0);
  expect(second.runner.totals).toMatchObject({ passed: 0, filtered: 0 });
});

test('an open window and its state go on after a kill', async () => {
  const settings = { tumblingWindowMs: 30 * SECOND };
  const first = await aKeptRun(settings);
  first.answer(gathers);
  await first.put('a');
  await first.clock.advance(10 * SECOND);
  const second = await goOn(first, settings);
  second.answer(gathers);
  await second.runner.start();
  await second.put('b');
  await second.clock.advance(30 * SECOND);
  const finals = second.events.filter((event) => event.isFinalInvokeForWindow);
  expect(finals).toMatchObject([{ state: { texts: ['a', 'b'] }, isWindowTerminatedEarly: false }]);
});

test('a stop leaves the open window to the next run', async () => {
  const first = await aKeptRun({ tumblingWindowMs: 30 * SECOND });
  first.answer(gathers);
  await first.put('a');
  await first.clock.advance(10 * SECOND);
  await first.runner.stop();
  expect(first.events.filter((event) => event.isFinalInvokeForWindow)).toEqual([]);
});

test.each([
  ['has fewer lanes', { tumblingWindowMs: 30 * SECOND }],
  ['has windows no more', {}],
])('windows that were left open end at their time where the mapping now %s', async (_rule, now) => {
  const first = await aKeptRun({ tumblingWindowMs: 30 * SECOND, parallelizationFactor: 8 });
  first.answer(gathers);
  for (let i = 0; i < 16; i += 1) await first.putKeyed(`r${i}`, `k${i}`);
  await first.clock.advance(10 * SECOND);
  const second = await goOn(first, now);
  second.answer(gathers);
  await second.runner.start();
  await second.clock.advance(40 * SECOND);
  const finals = second.events.filter((event) => event.isFinalInvokeForWindow);
  const texts = finals.flatMap(({ state }) => (state as { texts: string[] }).texts);
  expect(texts.sort()).toEqual(Array.from({ length: 16 }, (_, i) => `r${i}`).sort());
});

test('a mapping that began at the latest record, and passed nothing since, reads what came after it began', async () => {
  const lab = aMappingRun({ startingPosition: 'LATEST' });
  await lab.put('before');
  await lab.clock.advance(SECOND);
  const positions = memoryPositions();
  const first = aMappingRun({ startingPosition: 'LATEST', after: lab, positions });
  first.answer(hangs);
  await first.runner.start();
  await lab.put('after');
  const second = aMappingRun({ startingPosition: 'LATEST', after: lab, positions: positions.snapshot() });
  await second.runner.start();
  expect(second.runner.carriedOver).toBe(1);
  await second.clock.advance(SECOND);
  expect(second.batches()).toEqual([['after']]);
});

test('the children of a reshard begin once their parents are done, which they stay', async () => {
  const first = await aKeptRun();
  await first.put('a', 'b');
  await first.clock.advance(2 * SECOND);
  await first.split(2);
  await first.clock.advance(60 * SECOND);
  await first.put('c', 'd', 'e', 'f');
  await first.clock.advance(2 * SECOND);
  const second = await goOn(first);
  await second.runner.start();
  expect(second.runner.carriedOver).toBe(0);
  await second.put('g', 'h', 'i');
  await second.clock.advance(3 * SECOND);
  expect(second.batches().flat().sort()).toEqual(['g', 'h', 'i']);
  expect(await second.unread()).toBe(0);
});

test('a reshard that nobody was there for is read from the beginning of its children, parents first', async () => {
  const first = await aKeptRun();
  await first.put('a');
  await first.clock.advance(2 * SECOND);
  await first.runner.stop();
  await first.put('b');
  await first.split(2);
  await first.clock.advance(60 * SECOND);
  await first.put('c', 'd');
  const second = await goOn(first);
  await second.runner.start();
  expect(second.runner.carriedOver).toBe(3);
  await second.clock.advance(5 * SECOND);
  const order = second.batches().flat();
  expect(order[0]).toBe('b');
  expect(order.slice(1).sort()).toEqual(['c', 'd']);
});
