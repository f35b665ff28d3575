// Where marks are kept.
import { type KinesisEventRecord, shardIdOf, streamNameOf } from './kinesis-event.js';

/** A mark as it is stored. */
export interface StoredMark {
  /** Text of the mark. */
  readonly mark: string;
  /** How often it has been written. */
  readonly version: number;
}

/** A mark to write, on the condition that nobody else has written meanwhile. */
export interface MarkWrite extends StoredMark {
  /** Consumer, stream and shard that the mark is of. */
  readonly key: string;
  /**
   * Version that must be stored now.
   *
   * @default - there must be none
   */
  readonly expectedVersion?: number;
}

/** Keeps one mark for each consumer and shard. */
export interface MarkPort {
  /** Reads a mark as the last write left it. */
  readMark(key: string): Promise<StoredMark | undefined>;
  /** Writes a mark, and fails when another version is stored than the one expected. */
  writeMark(write: MarkWrite): Promise<void>;
}

/**
 * Key of the mark of a shard, or of one of its key buckets. A replay that invokes the function has marks of its own, so that records which have taken
 * effect do so again, once.
 */
export function markKey(functionName: string, record: KinesisEventRecord, perBucket = false): string {
  const consumer = record.replay ? `${functionName}@${record.replay.replayId}` : functionName;
  const bucket = perBucket ? `#${record.kinesis.partitionKey}` : '';
  return `${consumer}#${streamNameOf(record)}#${shardIdOf(record)}${bucket}`;
}
