// A worker's way to an engine in the same process, in virtual time.
import type { _Record, StartingPosition } from '@aws-sdk/client-kinesis';
import type { KinesisEngine } from '../../local/engine/engine.js';
import { pollShard } from '../../runtime/worker/poll-shard.js';
import type { LeaseTable, ShardPosition, WorkerPorts } from '../../runtime/worker/ports.js';
import type { PollCalls, SubscribeCalls } from '../../runtime/worker/read-calls.js';
import { subscribeShard } from '../../runtime/worker/subscribe-shard.js';
import { STREAM } from './an-engine.js';
import type { VirtualTime } from './virtual-time.js';

export interface EngineWorkerOptions {
  readonly engine: KinesisEngine;
  readonly time: VirtualTime;
  readonly table: LeaseTable;
  readonly random: () => number;
  readonly consumerArn?: string;
  /** A worker that was killed: nothing that it begins ever ends. */
  readonly killed?: AbortSignal;
}

export function engineWorkerPorts(options: EngineWorkerOptions): WorkerPorts {
  const { engine, time, table, random, consumerArn, killed } = options;
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    await time.sleep(5 + random() * 10);
    if (killed?.aborted) await new Promise(() => undefined);
    const result = await work();
    if (killed?.aborted) await new Promise(() => undefined);
    return result;
  };
  const calls: PollCalls = {
    openIterator: (ShardId, from) =>
      alive(async () => {
        const { Type, ...place } = placeOf(from);
        const sequence = place.SequenceNumber === undefined ? {} : { StartingSequenceNumber: place.SequenceNumber };
        const { ShardIterator } = await engine.GetShardIterator({
          ...{ StreamName: STREAM, ShardId, ShardIteratorType: Type, ...sequence },
          ...(place.Timestamp ? { Timestamp: place.Timestamp } : {}),
        });
        return ShardIterator!;
      }),
    getRecords: (ShardIterator) =>
      alive(async () => {
        const page = await engine.GetRecords({ ShardIterator });
        return {
          records: page.Records!.map(toRecord),
          next: page.NextShardIterator ?? undefined,
          behindMs: page.MillisBehindLatest ?? 0,
        };
      }),
  };
  const pushes: SubscribeCalls = {
    async *subscribe(ShardId, from, signal) {
      const input = { ConsumerARN: consumerArn!, ShardId, StartingPosition: placeOf(from) };
      for await (const event of engine.subscribeToShard(input, signal)) {
        await alive(async () => undefined);
        yield {
          records: event.Records.map(toRecord),
          behindMs: event.MillisBehindLatest,
          isLast: event.ChildShards !== undefined,
          continueAfter: event.ContinuationSequenceNumber,
        };
      }
    },
  };
  const readTime = { nowMs: time.nowMs, sleep: time.sleep, random };
  return {
    ...readTime,
    sleep: (ms, signal) => alive(() => time.sleep(ms, signal)),
    close: () => undefined,
    table: Object.fromEntries(
      Object.entries(table).map(([name, call]) => [name, (...args: unknown[]) => alive(() => call(...args))]),
    ) as unknown as LeaseTable,
    stream: {
      arn: () =>
        alive(async () => {
          const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: STREAM });
          return StreamDescriptionSummary!.StreamARN!;
        }),
      listShards: (sinceMs) =>
        alive(async () => {
          const since = sinceMs === undefined ? undefined : new Date(sinceMs);
          const filter = since ? { ShardFilter: { Type: 'FROM_TIMESTAMP' as const, Timestamp: since } } : {};
          const { Shards = [] } = await engine.ListShards({ StreamName: STREAM, ...filter });
          return Shards.map(({ ShardId, ParentShardId, AdjacentParentShardId }) => ({
            shardId: ShardId!,
            parents: [ParentShardId, AdjacentParentShardId].filter((it) => it !== undefined),
          }));
        }),
      read: (shardId, from, signal) =>
        consumerArn === undefined
          ? pollShard(calls, readTime, shardId, from, signal, { intervalMs: 1_000 })
          : subscribeShard(pushes, readTime, shardId, from, signal),
    },
  };
}

function placeOf(from: ShardPosition): StartingPosition {
  if ('afterSequenceNumber' in from) return { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.afterSequenceNumber };
  return 'atMs' in from ? { Type: 'AT_TIMESTAMP', Timestamp: new Date(from.atMs) } : { Type: 'TRIM_HORIZON' };
}

function toRecord(record: _Record) {
  return {
    sequenceNumber: record.SequenceNumber!,
    partitionKey: record.PartitionKey!,
    data: record.Data!,
    arrivalMs: record.ApproximateArrivalTimestamp!.getTime(),
  };
}
