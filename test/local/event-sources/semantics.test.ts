// Rules of Lambda's mappings that only show over time, against the real engine. rules.test.ts lists where each rule of
// a mapping is tested.
import { expect, test } from '@jest/globals';
import { INVOCATION_PAYLOAD_MAX_BYTES } from '../../../core/limits-lambda.js';
import { answered, type StreamEvent, textsIn, threw } from '../../support/a-mapping.js';
import { aMappingRun } from '../../support/a-mapping-run.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START_MS = Date.UTC(2026, 0, 5, 10);

test('with unbounded retries a failing shard is blocked until retention ends, and what is lost then counts nowhere', async () => {
  const run = aMappingRun({ batchSize: 1, onFailureArn: 'arn:aws:s3:::failures' });
  run.answer((event) => (textsIn(event).includes('fresh') ? answered() : threw()));
  await run.runner.start();
  // Four, so that the mapping reads no further while the first fails.
  await run.put('a', 'b', 'c', 'd');
  await run.clock.advance(23 * HOUR);
  await run.put('fresh');
  expect(run.runner.totals).toEqual({ passed: 0, failed: 0, dropped: 0, filtered: 0 });
  expect(await run.unread()).toBe(5);
  await run.clock.advance(HOUR + MINUTE);
  expect(new Set(run.batches().flat())).toEqual(new Set(['a', 'fresh']));
  expect(run.runner.totals).toMatchObject({ passed: 1, failed: 0, dropped: 4 });
  expect(run.metrics.sum('DroppedEventCount')).toBe(0);
  expect(run.objects).toEqual([]);
  expect(await run.unread()).toBe(0);
});

test('the end of a window is not tried longer than retention', async () => {
  // Stands for a retention of five minutes: a day is long when a shard is polled each second.
  const trouble = () => ({ horizonMs: () => run.clock.nowMs() - 5 * MINUTE });
  const run = aMappingRun({ tumblingWindowMs: 10 * SECOND, trouble });
  run.answer((event) => (event.isFinalInvokeForWindow ? threw() : answered({ state: {} })));
  await run.runner.start();
  await run.put('old');
  await run.clock.advance(30 * SECOND);
  await run.clock.advance(4 * MINUTE);
  await run.put('new');
  await run.clock.advance(20 * SECOND);
  expect(run.batches().flat()).toEqual(['old']);
  await run.clock.advance(MINUTE);
  expect(run.batches().flat()).toEqual(['old', 'new']);
});

test.each([
  ['polled', false],
  ['pushed', true],
])('what a start at a time skips is not unread, %s', async (_how, dedicated) => {
  const run = aMappingRun({ dedicated, startingPosition: 'AT_TIMESTAMP', startingTimestampMs: START_MS + 5 * SECOND });
  await run.put('a', 'b');
  await run.clock.advance(10 * SECOND);
  await run.put('c');
  await run.runner.start();
  expect(await run.unread()).toBe(1);
  await run.clock.advance(2 * SECOND);
  expect(run.batches()).toEqual([['c']]);
  expect(await run.unread()).toBe(0);
  await run.put('d');
  expect(await run.unread()).toBe(1);
});

test('a start at a time reads a closed shard from that time and its children from their beginning', async () => {
  const run = aMappingRun({ startingPosition: 'AT_TIMESTAMP', startingTimestampMs: START_MS + 5 * SECOND });
  await run.put('skipped');
  await run.clock.advance(10 * SECOND);
  await run.put('parent');
  await run.split(2);
  await run.clock.advance(MINUTE);
  await run.put('a', 'b');
  await run.runner.start();
  expect(await run.unread()).toBe(3);
  await run.clock.advance(10 * SECOND);
  expect(run.batches()[0]).toEqual(['parent']);
  expect(run.batches().flat().sort()).toEqual(['a', 'b', 'parent']);
  expect(await run.unread()).toBe(0);
});

test.each([
  ['polled', false],
  ['pushed', true],
])('a start at the latest record misses nothing of the reshards that follow, %s', async (_how, dedicated) => {
  const run = aMappingRun({ dedicated, startingPosition: 'LATEST', shards: 2 });
  await run.put('skipped');
  await run.runner.start();
  await run.clock.advance(0);
  const put: string[] = [];
  for (const shards of [4, 2]) {
    await run.split(shards);
    // Before, while and after the shards change hands.
    for (let step = 0; step < 9; step += 1) {
      const text = `${shards}/${step}`;
      await run.put(text);
      put.push(text);
      await run.clock.advance(5 * SECOND);
    }
  }
  await run.clock.advance(10 * SECOND);
  expect(run.batches().flat().sort()).toEqual(put.sort());
  expect(await run.unread()).toBe(0);
});

