// CreateStream, DeleteStream, and the operations that describe streams.
import {
  ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS,
  ON_DEMAND_STREAMS_QUOTA,
  STREAMS_CREATING_MAX,
} from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { createStream } from '../streams/create-stream.js';
import { currentMiBps } from '../streams/on-demand.js';
import { type OperationTable, STREAM_NAME } from './operation.js';
import { renderShard, renderStream } from './render.js';

/** Shards of a DescribeStream page, and streams of a ListStreams page, by default. */
const DEFAULT_LIMIT = 100;

export const streamOperations = {
  CreateStream: {
    required: ['StreamName'],
    optional: [
      'ShardCount',
      'StreamModeDetails',
      'Tags',
      'WarmThroughputMiBps',
      'MaxRecordSizeInKiB',
      'RecordDistributionStrategy',
    ],
    run(engine, input) {
      refuseStream(engine, input.StreamModeDetails?.StreamMode);
      const stream = createStream(engine, input);
      engine.later(engine.timings.createMs, () => {
        if (stream.status === 'CREATING') stream.status = 'ACTIVE';
      });
      return {};
    },
  },

  DeleteStream: {
    required: [],
    optional: [...STREAM_NAME, 'EnforceConsumerDeletion'],
    run(engine, input) {
      const named = engine.streams.find(input);
      if (named.status === 'DELETING') return {};
      const stream = named.status === 'CREATING' ? engine.streams.findActive(input) : named;
      if (stream.consumers.size > 0 && !input.EnforceConsumerDeletion) {
        throw new ServiceError(
          'ResourceInUseException',
          `Stream ${stream.name} under account ${stream.accountId} has enhanced fan-out consumers; deregister them or set EnforceConsumerDeletion.`,
        );
      }
      stream.status = 'DELETING';
      stream.consumers.clear();
      for (const shard of stream.shards) shard.announce();
      engine.later(engine.timings.deleteMs, () => engine.streams.delete(stream.name));
      return {};
    },
  },

  DescribeStream: {
    required: [],
    optional: [...STREAM_NAME, 'Limit', 'ExclusiveStartShardId'],
    run(engine, input) {
      const stream = engine.streams.find(input);
      stream.dropExpiredShards(engine.clock.nowMs());
      const after = input.ExclusiveStartShardId ?? '';
      const rest = stream.status === 'CREATING' ? [] : [...stream.shards].filter((shard) => shard.id > after);
      const limit = input.Limit ?? DEFAULT_LIMIT;
      return {
        StreamDescription: {
          ...renderStream(stream),
          Shards: rest.slice(0, limit).map(renderShard),
          HasMoreShards: rest.length > limit,
        },
      };
    },
  },

  DescribeStreamSummary: {
    required: [],
    optional: STREAM_NAME,
    run(engine, input) {
      const stream = engine.streams.find(input);
      const warm = stream.warmThroughputMiBps;
      return {
        StreamDescriptionSummary: {
          ...renderStream(stream),
          OpenShardCount: stream.status === 'CREATING' ? 0 : stream.openShards.length,
          ConsumerCount: stream.consumers.size,
          MaxRecordSizeInKiB: stream.maxRecordKiB,
          RecordDistributionStrategy: stream.recordDistribution,
          ...(warm !== undefined && { WarmThroughput: { TargetMiBps: warm, CurrentMiBps: currentMiBps(stream) } }),
        },
      };
    },
  },

  ListStreams: {
    required: [],
    optional: ['Limit', 'ExclusiveStartStreamName', 'NextToken'],
    run(engine, input) {
      const after = input.NextToken ?? input.ExclusiveStartStreamName ?? '';
      const rest = engine.streams.all().filter((stream) => stream.name > after);
      const page = rest.slice(0, input.Limit ?? DEFAULT_LIMIT);
      const more = rest.length > page.length;
      return {
        StreamNames: page.map((stream) => stream.name),
        HasMoreStreams: more,
        ...(more && { NextToken: page.at(-1)!.name }),
        StreamSummaries: page.map((stream) => {
          const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } =
            renderStream(stream);
          return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
        }),
      };
    },
  },

  DescribeLimits: {
    required: [],
    optional: [],
    run(engine) {
      const all = engine.streams.all();
      return {
        ShardLimit: ACCOUNT_SHARDS_QUOTA_LARGE_REGIONS,
        OpenShardCount: all.reduce((sum, stream) => sum + stream.openShards.length, 0),
        OnDemandStreamCount: all.filter((stream) => stream.mode === 'ON_DEMAND').length,
        OnDemandStreamCountLimit: ON_DEMAND_STREAMS_QUOTA,
      };
    },
  },
} satisfies OperationTable;

/** Refuses what would be one stream too many for the account, which a template's own are not. */
function refuseStream({ streams }: EngineContext, mode: string | undefined): void {
  const all = streams.all();
  const { accountId } = streams.identity;
  if (all.filter(({ status }) => status === 'CREATING').length >= STREAMS_CREATING_MAX) {
    throw new ServiceError(
      'LimitExceededException',
      `This request would exceed the limit of ${STREAMS_CREATING_MAX} streams in state CREATING for the account ${accountId}.`,
    );
  }
  if (mode === 'ON_DEMAND' && all.filter((stream) => stream.mode === 'ON_DEMAND').length >= ON_DEMAND_STREAMS_QUOTA) {
    throw new ServiceError(
      'LimitExceededException',
      `This request would exceed the limit of ${ON_DEMAND_STREAMS_QUOTA} on-demand streams for the account ${accountId}.`,
    );
  }
}
