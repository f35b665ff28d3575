import { expect, test } from '@jest/globals';
import { answered, reported, type StreamEvent, textsIn, threw } from '../../support/a-mapping.js';
import { aMappingRun, type MappingRunSettings } from '../../support/a-mapping-run.js';

async function aStartedRun(settings: MappingRunSettings = {}) {
  const run = aMappingRun({ onFailureArn: 'arn:aws:s3:::failures', ...settings });
  await run.runner.start();
  return run;
}

const MINUTE = 60_000;
const failsAt = (bad: string) => (event: StreamEvent) => (textsIn(event).includes(bad) ? threw() : answered());

/** Stops at the first bad record and says which it was. */
const reports = (bad: string) => (event: StreamEvent) => {
  const record = event.Records[textsIn(event).indexOf(bad)];
  return record ? reported(record.kinesis.sequenceNumber) : answered();
};

test('delivers a failed batch again, waiting longer each time, and goes on when it passes', async () => {
  const run = await aStartedRun();
  const atMs: number[] = [];
  run.answer(() => {
    atMs.push(run.clock.nowMs());
    return atMs.length < 4 ? threw() : answered();
  });
  await run.put('a');
  await run.clock.advance(MINUTE);
  expect(atMs.slice(1).map((ms, index) => ms - atMs[index]!)).toEqual([500, 1_000, 2_000]);
  expect(run.runner.totals).toMatchObject({ passed: 1, failed: 0 });
});

test('puts the whole event of a batch whose retries are used up into the bucket', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 1 });
  run.answer(failsAt('bad'));
  await run.put('bad', 'good');
  await run.clock.advance(MINUTE);
  expect(run.batches()).toEqual([
    ['bad', 'good'],
    ['bad', 'good'],
  ]);
  expect(run.runner.totals).toMatchObject({ passed: 0, failed: 2, dropped: 0 });
  expect(await run.unread()).toBe(0);
  const [{ bucket, key, body }] = run.objects as [(typeof run.objects)[0]];
  expect(bucket).toBe('failures');
  expect(key).toMatch(
    /^aws\/lambda\/11111111-2222-4333-8444-555555555555\/shardId-000000000000\/2026\/01\/05\/2026-01-05T10\.00\.0\d-[0-9a-f-]{36}$/,
  );
  const [first, last] = run.events[0]!.Records;
  expect(body).toEqual({
    requestContext: {
      requestId: 'request',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(/^2026-01-05T10:00:0/),
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: first!.kinesis.sequenceNumber,
      endSequenceNumber: last!.kinesis.sequenceNumber,
      approximateArrivalOfFirstRecord: '2026-01-05T10:00:00.000Z',
      approximateArrivalOfLastRecord: '2026-01-05T10:00:00.000Z',
      batchSize: 2,
      streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/readings',
    },
    payload: JSON.stringify(run.events[0]),
  });
});

test('says which records a queue was told of, and none that it was not', async () => {
  const onFailureArn = 'arn:aws:sqs:us-east-1:000000000000:failures';
  const run = await aStartedRun({ maximumRetryAttempts: 0, bisectOnError: true, onFailureArn });
  run.answer(failsAt('bad'));
  await run.put('good', 'bad', 'fine');
  await run.clock.advance(MINUTE);
  expect(run.kept).toEqual(['bad']);
});

test('a batch that grows too old says how often it was tried', async () => {
  const run = await aStartedRun({ maximumRecordAgeSeconds: 60 });
  run.answer(() => threw());
  await run.put('old');
  await run.clock.advance(2 * MINUTE);
  expect(run.objects[0]!.body.requestContext).toMatchObject({
    condition: 'RecordAgeExceeded',
    approximateInvokeCount: run.events.length,
  });
});

test.each([
  ['a queue', 'arn:aws:sqs:us-east-1:000000000000:failures'],
  ['a topic', 'arn:aws:sns:us-east-1:000000000000:failures'],
])('sends %s the metadata without the event', async (_what, onFailureArn) => {
  const run = await aStartedRun({ maximumRetryAttempts: 0, onFailureArn });
  run.answer(() => threw());
  await run.put('bad');
  await run.clock.advance(MINUTE);
  expect(run.messages).toHaveLength(1);
  expect(run.messages[0]!.arn).toBe(onFailureArn);
  const body = JSON.parse(run.messages[0]!.body) as object;
  expect(body).toMatchObject({ KinesisBatchInfo: { batchSize: 1 } });
  expect(body).not.toHaveProperty('payload');
});

