import { expect, test } from '@jest/globals';
import { anEngine, putText, readShard, STREAM } from '../../support/an-engine.js';

const MIB = 1_048_576;
const RATE_EXCEEDED = `Rate exceeded for shard shardId-000000000000 in stream ${STREAM} under account 000000000000.`;

/** A record that weighs exactly `bytes`, data and key. */
const weighing = (bytes: number) => ({ Data: Buffer.alloc(bytes - 1), PartitionKey: 'k' });

test('a shard takes 1 MiB a second, data and key, and says of each record beyond it why', async () => {
  const { engine, clock } = anEngine();
  const put = () => engine.PutRecords({ StreamName: STREAM, Records: Array(5).fill(weighing(MIB / 4)) });
  const first = await put();
  expect(first.FailedRecordCount).toBe(1);
  expect(first.Records!.slice(0, 4).every((record) => record.SequenceNumber !== undefined)).toBe(true);
  expect(first.Records![4]).toEqual({
    ErrorCode: 'ProvisionedThroughputExceededException',
    ErrorMessage: RATE_EXCEEDED,
  });
  await clock.advance(500);
  expect((await put()).FailedRecordCount).toBe(3);
});

test('a shard takes 1,000 records a second, however small', async () => {
  const { engine, clock } = anEngine();
  const put = () => engine.PutRecords({ StreamName: STREAM, Records: Array(400).fill(weighing(2)) });
  const refused: (number | undefined)[] = [];
  for (let call = 0; call < 3; call += 1) refused.push((await put()).FailedRecordCount);
  expect(refused).toEqual([0, 0, 200]);
  await clock.advance(1_000);
  expect((await put()).FailedRecordCount).toBe(0);
});

test('over a minute of overload a shard accepts 1 MiB a second on average', async () => {
  const { engine, clock, metrics } = anEngine();
  for (let step = 0; step < 600; step += 1) {
    await engine.PutRecords({ StreamName: STREAM, Records: Array(3).fill(weighing(100 * 1_024)) });
    await clock.advance(100);
  }
  const perSecond = metrics.sum('IncomingBytes') / 61;
  expect(Math.abs(perSecond / MIB - 1)).toBeLessThan(0.02);
  expect(metrics.sum('WriteProvisionedThroughputExceeded')).toBe(1_800 - engine.accepted(STREAM));
});

test('a record larger than a second holds is taken when the shard has rested, and is paid off afterwards', async () => {
  const { engine, clock } = anEngine();
  await engine.UpdateMaxRecordSize({ StreamARN: arn(), MaxRecordSizeInKiB: 10_240 });
  await engine.PutRecord({ StreamName: STREAM, ...weighing(10 * MIB) });
  await clock.advance(8_900);
  await expect(putText(engine, 'a')).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
    message: RATE_EXCEEDED,
  });
  await clock.advance(200);
  await putText(engine, 'a');
});

test('one hot shard does not throttle another', async () => {
  const { engine } = anEngine({ shards: 2 });
  const to = (ExplicitHashKey: string) => ({ ...weighing(MIB), ExplicitHashKey });
  const high = String(2n ** 128n - 1n);
  const { Records } = await engine.PutRecords({ StreamName: STREAM, Records: [to('0'), to('0'), to(high)] });
  expect(Records!.map((record) => record.ErrorCode === undefined)).toEqual([true, false, true]);
});

test('a shard answers 5 GetRecords calls a second', async () => {
  const { engine, clock, metrics } = anEngine();
  for (let call = 0; call < 5; call += 1) await readShard(engine, 'shardId-000000000000');
  await expect(readShard(engine, 'shardId-000000000000')).rejects.toMatchObject({ message: RATE_EXCEEDED });
  expect(metrics.sum('ReadProvisionedThroughputExceeded')).toBe(1);
  await clock.advance(1_000);
  await readShard(engine, 'shardId-000000000000');
});

test('a reply of 10 MiB makes the calls of the next 5 seconds fail', async () => {
  const { engine, clock } = anEngine();
  for (let second = 0; second < 11; second += 1) {
    await engine.PutRecord({ StreamName: STREAM, ...weighing(MIB) });
    await clock.advance(1_000);
  }
  const iterator = await trimHorizon();
  expect((await engine.GetRecords({ ShardIterator: iterator })).Records).toHaveLength(10);
  await clock.advance(4_900);
  await expect(engine.GetRecords({ ShardIterator: iterator })).rejects.toMatchObject({ message: RATE_EXCEEDED });
  await clock.advance(200);
  await engine.GetRecords({ ShardIterator: iterator });

  async function trimHorizon() {
    const input = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const };
    return (await engine.GetShardIterator(input)).ShardIterator!;
  }
});

test('limits can be switched off', async () => {
  const { engine } = anEngine({ enforceLimits: false });
  for (let call = 0; call < 10; call += 1) {
    const put = await engine.PutRecords({ StreamName: STREAM, Records: Array(4).fill(weighing(MIB)) });
    expect(put.FailedRecordCount).toBe(0);
    await readShard(engine, 'shardId-000000000000');
  }
});

function arn(): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
}
