// What Lambda hands to a function from a Kinesis stream, as far as the consumers here read it.
import type { ReplayMark } from '../../core/records/replay-mark.js';

/** One record of a batch. */
export interface KinesisEventRecord {
  /** Stream, or registered consumer of it, that the record was read from. */
  readonly eventSourceARN?: string;
  /** Given by a replay that invokes the function itself. */
  readonly replay?: ReplayMark;
  /** `<shard id>:<sequence number>`. */
  readonly eventID: string;
  readonly kinesis: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    /** Base64. */
    readonly data: string;
    /** Epoch seconds. */
    readonly approximateArrivalTimestamp: number;
  };
}

/** A batch of one shard. */
export interface KinesisBatch {
  readonly Records: readonly KinesisEventRecord[];
}

/** A batch of a mapping with a tumbling window; the fields are absent without one. */
export interface KinesisWindowBatch extends KinesisBatch {
  readonly window?: { readonly start: string; readonly end: string };
  /** What the function returned as `state` last, empty at the start of a window. */
  readonly state?: unknown;
  readonly shardId?: string;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

/**
 * Shard that a record came from.
 */
export function shardIdOf({ eventID }: KinesisEventRecord): string {
  return eventID.slice(0, eventID.indexOf(':'));
}

/**
 * Name of the stream that a record came from; empty where the event does not say.
 */
export function streamNameOf({ eventSourceARN = '' }: KinesisEventRecord): string {
  return /:stream\/([^/]+)/.exec(eventSourceARN)?.[1] ?? '';
}

/** What a function can ask how much time it has left. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number;
}