test('drops what is given up without a destination, and says so', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 0, onFailureArn: undefined });
  run.answer(() => threw());
  await run.put('bad');
  await run.clock.advance(MINUTE);
  expect(run.runner.totals).toMatchObject({ failed: 0, dropped: 1 });
  expect(run.metrics.sum('DroppedEventCount')).toBe(1);
  expect(run.metrics.sum('OnFailureDestinationDeliveredEventCount')).toBe(0);
});

test('tries a failure destination again before it gives up on that', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 0 });
  run.answer(() => threw());
  run.refuseObjects(2);
  await run.put('first');
  await run.clock.advance(MINUTE);
  expect(run.runner.totals).toMatchObject({ failed: 1, dropped: 0 });
  run.refuseObjects(3);
  await run.put('second');
  await run.clock.advance(MINUTE);
  expect(run.runner.totals).toMatchObject({ failed: 1, dropped: 1 });
});

test('gives up a record that no event can carry, and goes on', async () => {
  const run = await aStartedRun();
  await run.allowLargeRecords();
  await run.putKeyed('x'.repeat(5_000_000), 'large');
  await run.clock.advance(MINUTE);
  await run.put('small');
  await run.clock.advance(MINUTE);
  expect(run.batches()).toEqual([['small']]);
  expect(run.runner.totals).toMatchObject({ passed: 1, failed: 1 });
  expect(run.objects[0]!.body).toMatchObject({
    requestContext: { condition: 'PayloadSizeExceeded', approximateInvokeCount: 0 },
  });
});

test('with bisect only the bad record is given up', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 0, bisectOnError: true });
  run.answer(failsAt('bad'));
  await run.put('a', 'b', 'bad', 'd');
  await run.clock.advance(MINUTE);
  expect(run.batches()).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['d']]);
  expect(run.runner.totals).toMatchObject({ passed: 3, failed: 1 });
  expect(run.metrics.sum('OnFailureDestinationDeliveredEventCount')).toBe(1);
});

test('a partial response moves the checkpoint to the record before the reported one', async () => {
  const run = await aStartedRun();
  run.answer(reports('bad'));
  await run.put('a', 'b', 'bad', 'd');
  await run.clock.advance(1_000);
  expect(run.batches().slice(0, 2)).toEqual([
    ['a', 'b', 'bad', 'd'],
    ['bad', 'd'],
  ]);
  const [, second] = run.events[0]!.Records;
  expect(run.runner.checkpoint('shardId-000000000000')).toBe(second!.kinesis.sequenceNumber);
  expect(await run.unread()).toBe(2);
});

test('a partial response counts each record once, however often it was delivered', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 2, bisectOnError: true });
  run.answer(reports('bad'));
  await run.put('a', 'b', 'bad', 'd', 'e');
  await run.clock.advance(MINUTE);
  expect(run.runner.totals).toEqual({ passed: 4, failed: 1, dropped: 0, filtered: 0 });
  expect(run.objects.map(({ body }) => textsIn(JSON.parse(body.payload) as StreamEvent))).toEqual([['bad']]);
});

test('gives up records that are older than the mapping allows', async () => {
  const run = await aStartedRun({ maximumRecordAgeSeconds: 60 });
  run.answer(() => threw());
  await run.put('old');
  await run.clock.advance(2 * MINUTE);
  expect(run.runner.totals).toMatchObject({ failed: 1 });
  expect(run.objects[0]!.body).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
  run.answer(() => answered());
  await run.put('new');
  await run.clock.advance(1_000);
  expect(run.runner.totals).toMatchObject({ passed: 1, failed: 1 });
});

test('throttling uses up no retry', async () => {
  const run = await aStartedRun({ maximumRetryAttempts: 0 });
  let refused = 0;
  run.answer(() => (refused++ < 5 ? { kind: 'throttled' } : answered()));
  await run.put('a');
  await run.clock.advance(MINUTE);
  expect(run.runner.totals).toMatchObject({ passed: 1, failed: 0 });
  expect(run.metrics.sum('InvokedEventCount')).toBe(1);
  expect(run.metrics.sum('FailedInvokeEventCount')).toBe(5);
});

test('a failing shard does not hold up another one', async () => {
  const run = await aStartedRun({ shards: 2 });
  run.answer((event) => (event.Records[0]!.eventID.startsWith('shardId-000000000000') ? threw() : answered()));
  for (let index = 0; index < 20; index += 1) await run.put(String(index));
  await run.clock.advance(MINUTE);
  const { passed } = run.runner.totals;
  expect(passed).toBeGreaterThan(0);
  expect(passed + (await run.unread())).toBe(20);
});
