import { expect, test } from '@jest/globals';
import type { KinesisEngine } from '../../../local/engine/engine.js';
import { anEngine, putText, readShard, STREAM } from '../../support/an-engine.js';

const RESHARD_MS = 30_000;
const HALF = String(2n ** 127n);

const shardsOf = async (engine: KinesisEngine) => (await engine.ListShards({ StreamName: STREAM })).Shards!;
const statusOf = async (engine: KinesisEngine) =>
  (await engine.DescribeStreamSummary({ StreamName: STREAM })).StreamDescriptionSummary!;
const scaleTo = (engine: KinesisEngine, TargetShardCount: number) =>
  engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });

test('a split closes the parent and opens two children that share its range', async () => {
  const { engine, clock } = anEngine();
  await engine.SplitShard({ StreamName: STREAM, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: HALF });
  await clock.advance(RESHARD_MS);
  const [parent, low, high] = await shardsOf(engine);
  expect(parent!.SequenceNumberRange!.EndingSequenceNumber).toEqual(expect.any(String));
  expect(low).toMatchObject({
    ShardId: 'shardId-000000000001',
    ParentShardId: 'shardId-000000000000',
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) },
  });
  expect(high).toMatchObject({ HashKeyRange: { StartingHashKey: HALF, EndingHashKey: String(2n ** 128n - 1n) } });
  expect(low).not.toHaveProperty('AdjacentParentShardId');
});

test('a merge names both parents, the shard to merge first', async () => {
  const { engine, clock } = anEngine({ shards: 2 });
  const [first, second] = ['shardId-000000000001', 'shardId-000000000000'];
  await engine.MergeShards({ StreamName: STREAM, ShardToMerge: first, AdjacentShardToMerge: second });
  await clock.advance(RESHARD_MS);
  const child = (await shardsOf(engine)).at(-1);
  expect(child).toMatchObject({
    ParentShardId: first,
    AdjacentParentShardId: second,
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) },
  });
});

test('while a reshard runs the stream is UPDATING: reads and writes go on, another reshard does not', async () => {
  const { engine, clock } = anEngine();
  await scaleTo(engine, 2);
  await clock.advance(RESHARD_MS - 1);
  expect(await statusOf(engine)).toMatchObject({ StreamStatus: 'UPDATING', OpenShardCount: 1 });
  expect(await putText(engine, 'during')).toMatchObject({ ShardId: 'shardId-000000000000' });
  expect(await readShard(engine, 'shardId-000000000000')).toHaveLength(1);
  await expect(scaleTo(engine, 2)).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: `Stream ${STREAM} under account 000000000000 not ACTIVE, instead in state UPDATING`,
  });
  await clock.advance(1);
  expect(await statusOf(engine)).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 2 });
  expect(engine.reshards(STREAM)).toBe(1);
});

test.each([
  ['fails when it more than doubles', 3, 7, 'LimitExceededException', 'over double'],
  ['fails when it goes below half', 4, 1, 'LimitExceededException', 'below half'],
  ['fails when nothing would change', 4, 4, 'InvalidArgumentException', 'must differ'],
] as const)('UpdateShardCount %s', async (_rule, from, to, name, text) => {
  const { engine } = anEngine({ shards: from });
  await expect(scaleTo(engine, to)).rejects.toMatchObject({ name, message: expect.stringContaining(text) });
});

test('half of an odd count is rounded up, as 2 x target must reach it', async () => {
  const { engine } = anEngine({ shards: 3 });
  await expect(scaleTo(engine, 1)).rejects.toMatchObject({ name: 'LimitExceededException' });
  await expect(scaleTo(engine, 2)).resolves.toMatchObject({ CurrentShardCount: 3, TargetShardCount: 2 });
});

test('UpdateShardCount can be called ten times in any 24 hours', async () => {
  const { engine, clock } = anEngine();
  for (let call = 0; call < 10; call += 1) {
    await scaleTo(engine, call % 2 === 0 ? 2 : 1);
    await clock.advance(RESHARD_MS);
  }
  await expect(scaleTo(engine, 2)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: expect.stringContaining('more than 10 times in a rolling 24 hours'),
  });
  await clock.advance(24 * 3_600_000 - 10 * RESHARD_MS);
  await scaleTo(engine, 2);
});

