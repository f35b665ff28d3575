import type { GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis';
import { expect, test } from '@jest/globals';
import type { KinesisEngine } from '../../../local/engine/engine.js';
import { anEngine, putText, readShard, STREAM, textOf } from '../../support/an-engine.js';

const SHARD = 'shardId-000000000000';
const HOUR_MS = 3_600_000;

const iteratorOf = async (engine: KinesisEngine, start: Partial<GetShardIteratorCommandInput>) =>
  (await engine.GetShardIterator({ StreamName: STREAM, ShardId: SHARD, ShardIteratorType: 'LATEST', ...start }))
    .ShardIterator!;

/** Puts a, b and c, one second apart; returns where each went and when. */
async function threeRecords() {
  const { engine, clock } = anEngine();
  const puts: { sequenceNumber: string; atMs: number }[] = [];
  for (const text of ['a', 'b', 'c']) {
    await clock.advance(1_000);
    puts.push({ sequenceNumber: (await putText(engine, text)).SequenceNumber!, atMs: clock.nowMs() });
  }
  return { engine, clock, b: puts[1]! };
}

test.each([
  ['TRIM_HORIZON', () => ({}), 'abc'],
  ['LATEST', () => ({}), ''],
  ['AT_SEQUENCE_NUMBER', (b) => ({ StartingSequenceNumber: b.sequenceNumber }), 'bc'],
  ['AFTER_SEQUENCE_NUMBER', (b) => ({ StartingSequenceNumber: b.sequenceNumber }), 'c'],
  ['AT_TIMESTAMP', (b) => ({ Timestamp: new Date(b.atMs) }), 'bc'],
  ['AT_TIMESTAMP', (b) => ({ Timestamp: new Date(b.atMs + 1) }), 'c'],
  ['AT_TIMESTAMP', () => ({ Timestamp: new Date(0) }), 'abc'],
] as const satisfies readonly (readonly [
  string,
  (b: { sequenceNumber: string; atMs: number }) => Partial<GetShardIteratorCommandInput>,
  string,
])[])('an iterator of type %s starts where it should (%#)', async (ShardIteratorType, start, texts) => {
  const { engine, b } = await threeRecords();
  const ShardIterator = await iteratorOf(engine, { ShardIteratorType, ...start(b) });
  const { Records } = await engine.GetRecords({ ShardIterator });
  expect(Records!.map(textOf).join('')).toBe(texts);
});

test("the shard's starting sequence number reads it from the start", async () => {
  const { engine } = await threeRecords();
  const { Shards } = await engine.ListShards({ StreamName: STREAM });
  const StartingSequenceNumber = Shards![0]!.SequenceNumberRange!.StartingSequenceNumber!;
  const ShardIterator = await iteratorOf(engine, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber });
  expect((await engine.GetRecords({ ShardIterator })).Records).toHaveLength(3);
});

test('how far behind a reader is counts from the last record it got, and is 0 at the tip', async () => {
  const { engine, clock } = await threeRecords();
  await clock.advance(500);
  const ShardIterator = await iteratorOf(engine, { ShardIteratorType: 'TRIM_HORIZON' });
  expect((await engine.GetRecords({ ShardIterator, Limit: 1 })).MillisBehindLatest).toBe(2_500);
  expect((await engine.GetRecords({ ShardIterator })).MillisBehindLatest).toBe(0);
});

test('records are gone when retention has passed, and iterators before them go on with what is left', async () => {
  const { engine, clock } = anEngine();
  await putText(engine, 'old');
  await clock.advance(HOUR_MS);
  await putText(engine, 'new');
  await clock.advance(23 * HOUR_MS + 1);
  expect((await readShard(engine, SHARD)).map(textOf)).toEqual(['new']);
  await engine.IncreaseStreamRetentionPeriod({ StreamName: STREAM, RetentionPeriodHours: 48 });
  await clock.advance(24 * HOUR_MS);
  expect((await readShard(engine, SHARD)).map(textOf)).toEqual(['new']);
  await clock.advance(HOUR_MS);
  expect(await readShard(engine, SHARD)).toEqual([]);
  expect(engine.countAfter(STREAM, SHARD, undefined)).toBe(0);
  expect(engine.accepted(STREAM)).toBe(2);
});

test('the census counts what comes after a sequence number', async () => {
  const { engine, b } = await threeRecords();
  expect(engine.countAfter(STREAM, SHARD, undefined)).toBe(3);
  expect(engine.countAfter(STREAM, SHARD, b.sequenceNumber)).toBe(1);
});

test('an iterator expires after five minutes, in the words of the service', async () => {
  const { engine, clock } = anEngine();
  const ShardIterator = await iteratorOf(engine, {});
  await clock.advance(300_000);
  await engine.GetRecords({ ShardIterator });
  await clock.advance(1);
  await expect(engine.GetRecords({ ShardIterator })).rejects.toMatchObject({
    name: 'ExpiredIteratorException',
    message:
      'Iterator expired. The iterator was created at time Mon Jan 05 10:00:00 UTC 2026 while right now it is Mon Jan 05 10:05:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.',
  });
});

test.each([
  ['is no iterator', 'InvalidArgumentException', () => 'AAAA'],
  ['is of a stream that is gone', 'ResourceNotFoundException', (nowMs) => `lab1|gone|0|${SHARD}|1|${nowMs}`],
] as const satisfies readonly (readonly [string, string, (nowMs: number) => string])[])(
  'GetRecords fails when the iterator %s',
  async (_rule, name, text) => {
    const { engine, clock } = anEngine();
    const ShardIterator = Buffer.from(text(clock.nowMs())).toString('base64');
    await expect(engine.GetRecords({ ShardIterator })).rejects.toMatchObject({ name });
  },
);

test.each([
  [
    'lies in the future',
    { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Date.UTC(2030, 0)) },
    'cannot be greater',
  ],
  ['misses its number', { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }, 'Must specify startingSequenceNumber'],
  ['misses its time', { ShardIteratorType: 'AT_TIMESTAMP' }, 'Must specify timestampInMillis'],
  [
    'is a number of no stream',
    { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '12345' },
    'did not come from this stream',
  ],
] as const)('GetShardIterator fails when its start %s', async (_rule, start, text) => {
  const { engine } = anEngine();
  await expect(iteratorOf(engine, start)).rejects.toMatchObject({
    name: 'InvalidArgumentException',
    message: expect.stringContaining(text),
  });
});

test('GetShardIterator fails when the number is of another shard', async () => {
  const { engine } = anEngine({ shards: 2 });
  const { Shards } = await engine.ListShards({ StreamName: STREAM });
  const StartingSequenceNumber = Shards![1]!.SequenceNumberRange!.StartingSequenceNumber!;
  await expect(
    iteratorOf(engine, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber }),
  ).rejects.toMatchObject({ message: expect.stringContaining('It encodes shardId-000000000001') });
});
