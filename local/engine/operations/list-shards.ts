// ListShards: pages by NextToken, and filters by what was open when.
import type { ShardFilter } from '@aws-sdk/client-kinesis';
import { LIST_SHARDS_DEFAULT_RESULTS } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import { type OperationTable, STREAM_NAME } from './operation.js';
import { parsePageToken, renderPageToken } from './page-token.js';
import { renderShard } from './render.js';

/** Which shards a filter keeps. `time` is the filter's own, or the trim horizon. */
const FILTERS: Readonly<Record<string, (shard: Shard, time: number, filter: ShardFilter) => boolean>> = {
  AFTER_SHARD_ID: (shard, _time, filter) => shard.id > (filter.ShardId ?? ''),
  AT_LATEST: (shard) => shard.end === undefined,
  AT_TRIM_HORIZON: openAt,
  AT_TIMESTAMP: openAt,
  FROM_TRIM_HORIZON: (shard, time) => shard.end === undefined || shard.end.atMs > time,
  FROM_TIMESTAMP: (shard, time) => shard.end === undefined || shard.end.atMs > time,
};

export const listShardsOperation = {
  ListShards: {
    required: [],
    optional: [
      ...STREAM_NAME,
      'NextToken',
      'ExclusiveStartShardId',
      'MaxResults',
      'StreamCreationTimestamp',
      'ShardFilter',
    ],
    run(engine, input) {
      const nowMs = engine.clock.nowMs();
      if (input.NextToken !== undefined && input.StreamName !== undefined) {
        throw new ServiceError('InvalidArgumentException', 'NextToken and StreamName cannot be provided together.');
      }
      const token = input.NextToken === undefined ? undefined : parsePageToken(input.NextToken, nowMs);
      const stream = engine.streams.find(token ? { StreamName: token.streamName } : input);
      stream.dropExpiredShards(nowMs);
      const filter = token?.filter ? readFilter(token.filter) : input.ShardFilter;
      const after = token?.after ?? input.ExclusiveStartShardId ?? '';
      const rest = shardsOf(stream, filter, nowMs).filter((shard) => shard.id > after);
      const page = rest.slice(0, input.MaxResults ?? LIST_SHARDS_DEFAULT_RESULTS);
      if (page.length === rest.length) return { Shards: page.map(renderShard) };
      const next = { streamName: stream.name, after: page.at(-1)!.id, filter: filter && JSON.stringify(filter) };
      return { Shards: page.map(renderShard), NextToken: renderPageToken(next, nowMs) };
    },
  },
} satisfies OperationTable;

function shardsOf(stream: Stream, filter: ShardFilter | undefined, nowMs: number): Shard[] {
  if (stream.status === 'CREATING') return [];
  const all = [...stream.shards];
  if (!filter) return all;
  const keep = FILTERS[filter.Type!]!;
  const isTimed = filter.Type === 'AT_TIMESTAMP' || filter.Type === 'FROM_TIMESTAMP';
  if (isTimed !== (filter.Timestamp !== undefined)) {
    throw new ServiceError(
      'InvalidArgumentException',
      `ShardFilter.Timestamp must ${isTimed ? '' : 'not '}be given with ShardFilter.Type ${filter.Type}.`,
    );
  }
  if (filter.Type === 'AFTER_SHARD_ID' && filter.ShardId === undefined) {
    throw new ServiceError('InvalidArgumentException', 'ShardFilter.ShardId must be given with AFTER_SHARD_ID.');
  }
  // A time before the trim horizon, or before the stream, counts as the one after it.
  const time = filter.Timestamp?.getTime() ?? 0;
  return all.filter((shard) => keep(shard, Math.max(time, stream.horizonMs(nowMs), stream.createdAtMs), filter));
}

function openAt(shard: Shard, time: number): boolean {
  return shard.openedAtMs <= time && (shard.end === undefined || shard.end.atMs > time);
}

function readFilter(text: string): ShardFilter {
  const filter = JSON.parse(text);
  return { ...filter, ...(filter.Timestamp && { Timestamp: new Date(filter.Timestamp) }) };
}
