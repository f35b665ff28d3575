// GetShardIterator and GetRecords: the polling readers, who share a shard's read limits.
import type { _Record, GetRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { GET_RECORDS_MAX_BYTES, GET_RECORDS_MAX_RECORDS } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import type { StoredRecord } from '../store/segment.js';
import type { LogPage } from '../store/shard-log.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';
import { findShard } from '../streams/stream-registry.js';
import { endDryRun, type OperationTable, STREAM_NAME } from './operation.js';
import { encryptionOf, renderChildren } from './render.js';
import { parseIterator, renderIterator, type ShardPlace } from './shard-iterator.js';
import { startingPosition } from './starting-place.js';

export const readOperations = {
  GetShardIterator: {
    required: ['ShardId', 'ShardIteratorType'],
    optional: [...STREAM_NAME, 'StartingSequenceNumber', 'Timestamp', 'DryRun'],
    run(engine, input) {
      const stream = engine.streams.findUsable(input);
      const shard = findShard(stream, input.ShardId!);
      const nowMs = engine.clock.nowMs();
      shard.log.trim(stream.horizonMs(nowMs));
      const start = {
        type: input.ShardIteratorType,
        sequenceNumber: input.StartingSequenceNumber,
        timestamp: input.Timestamp,
      };
      const position = startingPosition(stream, shard, start, nowMs);
      endDryRun(input);
      return { ShardIterator: renderIterator({ stream, shard, position }, nowMs) };
    },
  },

  GetRecords: {
    required: ['ShardIterator'],
    optional: ['Limit', 'StreamARN', 'StreamId', 'DryRun'],
    run(engine, input) {
      const startedMs = performance.now();
      const nowMs = engine.clock.nowMs();
      const place = parseIterator(engine, input.ShardIterator!, nowMs);
      endDryRun(input);
      admit(engine, place, nowMs);
      const { stream, shard } = place;
      shard.log.trim(stream.horizonMs(nowMs));
      const page = shard.log.read(place.position, input.Limit ?? GET_RECORDS_MAX_RECORDS, GET_RECORDS_MAX_BYTES);
      shard.limits.countRead(page.bytes);
      const behindMs = millisBehind(shard, page, nowMs);
      report(place, page, behindMs, { atMs: nowMs, latencyMs: performance.now() - startedMs });
      return {
        ...nextOf(place, page, nowMs),
        Records: renderRecords(stream, shard, page),
        MillisBehindLatest: behindMs,
      };
    },
  },
} satisfies OperationTable;

/** Records of a page as the API shows them; data is a view into the log. */
export function renderRecords(stream: Stream, shard: Shard, page: LogPage): _Record[] {
  const encryption = encryptionOf(stream);
  return page.records.map((record: StoredRecord) => ({
    SequenceNumber: shard.sequenceNumber(record.position, record.arrivalMs),
    ApproximateArrivalTimestamp: new Date(record.arrivalMs),
    Data: record.data,
    // Only a record that was put without a key, as AUTO allows, has none.
    ...(record.partitionKey !== '' && { PartitionKey: record.partitionKey }),
    ...encryption,
  }));
}

/** How far a reader who has read `page` is from the tip of the shard: 0 when nothing is left. */
export function millisBehind(shard: Shard, page: LogPage, nowMs: number): number {
  if (page.next >= shard.log.nextPosition) return 0;
  const last = page.records.at(-1);
  return Math.max(0, nowMs - (last?.arrivalMs ?? shard.log.arrivalMs(page.next)));
}

/** The next iterator, or at the end of a closed shard its children. */
function nextOf(place: ShardPlace, page: LogPage, nowMs: number): Partial<GetRecordsCommandOutput> {
  const { shard } = place;
  if (shard.isReadThrough(page.next)) return { ChildShards: renderChildren(shard) };
  return { NextShardIterator: renderIterator({ ...place, position: page.next }, nowMs) };
}

function admit(engine: EngineContext, { stream, shard }: ShardPlace, nowMs: number): void {
  if (!engine.enforceLimits || shard.limits.admitRead(nowMs)) return;
  stream.metrics.stream(nowMs, [
    ['ReadProvisionedThroughputExceeded', 1, 'Count'],
    ['GetRecords.Success', 0, 'Count'],
  ]);
  stream.metrics.shard(shard.id, nowMs, [['ReadProvisionedThroughputExceeded', 1, 'Count']]);
  throw new ServiceError(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${stream.accountId}.`,
  );
}

function report(
  { stream, shard }: ShardPlace,
  page: LogPage,
  ageMs: number,
  at: { readonly atMs: number; readonly latencyMs: number },
): void {
  stream.metrics.stream(at.atMs, [
    ['GetRecords.Bytes', page.bytes, 'Bytes'],
    ['GetRecords.Records', page.records.length, 'Count'],
    ['GetRecords.IteratorAgeMilliseconds', ageMs, 'Milliseconds'],
    ['GetRecords.Latency', at.latencyMs, 'Milliseconds'],
    ['GetRecords.Success', 1, 'Count'],
    ['ReadProvisionedThroughputExceeded', 0, 'Count'],
  ]);
  stream.metrics.shard(shard.id, at.atMs, [
    ['OutgoingBytes', page.bytes, 'Bytes'],
    ['OutgoingRecords', page.records.length, 'Count'],
    ['IteratorAgeMilliseconds', ageMs, 'Milliseconds'],
    ['ReadProvisionedThroughputExceeded', 0, 'Count'],
  ]);
}
