// Where a reader starts: the five kinds of position that GetShardIterator and SubscribeToShard share.
import type { ShardIteratorType } from '@aws-sdk/client-kinesis';
import { ServiceError } from '../../service-error.js';
import { originOf, parseSequenceNumber } from '../store/sequence-number.js';
import { type Shard, shardId } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';

/** A start as the caller states it. */
export interface Start {
  readonly type: ShardIteratorType | undefined;
  readonly sequenceNumber: string | undefined;
  readonly timestamp: Date | undefined;
}

/** First position that a reader with this start sees. */
export function startingPosition(stream: Stream, shard: Shard, start: Start, nowMs: number): number {
  checkMembers(start);
  switch (start.type) {
    case 'TRIM_HORIZON':
      return shard.log.firstPosition;
    case 'LATEST':
      return shard.log.nextPosition;
    case 'AT_TIMESTAMP':
      return shard.log.positionAtTime(pastTime(start.timestamp!, nowMs));
    default:
      return fromSequenceNumber(stream, shard, start);
  }
}

function checkMembers({ type, sequenceNumber, timestamp }: Start): void {
  const takesNumber = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  const takesTime = type === 'AT_TIMESTAMP';
  if (takesNumber && sequenceNumber === undefined) {
    throw invalid(`Must specify startingSequenceNumber parameter for iterator of type ${type}.`);
  }
  if (sequenceNumber !== undefined && !takesNumber) {
    throw invalid(
      `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and also a StartingSequenceNumber.`,
    );
  }
  if (takesTime && timestamp === undefined) {
    throw invalid('Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP.');
  }
}

function pastTime(timestamp: Date, nowMs: number): number {
  const ms = timestamp.getTime();
  if (ms <= nowMs) return ms;
  throw invalid(
    `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${ms}, currentTimestampInMillis: ${nowMs}`,
  );
}

function fromSequenceNumber(stream: Stream, shard: Shard, start: Start): number {
  const text = start.sequenceNumber!;
  const number = parseSequenceNumber(text);
  const origin = number === undefined ? undefined : originOf(number);
  if (number === undefined || !origin) {
    throw invalid(
      `StartingSequenceNumber ${text} used on shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is invalid because it did not come from this stream.`,
    );
  }
  if (origin.shardIndex !== shard.index) {
    throw invalid(
      `Invalid StartingSequenceNumber. It encodes ${shardId(origin.shardIndex)}, while it was used in a call to a shard with ${shard.id}`,
    );
  }
  return shard.positionFrom(number, start.type === 'AT_SEQUENCE_NUMBER');
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidArgumentException', message);
}
