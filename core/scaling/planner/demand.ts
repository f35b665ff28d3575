// What producers tried to write in one minute, in shards, from what CloudWatch shows of it.
import { METRIC_PERIOD_MS, SHARD_WRITE_BYTES_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND } from '../../limits.js';

/** Sums over one minute, as the stream-level metrics have them. */
export interface MinuteMetrics {
  readonly incomingBytes: number;
  readonly incomingRecords: number;
  /** WriteProvisionedThroughputExceeded: records rejected, each retry counted again. */
  readonly writeThrottledRecords: number;
}

/** Demand of a minute in shards' worth of write capacity. */
export interface Demand {
  /** Accepted and rejected together. */
  readonly offered: number;
  readonly rejected: number;
  /** Mean size of a record, kept for minutes in which none was accepted. */
  readonly meanRecordBytes: number;
}

const SECONDS = METRIC_PERIOD_MS / 1_000;

/** Bytes that a shard takes in a minute. */
export const SHARD_MINUTE_BYTES_TAKEN = SECONDS * SHARD_WRITE_BYTES_PER_SECOND;

/** Size of a record where not one has been accepted yet: 1 KiB, as full a shard by bytes as by records. */
export const UNKNOWN_RECORD_BYTES = SHARD_WRITE_BYTES_PER_SECOND / SHARD_WRITE_RECORDS_PER_SECOND;

/**
 * Estimates the demand behind accepted and rejected records.
 *
 * A rejected record counts with the mean size of the accepted ones. Of bytes and records the one that needs more shards
 * counts.
 */
export function estimateDemand(metrics: MinuteMetrics, meanRecordBytesBefore: number): Demand {
  const { incomingBytes, incomingRecords, writeThrottledRecords } = metrics;
  const meanRecordBytes = incomingRecords > 0 ? incomingBytes / incomingRecords : meanRecordBytesBefore;
  const byBytes = SECONDS * SHARD_WRITE_BYTES_PER_SECOND;
  const byRecords = SECONDS * SHARD_WRITE_RECORDS_PER_SECOND;
  const shards = (records: number, bytes: number) => Math.max(bytes / byBytes, records / byRecords);
  const offered = shards(
    incomingRecords + writeThrottledRecords,
    incomingBytes + writeThrottledRecords * meanRecordBytes,
  );
  return { offered, rejected: offered - shards(incomingRecords, incomingBytes), meanRecordBytes };
}