test('shards that live only until the merges of UpdateShardCount count against the quota of the account', async () => {
  const { engine, clock } = anEngine({ shards: 4 });
  engine.openStream({ StreamName: 'large', ShardCount: 19_993 });
  // From 4 to 6 even shards it cuts at five places, and then joins at three.
  await expect(scaleTo(engine, 6)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: expect.stringContaining('Number of additional shards that would have resulted from this request: 5'),
  });
  await scaleTo(engine, 2);
  await clock.advance(RESHARD_MS);
  expect(await statusOf(engine)).toMatchObject({ OpenShardCount: 2 });
});

test.each([
  ['the first of the shard', 0n],
  ['the one after it', 1n],
  ['the last of the shard', 2n ** 128n - 1n],
])('fails to split a shard at %s', async (_key, key) => {
  const { engine } = anEngine();
  const input = { StreamName: STREAM, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: String(key) };
  await expect(engine.SplitShard(input)).rejects.toMatchObject({
    name: 'InvalidArgumentException',
    message: expect.stringContaining("is not both greater than one plus the shard's StartingHashKey 0 and less than"),
  });
});

test('an on-demand stream is not resharded by its users', async () => {
  const { engine } = anEngine();
  engine.openStream({ StreamName: 'free', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  const input = { StreamName: 'free', TargetShardCount: 8, ScalingType: 'UNIFORM_SCALING' as const };
  await expect(engine.UpdateShardCount(input)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Request is invalid. Stream free under account 000000000000 is in On-Demand mode.',
  });
  expect((await engine.ListShards({ StreamName: 'free' })).Shards).toHaveLength(4);
});

test('a reader of a closed shard gets every record, then the children and no further iterator', async () => {
  const { engine, clock } = anEngine();
  for (const text of ['a', 'b', 'c']) await putText(engine, text);
  await scaleTo(engine, 2);
  await clock.advance(RESHARD_MS);
  const input = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator } = await engine.GetShardIterator(input);
  const first = await engine.GetRecords({ ShardIterator, Limit: 2 });
  expect(first).not.toHaveProperty('ChildShards');
  const last = await engine.GetRecords({ ShardIterator: first.NextShardIterator });
  expect(last.Records).toHaveLength(1);
  expect(last.NextShardIterator).toBeUndefined();
  expect(last.ChildShards).toEqual([
    {
      ShardId: 'shardId-000000000001',
      ParentShards: ['shardId-000000000000'],
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) },
    },
    {
      ShardId: 'shardId-000000000002',
      ParentShards: ['shardId-000000000000'],
      HashKeyRange: { StartingHashKey: HALF, EndingHashKey: String(2n ** 128n - 1n) },
    },
  ]);
});

test.each([
  ['a key outside the shard', '0'],
  ['the first key of the shard itself', HALF],
] as const)('SplitShard fails when the new start is %s', async (_rule, NewStartingHashKey) => {
  const { engine } = anEngine({ shards: 2 });
  const input = { StreamName: STREAM, ShardToSplit: 'shardId-000000000001', NewStartingHashKey };
  await expect(engine.SplitShard(input)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
});

test('MergeShards fails when the shards do not touch', async () => {
  const { engine } = anEngine({ shards: 3 });
  const [ShardToMerge, AdjacentShardToMerge] = ['shardId-000000000000', 'shardId-000000000002'];
  await expect(engine.MergeShards({ StreamName: STREAM, ShardToMerge, AdjacentShardToMerge })).rejects.toMatchObject({
    message: expect.stringContaining('are not an adjacent pair of shards eligible for merging'),
  });
});

test('a closed shard is forgotten when its records have expired', async () => {
  const { engine, clock } = anEngine();
  await scaleTo(engine, 2);
  await clock.advance(RESHARD_MS + 24 * 3_600_000);
  expect(await shardsOf(engine)).toHaveLength(3);
  await clock.advance(1);
  expect((await shardsOf(engine)).map((shard) => shard.ShardId)).toEqual([
    'shardId-000000000001',
    'shardId-000000000002',
  ]);
});
