// The stream on AWS: polling over HTTP/1.1 with keep-alive, subscriptions over HTTP/2. The SDK stops here.
import {
  type _Record,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  type Shard,
  type StartingPosition,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { listShards } from '../transport/list-shards.js';
import { pollShard } from './poll-shard.js';
import type { ShardPosition, ShardRecord, WorkerStream } from './ports.js';
import type { PollCalls, ReadTime, SubscribeCalls } from './read-calls.js';
import { subscribeShard } from './subscribe-shard.js';

export interface KinesisStreamOptions {
  readonly streamName: string;
  /** Registered consumer to read as; polling without it. */
  readonly consumerArn: string | undefined;
  readonly pollIntervalMs: number;
  /** Client of all calls but subscriptions. */
  readonly client: KinesisClient;
  /** Client that talks HTTP/2. */
  readonly pushClient: KinesisClient;
  readonly time: ReadTime;
}

/** Makes the stream's port on AWS. */
export function kinesisStream(options: KinesisStreamOptions): WorkerStream {
  const { streamName: StreamName, consumerArn, pollIntervalMs: intervalMs, client, pushClient, time } = options;
  return {
    async arn() {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      return StreamDescriptionSummary?.StreamARN ?? '';
    },
    async listShards(sinceMs) {
      const since = sinceMs === undefined ? undefined : new Date(sinceMs);
      const filter = since ? { ShardFilter: { Type: 'FROM_TIMESTAMP' as const, Timestamp: since } } : {};
      return (await listShards(client, { StreamName, ...filter })).map(toListed);
    },
    read: (shardId, from, signal) =>
      consumerArn === undefined
        ? pollShard(pollCalls(client, StreamName), time, shardId, from, signal, { intervalMs })
        : subscribeShard(subscribeCalls(pushClient, consumerArn), time, shardId, from, signal),
  };
}

function pollCalls(client: KinesisClient, StreamName: string): PollCalls {
  return {
    async openIterator(ShardId, from) {
      const { Type, SequenceNumber, Timestamp } = placeOf(from);
      const input = { StreamName, ShardId, ShardIteratorType: Type, StartingSequenceNumber: SequenceNumber, Timestamp };
      return (await client.send(new GetShardIteratorCommand(input))).ShardIterator!;
    },
    async getRecords(ShardIterator) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator }));
      return {
        records: (page.Records ?? []).map(toRecord),
        next: page.NextShardIterator ?? undefined,
        behindMs: page.MillisBehindLatest ?? 0,
      };
    },
  };
}

function subscribeCalls(client: KinesisClient, ConsumerARN: string): SubscribeCalls {
  return {
    async *subscribe(ShardId, from, signal) {
      const command = new SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: placeOf(from) });
      const { EventStream } = await client.send(command, { abortSignal: signal });
      for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
        if (signal.aborted) return;
        if (!event) continue;
        yield {
          records: (event.Records ?? []).map(toRecord),
          behindMs: event.MillisBehindLatest ?? 0,
          isLast: event.ChildShards !== undefined && event.ChildShards.length > 0,
          continueAfter: event.ContinuationSequenceNumber,
        };
      }
    },
  };
}

function placeOf(from: ShardPosition): StartingPosition {
  if ('afterSequenceNumber' in from) return { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.afterSequenceNumber };
  return 'atMs' in from ? { Type: 'AT_TIMESTAMP', Timestamp: new Date(from.atMs) } : { Type: 'TRIM_HORIZON' };
}

function toListed({ ShardId, ParentShardId, AdjacentParentShardId }: Shard) {
  return { shardId: ShardId ?? '', parents: [ParentShardId, AdjacentParentShardId].filter((it) => it !== undefined) };
}

function toRecord(record: _Record): ShardRecord {
  return {
    sequenceNumber: record.SequenceNumber ?? '',
    partitionKey: record.PartitionKey ?? '',
    data: record.Data ?? new Uint8Array(),
    arrivalMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  };
}
