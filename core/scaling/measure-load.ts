// From the stream's per-minute metrics to how full it is: the input of the resize plan.
import { SHARD_WRITE_BYTES_PER_SECOND, SHARD_WRITE_RECORDS_PER_SECOND } from '../limits.js';

const MINUTE_MS = 60_000;

/** Minutes that "now" spans: metrics arrive a minute or two late, and one quiet minute must not hide a busy one. */
export const RECENT_MINUTES = 5;

/** One minute of one metric. */
export interface MetricPoint {
  /** Start of the minute, epoch milliseconds. */
  readonly atMs: number;
  readonly value: number;
}

/** The stream-level metrics that say how much is written, as sums per minute, in any order, gaps allowed. */
export interface StreamTraffic {
  /** IncomingBytes: accepted bytes only, so it saturates while the stream throttles. */
  readonly incomingBytes: readonly MetricPoint[];
  /** IncomingRecords: accepted records only. */
  readonly incomingRecords: readonly MetricPoint[];
  /** WriteProvisionedThroughputExceeded: rejected records, each retry counted again. */
  readonly throttledRecords: readonly MetricPoint[];
}

/** How full a stream is, in whole percent of what its open shards take; undefined where the metrics do not say. */
export interface Utilization {
  /** Fullest of the last RECENT_MINUTES minutes; undefined without a single point in them. */
  readonly recentPercent: number | undefined;
  /** Fullest minute of the whole scale-in window; undefined until the metrics reach back to its start. */
  readonly windowPercent: number | undefined;
}

/** What to measure against. */
export interface LoadWindow {
  readonly openShards: number;
  readonly nowMs: number;
  readonly scaleInAfterMinutes: number;
}

/**
 * Minutes of metrics that `measureLoad` needs to see, counted back from now.
 */
export function minutesToRead(scaleInAfterMinutes: number): number {
  return scaleInAfterMinutes + RECENT_MINUTES;
}

/**
 * Measures the demand on a stream, rejected records included.
 *
 * A rejected record counts with the mean size of the accepted ones. Bytes and records are measured apart and the fuller
 * one counts. Minutes without a point are no evidence: alone they never make a stream look idle.
 */
export function measureLoad(
  traffic: StreamTraffic,
  { openShards, nowMs, scaleInAfterMinutes }: LoadWindow,
): Utilization {
  const minutes = joinMinutes(traffic).filter(({ atMs }) => atMs <= nowMs);
  const windowStartMs = nowMs - scaleInAfterMinutes * MINUTE_MS;
  const meanBytes = meanRecordBytes(minutes);
  const peak = (fromMs: number) => {
    const percents = minutes
      .filter(({ atMs }) => atMs > fromMs - MINUTE_MS)
      .map((minute) => usedPercent(minute, openShards, meanBytes));
    return percents.length > 0 ? Math.max(...percents) : undefined;
  };
  const recentPercent = peak(nowMs - RECENT_MINUTES * MINUTE_MS);
  const coversWindow = minutes.some(({ atMs }) => atMs <= windowStartMs);
  return { recentPercent, windowPercent: coversWindow ? peak(windowStartMs) : undefined };
}

interface Minute {
  readonly atMs: number;
  readonly bytes: number;
  readonly records: number;
  readonly throttled: number;
}

function joinMinutes({ incomingBytes, incomingRecords, throttledRecords }: StreamTraffic): Minute[] {
  const bytes = byMinute(incomingBytes);
  const records = byMinute(incomingRecords);
  const throttled = byMinute(throttledRecords);
  const starts = [...new Set([...bytes.keys(), ...records.keys(), ...throttled.keys()])];
  return starts.map((atMs) => ({
    atMs,
    bytes: bytes.get(atMs) ?? 0,
    records: records.get(atMs) ?? 0,
    throttled: throttled.get(atMs) ?? 0,
  }));
}

function byMinute(points: readonly MetricPoint[]): ReadonlyMap<number, number> {
  return new Map(points.map(({ atMs, value }) => [atMs, value]));
}

function meanRecordBytes(minutes: readonly Minute[]): number {
  const records = minutes.reduce((sum, minute) => sum + minute.records, 0);
  return records === 0 ? 0 : minutes.reduce((sum, minute) => sum + minute.bytes, 0) / records;
}

function usedPercent({ bytes, records, throttled }: Minute, openShards: number, meanBytes: number): number {
  const seconds = MINUTE_MS / 1_000;
  const ofBytes = (bytes + throttled * meanBytes) / (openShards * SHARD_WRITE_BYTES_PER_SECOND * seconds);
  const ofRecords = (records + throttled) / (openShards * SHARD_WRITE_RECORDS_PER_SECOND * seconds);
  return Math.ceil(Math.max(ofBytes, ofRecords) * 100);
}
