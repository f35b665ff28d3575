import { expect, test } from '@jest/globals';
import type { DeliveryRunnerOptions } from '../../../local/delivery/delivery-runner.js';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { ServiceError } from '../../../local/service-error.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';

const noFunctions = { invoke: async () => Promise.reject(new Error('no function was expected')) };

function aRunner(
  more: Parameters<typeof aDelivery>[0] = {},
  options: Partial<DeliveryRunnerOptions> & { shards?: number } = {},
) {
  const lab = anEngine({ shards: options.shards ?? 1 });
  const objects = new MemoryObjects();
  const { clock, metrics, engine } = lab;
  const runner = new DeliveryRunner({
    delivery: aDelivery(more),
    ...{ kinesis: engine, objects, functions: noFunctions, metrics, clock },
    ...options,
  });
  return { ...lab, objects, runner };
}

const texts = (count: number, name = 'r') => Array.from({ length: count }, (_, index) => `${name}${index}`);

test('delivers what is put after its start, once the buffer interval has passed', async () => {
  const { engine, clock, objects, runner, metrics } = aRunner();
  await putText(engine, 'before the start');
  await clock.advance(10);
  await runner.start();
  for (const text of texts(3)) await putText(engine, text);
  await clock.advance(59_000);
  expect(objects.keys()).toEqual([]);
  expect(runner.totals()).toMatchObject({ read: 3, delivered: 0, pending: 3 });
  await clock.advance(4_000);
  expect(objects.keys()).toEqual([
    expect.stringMatching(/^objects\/events\/2026\/01\/05\/10\/delivery-1-2026-01-05-10-00-00-[-0-9a-f]{36}$/),
  ]);
  expect(objects.lines('objects/events/')).toEqual(['r0', 'r1', 'r2']);
  const ends = { read: 3, delivered: 3, failed: 0, dropped: 0, pending: 0 };
  expect(runner.totals()).toEqual({ ...ends, objects: 1, deliveredUserRecords: 3 });
  expect(metrics.sum('DeliveryToS3.Records')).toBe(3);
  expect(metrics.sum('DataReadFromKinesisStream.Records')).toBe(3);
  expect(metrics.datapoints.find(({ name }) => name === 'DeliveryToS3.Success')).toMatchObject({
    namespace: 'AWS/Firehose',
    dimensions: { DeliveryStreamName: 'delivery' },
    value: 1,
  });
  expect(Math.max(...metrics.values('DeliveryToS3.DataFreshness'))).toBeGreaterThanOrEqual(60);
  await runner.stop();
});

test('delivers as soon as the buffer is full, and the rest when it is flushed', async () => {
  const { engine, clock, objects, runner } = aRunner({ bufferBytes: 10 });
  await runner.start();
  for (const text of texts(7)) await putText(engine, text);
  await clock.advance(1_000);
  expect(runner.totals()).toMatchObject({ read: 7, delivered: 6, pending: 1, objects: 2 });
  await runner.stop();
  await runner.flush();
  expect(runner.totals()).toMatchObject({ delivered: 7, pending: 0, objects: 3 });
  expect(objects.lines('objects/events/')).toEqual(texts(7));
});

test('compresses objects and names them so, and leaves delimiters out when none is asked for', async () => {
  const { engine, clock, objects, runner } = aRunner({ compression: 'GZIP', appendDelimiter: false });
  await runner.start();
  for (const text of texts(3)) await putText(engine, text);
  await clock.advance(1_000);
  await runner.stop();
  await runner.flush();
  expect(objects.keys()).toEqual([expect.stringMatching(/\.gz$/)]);
  expect(objects.lines('objects/events/')).toEqual(['r0r1r2']);
});

test('delivers every record once, in the order of each key, across a split and a merge', async () => {
  const { engine, clock, objects, runner } = aRunner({ bufferBytes: 200 }, { shards: 2 });
  await runner.start();
  let rounds = 0;
  await clock.advance(123);
  for (const TargetShardCount of [4, 2, 1, 2]) {
    await engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
    // Out of step with the polling second: some records reach new shards before those have been found.
    for (let step = 0; step < 101; step += 1, rounds += 1) {
      for (const key of texts(8, 'k')) await putText(engine, `${key}:${rounds}`, key);
      await clock.advance(370);
    }
  }
  await clock.advance(10_000);
  await runner.stop();
  await runner.flush();
  const lines = objects.lines('objects/events/');
  expect(lines).toHaveLength(8 * rounds);
  for (const key of texts(8, 'k')) {
    const own = lines.filter((line) => line.startsWith(`${key}:`));
    expect(own).toEqual(Array.from({ length: rounds }, (_, round) => `${key}:${round}`));
  }
  for (const [shardId, { sequenceNumber }] of runner.progress()) {
    expect(engine.countAfter(STREAM, shardId, sequenceNumber)).toBe(0);
  }
});

