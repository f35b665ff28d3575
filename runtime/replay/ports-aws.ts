// Reads a stream for a replay by GetRecords. The SDK stops here.
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  type ListShardsCommandInput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { isThrottle } from '../producer/sending/retryable.js';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import { listShards } from '../transport/list-shards.js';
import type { LineageShard, ReplayStart } from './plan-replay.js';
import type { ReplayReader } from './ports.js';
import { ARRIVAL_SLACK_MS, type ReplayRange } from './replay-range.js';
import { ServiceTime } from './service-time.js';

/** How to reach Kinesis. */
export interface AwsReplayOptions {
  readonly streamName: string;
  /** @default - AWS_ENDPOINT_URL_KINESIS, else the Region's own */
  readonly endpoint?: string;
  /** @default - as the SDK finds it */
  readonly region?: string;
  /** @default - as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const HOUR_MS = 3_600_000;
/** A call that failed by the network or the service is made again; a throttle is the caller's to wait for. */
const ATTEMPTS = 4;
/** A page may have 10 MiB to bring. */
const READ_TIMEOUT_MS = 30_000;

/** Makes the reader of one stream. */
export function awsReplayReader({ streamName, ...target }: AwsReplayOptions): ReplayReader {
  const client = new KinesisClient({
    ...target,
    maxAttempts: ATTEMPTS,
    requestHandler: keepAliveHandler(50, READ_TIMEOUT_MS),
  });
  const time = new ServiceTime();
  time.follow(client);
  return {
    nowMs: () => time.nowMs(),
    close: () => client.destroy(),
    async listShards(range) {
      const input = { StreamName: streamName, ...filterFor(range, time.nowMs()) };
      return (await listShards(client, input)).map(readLineage);
    },
    async findPlace(shardId, start) {
      const input = { StreamName: streamName, ShardId: shardId, ...renderStart(start, time.nowMs()) };
      try {
        return (await client.send(new GetShardIteratorCommand(input))).ShardIterator;
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    async readPage(shardId, place, limit) {
      try {
        const output = await client.send(new GetRecordsCommand({ ShardIterator: place, Limit: limit }));
        const records = (output.Records ?? []).map((record) => ({
          shardId,
          sequenceNumber: record.SequenceNumber ?? '',
          partitionKey: record.PartitionKey ?? '',
          data: record.Data ?? new Uint8Array(),
          arrivalMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
        }));
        const next = output.NextShardIterator ?? undefined;
        const millisBehind = output.MillisBehindLatest ?? 0;
        return { kind: 'page', page: { records, ...(next !== undefined && { next }), millisBehind } };
      } catch (error) {
        const { name } = error as Error;
        if (isThrottle(name)) return { kind: 'throttled' };
        if (name === 'ExpiredIteratorException') return { kind: 'expired' };
        throw error;
      }
    },
    async expiredUntilMs() {
      const { StreamDescriptionSummary: stream } = await client.send(
        new DescribeStreamSummaryCommand({ StreamName: streamName }),
      );
      return time.nowMs() - (stream?.RetentionPeriodHours ?? 0) * HOUR_MS;
    },
  };
}

/** A time in the future is refused by the service, and one before the oldest record means that record. */
function renderStart(
  start: ReplayStart,
  nowMs: number,
): Pick<GetShardIteratorCommandInput, 'Timestamp' | 'StartingSequenceNumber'> & {
  ShardIteratorType: 'AT_TIMESTAMP' | 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER';
} {
  if (start.kind === 'time') {
    return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Math.min(start.atMs, nowMs)) };
  }
  const ShardIteratorType = start.kind === 'at' ? 'AT_SEQUENCE_NUMBER' : 'AFTER_SEQUENCE_NUMBER';
  return { ShardIteratorType, StartingSequenceNumber: start.sequenceNumber };
}

function filterFor(range: ReplayRange, nowMs: number): Pick<ListShardsCommandInput, 'ShardFilter'> {
  if (range.kind === 'sequence') return {};
  const Timestamp = new Date(Math.max(0, Math.min(range.fromMs - ARRIVAL_SLACK_MS, nowMs)));
  return { ShardFilter: { Type: 'FROM_TIMESTAMP', Timestamp } };
}

function readLineage({ ShardId, ParentShardId, AdjacentParentShardId }: Shard): LineageShard {
  const parentIds = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined && id !== null);
  return { shardId: ShardId ?? '', parentIds };
}
