// Where marks are kept.

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

/** Key of the mark of a shard. A replay that is to have its effects again uses another consumer id. */
export function markKey(consumerId: string, streamName: string, shardId: string): string {
  return `${consumerId}#${streamName}#${shardId}`;
}