test('no event is larger than 6 MB, base64 and frame included, and nothing is lost at the cuts', async () => {
  const run = aMappingRun({ batchSize: 10_000 });
  const sizes: number[] = [];
  run.answer((event) => {
    sizes.push(Buffer.byteLength(JSON.stringify(event)));
    return answered();
  });
  const texts = Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index).repeat(1_000_000));
  for (const text of texts) {
    await run.putKeyed(text, 'key');
    await run.clock.advance(SECOND);
  }
  await run.runner.start();
  await run.clock.advance(30 * SECOND);
  expect(run.batches().flat()).toEqual(texts);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(INVOCATION_PAYLOAD_MAX_BYTES);
  expect(Math.max(...sizes)).toBeGreaterThan(INVOCATION_PAYLOAD_MAX_BYTES / 2);
});

test('says once for a batch that its failure destination could not be written, by the name of the function', async () => {
  const run = aMappingRun({ maximumRetryAttempts: 0, onFailureArn: 'arn:aws:s3:::failures' });
  run.answer(() => threw());
  run.refuseObjects(3);
  await run.runner.start();
  await run.put('a');
  await run.clock.advance(MINUTE);
  const failures = run.metrics.datapoints.filter(({ name }) => name === 'DestinationDeliveryFailures');
  expect(failures).toEqual([
    expect.objectContaining({ namespace: 'AWS/Lambda', dimensions: { FunctionName: 'fn' }, value: 1 }),
  ]);
  expect(run.metrics.sum('DroppedEventCount')).toBe(1);
});

test('a failing key holds up its own lane of a shard, in order, and no other', async () => {
  const run = aMappingRun({ parallelizationFactor: 10, batchSize: 1 });
  let mended = false;
  run.answer((event) => (textsIn(event)[0]!.startsWith('bad/') && !mended ? threw() : answered()));
  await run.runner.start();
  for (let index = 0; index < 20; index += 1) await run.putKeyed(`bad/${index}`, 'bad');
  for (let index = 0; index < 20; index += 1) await run.putKeyed(`good/${index}`, `good/${index}`);
  await run.clock.advance(MINUTE);
  const passedBefore = run.runner.totals.passed;
  expect(passedBefore).toBeGreaterThan(10);
  expect(new Set(run.batches().flat())).not.toContain('bad/1');
  // Lanes that are done are ahead of the checkpoint, which waits for the failing record.
  expect(run.runner.checkpoint('shardId-000000000000')).toBeUndefined();
  mended = true;
  await run.clock.advance(2 * MINUTE);
  const bad = run.batches().flatMap((texts) => texts.filter((text) => text.startsWith('bad/')));
  expect([...new Set(bad)]).toEqual(Array.from({ length: 20 }, (_, index) => `bad/${index}`));
  expect(run.runner.totals.passed).toBe(40);
  expect(await run.unread()).toBe(0);
});

test('the same records reach a mapping whatever its filters leave out, when it is pushed to as well', async () => {
  const run = aMappingRun({ dedicated: true, filters: ['{"data":{"type":["order"]}}'] });
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('{"type":"order","n":1}', '{"type":"view"}', 'no JSON', '{"type":"order","n":2}');
  await run.clock.advance(SECOND);
  expect(run.batches().flat()).toEqual(['{"type":"order","n":1}', '{"type":"order","n":2}']);
  expect(run.runner.totals).toMatchObject({ passed: 2, filtered: 2 });
});

test('children of a split shard wait for a batch of their parent that is still being tried', async () => {
  const run = aMappingRun({ dedicated: true, maximumRetryAttempts: 3, onFailureArn: 'arn:aws:s3:::failures' });
  const isParent = (event: StreamEvent) => event.Records[0]!.eventID.startsWith('shardId-000000000000');
  const order: string[] = [];
  run.answer((event) => {
    order.push(isParent(event) ? 'parent' : 'child');
    return isParent(event) ? threw() : answered();
  });
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('parent');
  await run.split(2);
  await run.clock.advance(MINUTE);
  await run.put('a', 'b', 'c', 'd');
  await run.clock.advance(MINUTE);
  expect(order.lastIndexOf('parent')).toBeLessThan(order.indexOf('child'));
  expect(order.filter((kind) => kind === 'parent')).toHaveLength(4);
  expect(run.runner.totals).toMatchObject({ passed: 4, failed: 1 });
});
