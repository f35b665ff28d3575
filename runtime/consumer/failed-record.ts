// A user record that no retry would make usable, as the failure store keeps it.
import { parseOrigin, readReplayMark } from '../../core/records/replay-mark.js';
import type { UserRecordMeta } from './record-meta.js';

/** A record that was set aside, with its bytes and the reason. */
export interface FailedRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /**
   * Position in an aggregated record.
   *
   * @default - the record was not aggregated
   */
  readonly subSequenceNumber?: number;
  readonly partitionKey: string;
  /** ISO 8601. */
  readonly arrivalTime: string;
  readonly errorType: string;
  readonly reason: string;
  /**
   * Which attempt failed, from 1, where a mark counts them.
   *
   * @default - unknown
   */
  readonly attempt?: number;
  /** The user record's bytes, base64; of an aggregated record whose end cannot be read, all of it. */
  readonly data: string;
}

/** Characters of a reason that are kept. */
const REASON_MAX = 1_000;

export function failedRecord(meta: UserRecordMeta, errorType: string, reason: string): FailedRecord {
  const { shardId, sequenceNumber, subSequenceNumber, partitionKey, arrivalTime, attempt, data, aggregated } = meta;
  // A record that was redriven and fails once more is the same record: it keeps the place where it stood first.
  const origin = meta.tags && readReplayMark(meta)?.origin;
  const place = origin === undefined ? undefined : parseOrigin(origin);
  return {
    ...(place ?? { shardId, sequenceNumber, ...(aggregated ? { subSequenceNumber } : {}) }),
    partitionKey,
    arrivalTime: arrivalTime.toISOString(),
    errorType,
    reason: reason.slice(0, REASON_MAX),
    ...(attempt === undefined ? {} : { attempt }),
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
  };
}
