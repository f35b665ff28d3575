import { expect, test } from '@jest/globals';
import { anEngine, readShard, STREAM } from '../../support/an-engine.js';

const weighing = (bytes: number) => ({ Data: Buffer.alloc(bytes - 1), PartitionKey: 'k' });

test('PutRecords reports what was taken and what was refused, once a call, in lab time', async () => {
  const { engine, clock, metrics } = anEngine();
  await clock.advance(5_000);
  await engine.PutRecords({ StreamName: STREAM, Records: Array(5).fill(weighing(262_144)) });
  const expected = {
    IncomingBytes: 1_048_576,
    IncomingRecords: 4,
    WriteProvisionedThroughputExceeded: 1,
    'PutRecords.Bytes': 1_048_576,
    'PutRecords.Success': 1,
    'PutRecords.TotalRecords': 5,
    'PutRecords.SuccessfulRecords': 4,
    'PutRecords.FailedRecords': 0,
    'PutRecords.ThrottledRecords': 1,
  };
  for (const [name, value] of Object.entries(expected)) expect([name, metrics.values(name)]).toEqual([name, [value]]);
  expect(metrics.values('PutRecords.Latency')).toHaveLength(1);
  for (const { namespace, dimensions, atMs } of metrics.datapoints) {
    expect({ namespace, dimensions, atMs }).toEqual({
      namespace: 'AWS/Kinesis',
      dimensions: { StreamName: STREAM },
      atMs: clock.nowMs(),
    });
  }
});

test('PutRecord reports under its own name', async () => {
  const { engine, metrics } = anEngine();
  await engine.PutRecord({ StreamName: STREAM, ...weighing(100) });
  expect(metrics.values('PutRecord.Bytes')).toEqual([100]);
  expect(metrics.values('PutRecord.Success')).toEqual([1]);
  expect(metrics.values('PutRecords.TotalRecords')).toEqual([]);
});

test('GetRecords reports the age of the last record it gave, 0 at the tip', async () => {
  const { engine, clock, metrics } = anEngine();
  await engine.PutRecords({ StreamName: STREAM, Records: [weighing(100), weighing(100)] });
  await clock.advance(3_000);
  const input = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator } = await engine.GetShardIterator(input);
  await engine.GetRecords({ ShardIterator, Limit: 1 });
  await engine.GetRecords({ ShardIterator });
  expect(metrics.values('GetRecords.IteratorAgeMilliseconds')).toEqual([3_000, 0]);
  expect(metrics.values('GetRecords.Records')).toEqual([1, 2]);
  expect(metrics.values('GetRecords.Bytes')).toEqual([100, 200]);
  expect(metrics.values('GetRecords.Success')).toEqual([1, 1]);
});

test('shard-level metrics are reported where they are switched on, and only those', async () => {
  const { engine, metrics } = anEngine({ shards: 2 });
  await engine.EnableEnhancedMonitoring({
    StreamName: STREAM,
    ShardLevelMetrics: ['IncomingBytes', 'OutgoingRecords'],
  });
  const to = (ExplicitHashKey: string) => ({ ...weighing(100), ExplicitHashKey });
  await engine.PutRecords({ StreamName: STREAM, Records: [to('0'), to('0'), to(String(2n ** 128n - 1n))] });
  await readShard(engine, 'shardId-000000000000');
  const shardLevel = metrics.datapoints.filter(({ dimensions }) => dimensions.ShardId !== undefined);
  expect(shardLevel.map(({ dimensions, name, value }) => [dimensions.ShardId, name, value])).toEqual([
    ['shardId-000000000000', 'IncomingBytes', 200],
    ['shardId-000000000001', 'IncomingBytes', 100],
    ['shardId-000000000000', 'OutgoingRecords', 2],
  ]);
});
