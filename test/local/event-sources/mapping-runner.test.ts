import { expect, test } from '@jest/globals';
import { answered, textsIn } from '../../support/a-mapping.js';
import { aMappingRun } from '../../support/a-mapping-run.js';

const SECOND = 1_000;

test('polls each shard once a second and carries its records in the shape that Lambda documents', async () => {
  const roleArn = 'arn:aws:iam::000000000000:role/fn-role';
  const run = aMappingRun({ roleArn });
  await run.runner.start();
  await run.put('a', 'b');
  await run.clock.advance(SECOND);
  expect(run.batches()).toEqual([['a', 'b']]);
  const [first] = run.events[0]!.Records;
  expect(first).toEqual({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'a',
      sequenceNumber: expect.stringMatching(/^\d{56}$/),
      data: Buffer.from('a').toString('base64'),
      approximateArrivalTimestamp: Date.UTC(2026, 0, 5, 10) / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${first!.kinesis.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: roleArn,
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/readings',
  });
  expect(run.runner.checkpoint('shardId-000000000000')).toBe(run.events[0]!.Records[1]!.kinesis.sequenceNumber);
});

test('is pushed to when it has a consumer of its own', async () => {
  const run = aMappingRun({ dedicated: true });
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('a');
  await run.clock.advance(0);
  expect(run.batches()).toEqual([['a']]);
  expect(await run.runner.isDrained(run.engine)).toBe(true);
});

test('counts what passed and what is unread until nothing is', async () => {
  const run = aMappingRun({ shards: 2 });
  await run.put('a', 'b', 'c');
  expect(await run.unread()).toBe(3);
  await run.runner.start();
  await run.clock.advance(2 * SECOND);
  expect(await run.unread()).toBe(0);
  expect(await run.runner.isDrained(run.engine)).toBe(true);
  expect(run.runner.totals).toEqual({ passed: 3, failed: 0, dropped: 0, filtered: 0 });
  expect(run.metrics.sum('PolledEventCount')).toBe(3);
  expect(run.metrics.sum('InvokedEventCount')).toBe(3);
  expect(run.metrics.datapoints.find(({ name }) => name === 'PolledEventCount')).toMatchObject({
    namespace: 'AWS/Lambda',
    dimensions: { EventSourceMappingUUID: run.runner.mapping.uuid },
  });
});

test.each([
  ['reads what was there before from the trim horizon', {}, ['before', 'after']],
  ['leaves out what was there before when it begins at the latest record', { startingPosition: 'LATEST' }, ['after']],
  [
    'leaves out what was there before when it is pushed from the latest record on',
    { startingPosition: 'LATEST', dedicated: true },
    ['after'],
  ],
  [
    'begins at a time',
    { startingPosition: 'AT_TIMESTAMP', startingTimestampMs: Date.UTC(2026, 0, 5, 10, 0, 5) },
    ['after'],
  ],
] as const)('%s', async (_rule, settings, texts) => {
  const run = aMappingRun(settings);
  await run.put('before');
  await run.clock.advance(10 * SECOND);
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('after');
  await run.clock.advance(2 * SECOND);
  expect(run.batches().flat()).toEqual(texts);
});

test('sends no child shard a record before its parents are drained', async () => {
  const run = aMappingRun({ shards: 1, batchSize: 1 });
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  run.answer(async (event) => {
    if (textsIn(event).includes('parent')) await held;
    return answered();
  });
  await run.runner.start();
  await run.put('parent');
  await run.split(2);
  await run.clock.advance(60 * SECOND);
  await run.put('a', 'b', 'c', 'd');
  await run.clock.advance(10 * SECOND);
  expect(run.batches()).toEqual([['parent']]);
  expect(await run.unread()).toBe(5);
  release();
  await run.clock.advance(10 * SECOND);
  expect(run.batches().flat().sort()).toEqual(['a', 'b', 'c', 'd', 'parent']);
  expect(new Set(run.events.map((event) => event.Records[0]!.eventID.split(':')[0])).size).toBe(3);
  expect(await run.unread()).toBe(0);
});

test('reads parents before children too when the stream was resharded before the start', async () => {
  const run = aMappingRun({ shards: 1 });
  await run.put('parent');
  await run.split(2);
  await run.clock.advance(60 * SECOND);
  await run.put('a', 'b', 'c', 'd');
  let parentDone = false;
  run.answer(async (event) => {
    if (!textsIn(event).includes('parent')) expect(parentDone).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    parentDone ||= textsIn(event).includes('parent');
    return answered();
  });
  await run.runner.start();
  await run.clock.advance(10 * SECOND);
  expect(run.batches()[0]).toEqual(['parent']);
  expect(run.batches().flat().sort()).toEqual(['a', 'b', 'c', 'd', 'parent']);
});

test('sends a merged shard no record before both of its parents are drained', async () => {
  const run = aMappingRun({ shards: 2 });
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  run.answer(async (event) => {
    if (event.Records[0]!.eventID.startsWith('shardId-000000000000')) await held;
    return answered();
  });
  await run.runner.start();
  await run.put('a', 'b', 'c', 'd');
  await run.split(1);
  await run.clock.advance(60 * SECOND);
  await run.put('merged');
  await run.clock.advance(10 * SECOND);
  expect(run.batches().flat()).not.toContain('merged');
  release();
  await run.clock.advance(10 * SECOND);
  expect(run.batches().at(-1)).toEqual(['merged']);
});

test('what a start at the latest record skips is not unread', async () => {
  const run = aMappingRun({ startingPosition: 'LATEST' });
  await run.put('closed');
  await run.split(2);
  await run.clock.advance(60 * SECOND);
  await run.put('a', 'b', 'c');
  await run.runner.start();
  expect(await run.unread()).toBe(0);
  await run.put('d');
  expect(await run.unread()).toBe(1);
  await run.clock.advance(2 * SECOND);
  expect(run.batches()).toEqual([['d']]);
  expect(await run.unread()).toBe(0);
});

test('reads no further while two batches wait', async () => {
  const run = aMappingRun({ batchSize: 2 });
  let release: () => void = () => {};
  run.answer(() => new Promise((resolve) => (release = () => resolve(answered()))));
  await run.runner.start();
  await run.put('a', 'b', 'c', 'd', 'e', 'f');
  await run.clock.advance(SECOND);
  await run.put('g');
  await run.clock.advance(10 * SECOND);
  expect(run.metrics.sum('PolledEventCount')).toBe(6);
  release();
  await run.clock.advance(10 * SECOND);
  expect(run.metrics.sum('PolledEventCount')).toBe(7);
  run.answer(() => answered());
  release();
});

test('emits no counts that the mapping does not ask for', async () => {
  const run = aMappingRun({ countEvents: false });
  await run.runner.start();
  await run.put('a');
  await run.clock.advance(2 * SECOND);
  expect(run.metrics.sum('PolledEventCount')).toBe(0);
  expect(run.metrics.values('IteratorAge')).toHaveLength(1);
});

test('follows a merge once both parents are drained, pushed as well', async () => {
  const run = aMappingRun({ shards: 2, dedicated: true });
  await run.runner.start();
  await run.put('a', 'b', 'c');
  await run.split(1);
  await run.clock.advance(60 * SECOND);
  await run.put('d', 'e');
  await run.clock.advance(10 * SECOND);
  expect(run.batches().flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(run.errors).toEqual([]);
});

test('gathers a batch for the batching window', async () => {
  const run = aMappingRun({ batchingWindowMs: 5 * SECOND });
  await run.runner.start();
  await run.put('a');
  await run.clock.advance(3 * SECOND);
  await run.put('b');
  await run.clock.advance(2 * SECOND);
  expect(run.batches()).toEqual([]);
  await run.clock.advance(SECOND);
  expect(run.batches()).toEqual([['a', 'b']]);
});

test('works on several batches of a shard at once and keeps the order of each key', async () => {
  const run = aMappingRun({ parallelizationFactor: 4, batchSize: 2 });
  let busy = 0;
  let mostBusy = 0;
  run.answer(async () => {
    busy += 1;
    mostBusy = Math.max(mostBusy, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    return answered();
  });
  await run.runner.start();
  for (let index = 0; index < 40; index += 1) await run.putKeyed(`${index % 8}/${index}`, String(index % 8));
  await run.clock.advance(5 * SECOND);
  const texts = run.batches().flat();
  expect(texts).toHaveLength(40);
  for (let key = 0; key < 8; key += 1) {
    const numbers = texts.filter((text) => text.startsWith(`${key}/`)).map((text) => Number(text.split('/')[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  expect(mostBusy).toBeGreaterThan(1);
  expect(await run.unread()).toBe(0);
});

test('keeps filtered records from the function and goes on past them', async () => {
  const run = aMappingRun({ filters: ['{"partitionKey":["b"]}'] });
  await run.runner.start();
  await run.put('a', 'b', 'c');
  await run.clock.advance(SECOND);
  expect(run.batches()).toEqual([['b']]);
  expect(run.runner.totals).toMatchObject({ passed: 1, filtered: 2 });
  expect(run.metrics.sum('FilteredOutEventCount')).toBe(2);
  expect(await run.unread()).toBe(0);
});

test('reports the age of the last record of a batch, and nothing while the stream is idle', async () => {
  const run = aMappingRun();
  await run.put('a');
  await run.clock.advance(4 * SECOND);
  await run.runner.start();
  await run.clock.advance(10 * SECOND);
  expect(run.metrics.values('IteratorAge')).toEqual([4 * SECOND]);
});

test('ends the batch that is running when it stops, and leaves the next one unread', async () => {
  const run = aMappingRun({ batchSize: 1 });
  let release: () => void = () => {};
  run.answer(() => new Promise((resolve) => (release = () => resolve(answered()))));
  await run.runner.start();
  await run.put('a', 'b');
  await run.clock.advance(SECOND);
  const stopped = run.runner.stop();
  release();
  await stopped;
  expect(run.batches()).toEqual([['a']]);
  expect(run.runner.totals.passed).toBe(1);
  expect(await run.unread()).toBe(1);
});

test('says so when its stream can no longer be read', async () => {
  const run = aMappingRun();
  await run.runner.start();
  await run.engine.DeleteStream({ StreamName: 'readings' });
  await run.clock.advance(10 * SECOND);
  expect(run.errors).toHaveLength(1);
});
