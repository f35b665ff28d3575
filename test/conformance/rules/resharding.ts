// Rules of splits, merges and UpdateShardCount, and of what readers see of them.
import { equal, holds, INVALID, refuses } from '../expect.js';
import { FIRST_SHARD, iterator, page, putText, read, textOf } from '../records.js';
import { api, guide, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';
import { coverAll, openRanges } from './shards.js';

const HALF = String(2n ** 127n);
const SECOND_SHARD = 'shardId-000000000001';
const THIRD_SHARD = 'shardId-000000000002';
/** What a reshard takes, for rules that wait for one. */
const RESHARD = 35;

export const reshardingRules: readonly Rule[] = [
  {
    rule: 'SplitShard makes the stream UPDATING, closes the parent and opens two children with half-open ranges',
    source: api('SplitShard'),
    plane: 'control',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream();
      await split(subject, stream, false);
      equal((await subject.summary(stream.name)).StreamStatus, 'UPDATING', 'status');
      await subject.active(stream.name);
      const { Shards } = await subject.client.listShards({ StreamName: stream.name });
      const [parent, low, high] = Shards!;
      holds(parent!.SequenceNumberRange!.EndingSequenceNumber, 'the parent is closed');
      equal([low!.ParentShardId, high!.ParentShardId], [FIRST_SHARD, FIRST_SHARD], 'parents');
      equal(low!.HashKeyRange!.EndingHashKey, String(BigInt(HALF) - 1n), 'end of the lower child');
      equal(high!.HashKeyRange!.StartingHashKey, HALF, 'start of the upper child');
      coverAll(await openRanges(subject, stream));
    },
  },
  {
    rule: 'MergeShards makes one child with both parents',
    source: api('MergeShards'),
    plane: 'control',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      const input = { StreamName: stream.name, ShardToMerge: FIRST_SHARD, AdjacentShardToMerge: SECOND_SHARD };
      await subject.client.mergeShards(input);
      await subject.active(stream.name);
      const { Shards } = await subject.client.listShards({ StreamName: stream.name });
      const child = Shards!.find((shard) => shard.ShardId === THIRD_SHARD)!;
      equal([child.ParentShardId, child.AdjacentParentShardId], [FIRST_SHARD, SECOND_SHARD], 'parents');
      coverAll(await openRanges(subject, stream));
    },
  },
  {
    rule: 'MergeShards of shards whose ranges do not meet: InvalidArgumentException',
    source: api('MergeShards'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 3 });
      const call = subject.client.mergeShards({
        StreamName,
        ShardToMerge: FIRST_SHARD,
        AdjacentShardToMerge: THIRD_SHARD,
      });
      await refuses(call, 'InvalidArgumentException');
    },
  },
  {
    rule: 'SplitShard at a hash key outside the shard: InvalidArgumentException',
    source: api('SplitShard'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 2 });
      const NewStartingHashKey = String(2n ** 127n + 10n);
      const call = subject.client.splitShard({ StreamName, ShardToSplit: FIRST_SHARD, NewStartingHashKey });
      await refuses(call, 'InvalidArgumentException');
    },
  },
  {
    rule: 'SplitShard while the stream is UPDATING: ResourceInUseException',
    source: api('SplitShard'),
    plane: 'control',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      const half = { StreamName: stream.name, NewStartingHashKey: String(2n ** 126n) };
      await subject.client.splitShard({ ...half, ShardToSplit: FIRST_SHARD });
      const call = subject.client.splitShard({
        ...half,
        ShardToSplit: SECOND_SHARD,
        NewStartingHashKey: String(2n ** 127n + 2n ** 126n),
      });
      await refuses(call, 'ResourceInUseException');
      await subject.active(stream.name);
    },
  },
  {
    rule: 'SplitShard of an unknown shard: ResourceNotFoundException',
    source: api('SplitShard'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const call = subject.client.splitShard({
        StreamName,
        ShardToSplit: 'shardId-000000000077',
        NewStartingHashKey: HALF,
      });
      await refuses(call, 'ResourceNotFoundException');
    },
  },
  {
    rule: 'Writes and reads go on while the stream is UPDATING',
    source: api('UpdateShardCount'),
    plane: 'data',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream();
      await split(subject, stream, false);
      await putText(subject, stream, 'meanwhile');
      await page(subject, await iterator(subject, stream));
      await subject.active(stream.name);
    },
  },
  {
    rule: 'A closed shard keeps its records, ends without a next iterator, and names its children',
    source: api('GetRecords'),
    plane: 'data',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream();
      await putText(subject, stream, 'before');
      await split(subject, stream);
      const texts: string[] = [];
      for (let at: string | undefined = await iterator(subject, stream); at; ) {
        const reply = await page(subject, at);
        texts.push(...reply.Records!.map(textOf));
        at = reply.NextShardIterator;
        if (at) continue;
        equal(
          reply.ChildShards?.map((child) => [child.ShardId, child.ParentShards]),
          [
            [SECOND_SHARD, [FIRST_SHARD]],
            [THIRD_SHARD, [FIRST_SHARD]],
          ],
          'ChildShards',
        );
      }
      equal(texts, ['before'], 'records of the parent');
    },
  },
  {
    rule: 'Records of a key put after a reshard have larger sequence numbers than those before',
    source: guide('kinesis-using-sdk-java-after-resharding'),
    plane: 'data',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream();
      const before = await putText(subject, stream, 'before');
      await split(subject, stream);
      const after = await putText(subject, stream, 'after');
      holds(BigInt(after) > BigInt(before), 'the child continues above its parent');
      const children = await Promise.all(
        [SECOND_SHARD, THIRD_SHARD].map(async (id) => read(subject, await iterator(subject, stream, undefined, id), 0)),
      );
      holds(children.flat().length <= 1, 'nothing of the parent is in a child');
    },
  },
  {
    rule: 'UpdateShardCount doubles into even ranges, and tells the counts',
    source: api('UpdateShardCount'),
    plane: 'control',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      const answer = await resize(subject, stream, 4);
      equal([answer.CurrentShardCount, answer.TargetShardCount], [2, 4], 'counts');
      await subject.active(stream.name);
      const ranges = await openRanges(subject, stream);
      equal(ranges.length, 4, 'open shards');
      coverAll(ranges);
      equal(new Set(ranges.map(({ start, end }) => end - start)).size, 1, 'sizes of ranges');
    },
  },
  {
    rule: 'UpdateShardCount to more than double or less than half: LimitExceededException',
    source: api('UpdateShardCount'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 4 });
      await refuses(resize(subject, stream, 9), 'LimitExceededException', 'InvalidArgumentException');
      await refuses(resize(subject, stream, 1), 'LimitExceededException', 'InvalidArgumentException');
    },
  },
  {
    rule: 'UpdateShardCount while the stream is UPDATING: ResourceInUseException',
    source: api('UpdateShardCount'),
    plane: 'control',
    seconds: RESHARD,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      await resize(subject, stream, 4);
      await refuses(resize(subject, stream, 3), 'ResourceInUseException');
      await subject.active(stream.name);
    },
  },
  {
    rule: 'UpdateShardCount, SplitShard and MergeShards on an on-demand stream are refused',
    source: api('UpdateShardCount'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream({ StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
      await refuses(resize(subject, stream, 8), ...INVALID);
      const StreamName = stream.name;
      const at = { StreamName, ShardToSplit: FIRST_SHARD, NewStartingHashKey: String(2n ** 100n) };
      await refuses(subject.client.splitShard(at), ...INVALID);
      const both = { StreamName, ShardToMerge: FIRST_SHARD, AdjacentShardToMerge: SECOND_SHARD };
      await refuses(subject.client.mergeShards(both), ...INVALID);
    },
  },
  {
    rule: 'UpdateShardCount more than ten times in a rolling 24 hours: LimitExceededException',
    source: api('UpdateShardCount'),
    plane: 'control',
    seconds: 10 * RESHARD,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      for (let call = 0; call < 10; call += 1) {
        await resize(subject, stream, call % 2 === 0 ? 4 : 2);
        await subject.active(stream.name);
      }
      await refuses(resize(subject, stream, 4), 'LimitExceededException');
      await subject.sleep(24 * 3_600_000);
      await resize(subject, stream, 4);
    },
  },
];

/** Splits the first shard in half; waits for it unless told otherwise. */
export async function split(subject: Subject, stream: TestStream, wait = true): Promise<void> {
  const input = { StreamName: stream.name, ShardToSplit: FIRST_SHARD, NewStartingHashKey: HALF };
  await subject.client.splitShard(input);
  if (wait) await subject.active(stream.name);
}

function resize(subject: Subject, stream: TestStream, TargetShardCount: number) {
  return subject.client.updateShardCount({
    StreamName: stream.name,
    TargetShardCount,
    ScalingType: 'UNIFORM_SCALING',
  });
}
