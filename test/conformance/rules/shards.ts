// Rules of listing shards, of their hash key ranges, and of which shard takes a key.
import { createHash } from 'node:crypto';
import { equal, holds, INVALID, refuses } from '../expect.js';
import { FIRST_SHARD } from '../records.js';
import { api, guide, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';

const HASH_KEYS = 2n ** 128n;

export const shardRules: readonly Rule[] = [
  {
    rule: 'A new stream divides the 128-bit hash key space evenly and without gaps',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const ranges = await openRanges(subject, await subject.stream({ ShardCount: 4 }));
      const quarter = HASH_KEYS / 4n;
      equal(
        ranges.map(({ start, end }) => [start, end]),
        [0n, 1n, 2n, 3n].map((i) => [quarter * i, quarter * (i + 1n) - 1n]),
        'ranges',
      );
    },
  },
  {
    rule: 'A partition key goes to the shard whose range holds its MD5',
    source: guide('key-concepts'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 4 });
      const ranges = await openRanges(subject, stream);
      const keys = Array.from({ length: 20 }, (_, i) => `customer ${i} ü`);
      const { Records } = await subject.client.putRecords({
        StreamName: stream.name,
        Records: keys.map((PartitionKey) => ({ Data: Buffer.from('x'), PartitionKey })),
      });
      const hash = (key: string) => BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      const expected = keys.map((key) => ranges.find(({ start, end }) => hash(key) >= start && hash(key) <= end)!.id);
      equal(
        Records!.map((record) => record.ShardId),
        expected,
        'shards',
      );
    },
  },
  {
    rule: 'ExplicitHashKey chooses the shard instead of the partition key',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 4 });
      const ranges = await openRanges(subject, stream);
      for (const { id, start, end } of ranges) {
        for (const ExplicitHashKey of [String(start), String(end)]) {
          const input = { StreamName: stream.name, Data: Buffer.from('x'), PartitionKey: 'same', ExplicitHashKey };
          equal((await subject.client.putRecord(input)).ShardId, id, `shard of ${ExplicitHashKey}`);
        }
      }
    },
  },
  {
    rule: 'ExplicitHashKey of 2^128 or more: InvalidArgumentException',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const input = { StreamName, Data: Buffer.from('x'), PartitionKey: 'k', ExplicitHashKey: String(HASH_KEYS) };
      await refuses(subject.client.putRecord(input), 'InvalidArgumentException');
    },
  },
  {
    rule: 'ListShards pages by MaxResults and NextToken',
    source: api('ListShards'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 3 });
      const first = await subject.client.listShards({ StreamName, MaxResults: 2 });
      equal(first.Shards!.length, 2, 'shards of the first page');
      const second = await subject.client.listShards({ NextToken: first.NextToken! });
      equal(second.Shards!.length, 1, 'shards of the second page');
      equal(second.NextToken ?? undefined, undefined, 'token of the last page');
    },
  },
  {
    rule: 'ListShards with both NextToken and StreamName: InvalidArgumentException',
    source: api('ListShards'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 2 });
      const { NextToken } = await subject.client.listShards({ StreamName, MaxResults: 1 });
      await refuses(subject.client.listShards({ StreamName, NextToken: NextToken! }), ...INVALID);
    },
  },
  {
    rule: 'A NextToken of ListShards expires after 300 seconds: ExpiredNextTokenException',
    source: api('ListShards'),
    plane: 'control',
    seconds: 301,
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 2 });
      const { NextToken } = await subject.client.listShards({ StreamName, MaxResults: 1 });
      await subject.sleep(301_000);
      await refuses(subject.client.listShards({ NextToken: NextToken! }), 'ExpiredNextTokenException');
    },
  },
  {
    rule: 'ListShards starts after ExclusiveStartShardId',
    source: api('ListShards'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 3 });
      const { Shards } = await subject.client.listShards({ StreamName, ExclusiveStartShardId: FIRST_SHARD });
      equal(
        Shards!.map((shard) => shard.ShardId),
        ['shardId-000000000001', 'shardId-000000000002'],
        'shards',
      );
    },
  },
  {
    rule: 'ShardFilter AT_LATEST lists open shards only, AT_TRIM_HORIZON those open at the start',
    source: api('ShardFilter'),
    plane: 'control',
    seconds: 35,
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 1 });
      const { name: StreamName } = stream;
      const NewStartingHashKey = String(HASH_KEYS / 2n);
      await subject.sleep(1_000);
      await subject.client.splitShard({ StreamName, ShardToSplit: FIRST_SHARD, NewStartingHashKey });
      await subject.active(StreamName);
      const list = async (Type: 'AT_LATEST' | 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON') => {
        const { Shards } = await subject.client.listShards({ StreamName, ShardFilter: { Type } });
        return Shards!.map((shard) => shard.ShardId);
      };
      const children = ['shardId-000000000001', 'shardId-000000000002'];
      equal(await list('AT_LATEST'), children, 'AT_LATEST');
      equal(await list('AT_TRIM_HORIZON'), [FIRST_SHARD], 'AT_TRIM_HORIZON');
      equal(await list('FROM_TRIM_HORIZON'), [FIRST_SHARD, ...children], 'FROM_TRIM_HORIZON');
    },
  },
];

/** Open shards of a stream with their ranges as numbers, lowest first. */
export async function openRanges(subject: Subject, stream: TestStream) {
  const { Shards } = await subject.client.listShards({ StreamName: stream.name });
  return Shards!
    .filter((shard) => !shard.SequenceNumberRange!.EndingSequenceNumber)
    .map((shard) => ({
      id: shard.ShardId!,
      start: BigInt(shard.HashKeyRange!.StartingHashKey!),
      end: BigInt(shard.HashKeyRange!.EndingHashKey!),
    }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
}

/** Fails unless the ranges cover the whole key space, each beginning where the one before ends. */
export function coverAll(ranges: readonly { readonly start: bigint; readonly end: bigint }[]): void {
  equal(ranges[0]?.start, 0n, 'first hash key');
  for (const [i, range] of ranges.slice(1).entries()) equal(range.start, ranges[i]!.end + 1n, 'next range');
  holds(ranges.at(-1)?.end === HASH_KEYS - 1n, 'the last range ends with the key space');
}
