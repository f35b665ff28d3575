// How records of a shard reach a mapping: it polls with an iterator, or a registered consumer is pushed to.
import type { _Record, StartingPosition } from '@aws-sdk/client-kinesis';
import { GET_RECORDS_MAX_RECORDS, SHARD_READ_CALLS_PER_SECOND } from '../../core/limits.js';
import { POLL_INTERVAL_MS } from '../../core/limits-lambda.js';
import type { Clock } from '../clock.js';
import type { FanOut, KinesisApi } from '../engine/api.js';
import { callPatiently, isTransient } from '../engine/patient-call.js';
import { sleep } from './bell.js';

/** What came out of a shard at once. */
export interface ShardRead {
  readonly records: readonly _Record[];
  /** Every record that arrived before this lab time has been read; infinite while records are pushed as they arrive. */
  readonly caughtUpMs: number;
  /** The shard is closed and this was its end. */
  readonly ended: boolean;
}

/** Reads a shard from a position. The first read is empty: it says that the position is taken. */
export type ShardReader = (shardId: string, from: StartingPosition, signal: AbortSignal) => AsyncIterable<ShardRead>;

/** Shortest time between two reads of a shard that has more. */
const READ_INTERVAL_MS = 1_000 / SHARD_READ_CALLS_PER_SECOND;

const NOTHING: ShardRead = { records: [], caughtUpMs: 0, ended: false };

/** Polls once a second, and faster while the shard has more. */
export function pollingReader(kinesis: KinesisApi, streamName: string, clock: Clock): ShardReader {
  return async function* (shardId, from, signal) {
    const open = (at: StartingPosition) =>
      callPatiently(() => openIterator(kinesis, { streamName, shardId }, at), clock, signal);
    let iterator = await open(from);
    let position = pinned(from, clock);
    yield NOTHING;
    while (!signal.aborted) {
      const calledMs = clock.nowMs();
      const output = await tryRead(kinesis, iterator);
      if (output === 'expired') {
        iterator = await open(position);
        continue;
      }
      if (output === 'refused') {
        await sleep(clock, POLL_INTERVAL_MS, signal);
        continue;
      }
      const { Records: records = [], MillisBehindLatest: behindMs = 0, NextShardIterator: next } = output;
      const last = records.at(-1)?.SequenceNumber;
      if (last) position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last };
      yield { records, caughtUpMs: calledMs - behindMs, ended: !next };
      if (!next) return;
      iterator = next;
      const intervalMs = behindMs > 0 ? READ_INTERVAL_MS : POLL_INTERVAL_MS;
      await sleep(clock, calledMs + intervalMs - clock.nowMs(), signal);
    }
  };
}

/** Where a reader that has taken its place goes on before its first record: the latest then is not the latest now. */
function pinned(from: StartingPosition, clock: Clock): StartingPosition {
  return from.Type === 'LATEST' ? { Type: 'AT_TIMESTAMP', Timestamp: new Date(clock.nowMs()) } : from;
}

async function openIterator(
  kinesis: KinesisApi,
  { streamName, shardId }: { readonly streamName: string; readonly shardId: string },
  { Type, SequenceNumber, Timestamp }: StartingPosition,
): Promise<string> {
  const { ShardIterator } = await kinesis.GetShardIterator({
    StreamName: streamName,
    ShardId: shardId,
    ShardIteratorType: Type,
    StartingSequenceNumber: SequenceNumber,
    Timestamp,
  });
  return ShardIterator ?? '';
}

async function tryRead(kinesis: KinesisApi, ShardIterator: string) {
  try {
    return await kinesis.GetRecords({ ShardIterator, Limit: GET_RECORDS_MAX_RECORDS });
  } catch (error) {
    if (codeOf(error) === 'ExpiredIteratorException') return 'expired';
    if (isTransient(error)) return 'refused';
    throw error;
  }
}

/** Is pushed to, and subscribes again when a subscription ends before its shard. */
export function fanOutReader(fanOut: FanOut, consumerArn: string, clock: Clock): ShardReader {
  return async function* (shardId, from, signal) {
    let position = from;
    const later = pinned(from, clock);
    yield NOTHING;
    while (!signal.aborted) {
      try {
        const start = position;
        if (position === from) position = later;
        for await (const event of fanOut.subscribe(consumerArn, shardId, start, signal)) {
          const { Records: records, MillisBehindLatest: behindMs, ChildShards: children } = event;
          const next = event.ContinuationSequenceNumber ?? records.at(-1)?.SequenceNumber;
          if (next) position = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: next };
          const caughtUpMs = behindMs > 0 ? clock.nowMs() - behindMs : Number.POSITIVE_INFINITY;
          yield { records, caughtUpMs, ended: children !== undefined };
          if (children !== undefined) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!isTransient(error) && codeOf(error) !== 'ResourceInUseException') throw error;
      }
      await sleep(clock, POLL_INTERVAL_MS, signal);
    }
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