test('gathers each partition in its own objects, and sends what has no partition to the error prefix', async () => {
  const { engine, clock, objects, runner } = aRunner({
    prefix: 'by/!{partitionKeyFromQuery:type}/!{partitionKeyFromQuery:site}/',
    partitionKeys: { type: '.type', site: '.payload.site' },
  });
  await runner.start();
  const event = (type: string, site: unknown) => JSON.stringify({ type, payload: { site } });
  for (const text of [event('a', 1), event('b', 1), event('a', 1), event('a', null), 'no JSON']) {
    await putText(engine, text, 'k');
  }
  await clock.advance(2_000);
  await runner.stop();
  await runner.flush();
  expect(objects.lines('objects/by/a/1/')).toEqual([event('a', 1), event('a', 1)]);
  expect(objects.lines('objects/by/b/1/')).toEqual([event('b', 1)]);
  const failed = objects.lines('objects/errors/processing-failed/2026/').map((line) => JSON.parse(line));
  expect(failed).toMatchObject([
    { errorCode: 'DynamicPartitioning.MetadataExtractionFailed', attemptsMade: 1 },
    { errorMessage: 'the record is not JSON', rawData: Buffer.from('no JSON').toString('base64') },
  ]);
  expect(runner.totals()).toMatchObject({ read: 5, delivered: 3, failed: 2, pending: 0 });
});

test('sends partitions past the limit of open ones to the error prefix', async () => {
  const { engine, clock, objects, runner, metrics } = aRunner({
    prefix: 'by/!{partitionKeyFromQuery:type}/',
    partitionKeys: { type: '.type' },
    bufferBytes: 100_000,
  });
  await runner.start();
  for (const type of texts(501)) await putText(engine, JSON.stringify({ type }));
  await clock.advance(2_000);
  await runner.stop();
  await runner.flush();
  expect(runner.totals()).toMatchObject({ delivered: 500, failed: 1, objects: 500 });
  expect(objects.lines('objects/errors/')[0]).toContain('ActivePartitionsLimitExceeded');
  expect(metrics.sum('PartitionCountExceeded')).toBe(1);
});

test('keeps what the bucket could not take, says so, and puts it again under the same key', async () => {
  const { engine, clock, objects, runner, metrics } = aRunner();
  await runner.start();
  await putText(engine, 'kept');
  objects.fault = new Error('disk is full');
  await clock.advance(63_000);
  expect(runner.totals()).toMatchObject({ delivered: 0, pending: 1 });
  expect(metrics.values('DeliveryToS3.Success')).toContain(0);
  objects.fault = undefined;
  await clock.advance(2_000);
  expect(runner.totals()).toMatchObject({ delivered: 1, pending: 0, objects: 1 });
  await runner.stop();
});

test('sends what the bucket refuses for good to the error prefix', async () => {
  const { engine, clock, objects, runner } = aRunner();
  const put = objects.put.bind(objects);
  objects.put = async (bucket, key, body) => {
    if (key.startsWith('events/')) throw new ServiceError('InvalidArgument', 'the key cannot be stored');
    return put(bucket, key, body);
  };
  await runner.start();
  await putText(engine, 'refused');
  await clock.advance(2_000);
  await runner.stop();
  await runner.flush();
  expect(runner.totals()).toMatchObject({ delivered: 0, failed: 1, pending: 0 });
  expect(JSON.parse(objects.lines('objects/errors/delivery-failed/')[0]!)).toMatchObject({
    errorCode: 'S3.InvalidArgument',
    rawData: Buffer.from('refused').toString('base64'),
  });
});

test('waits out a throttled shard', async () => {
  const { engine, clock, objects, runner, metrics } = aRunner();
  await runner.start();
  await putText(engine, 'late');
  const { ShardIterator } = await engine.GetShardIterator({
    StreamName: STREAM,
    ShardId: 'shardId-000000000000',
    ShardIteratorType: 'LATEST',
  });
  // Another reader takes the shard's five calls of the second in which the delivery reads next.
  await clock.advance(900);
  for (let call = 0; call < 5; call += 1) await engine.GetRecords({ ShardIterator }).catch(() => {});
  await clock.advance(10_000);
  await runner.stop();
  await runner.flush();
  expect(metrics.sum('ThrottledGetRecords')).toBeGreaterThan(0);
  expect(objects.lines('objects/events/')).toEqual(['late']);
});

test('tells of a fault at once, and again when it is stopped', async () => {
  const heard: unknown[] = [];
  const { engine, clock, runner } = aRunner({}, { onFault: (error) => heard.push(error) });
  await runner.start();
  await engine.DeleteStream({ StreamName: STREAM, EnforceConsumerDeletion: true });
  await clock.advance(5_000);
  expect(heard).toMatchObject([{ code: 'ResourceNotFoundException' }]);
  await expect(runner.stop()).rejects.toBe(heard[0]);
});

test.each([
  [{ prefix: '!{partitionKeyFromLambda:x}/' }, 'partitionKeyFromLambda'],
  [{ partitionKeys: { day: '.time[0:10]' } }, '.time[0:10]'],
])('fails when a delivery uses what the lab does not have, by its name', (more, name) => {
  expect(() => aRunner(more)).toThrow(name);
});
