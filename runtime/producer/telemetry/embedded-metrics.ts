// The producer's counts as CloudWatch metrics, by a line in the log: its embedded metric format.
import type { SkewReport, TrafficShare } from '../../../core/sharding/traffic-skew.js';
import type { ProducerMetrics } from './producer-metrics.js';

/** Where the metrics go. */
export interface EmbeddedMetricsOptions {
  /** @default 'KinesisPlatform' */
  readonly namespace?: string;

  /** Dimensions beside `StreamName`. @default - none */
  readonly dimensions?: Readonly<Record<string, string>>;

  /** Writes one line. @default - to standard output, which is the log of a Lambda function */
  readonly write?: (line: string) => void;
}

/** CloudWatch takes this many values of a metric in one line. */
const MAX_VALUES = 100;

/**
 * Renders what has happened between two counts as one line.
 *
 * `UserRecordsPutRate` has a 1 for records that were put and a 0 for those that were not, in proportion: its average is
 * the share of records that reached the stream. Zeros are told too: no failures is a number, silence is not.
 */
export function renderEmbeddedMetrics(
  before: ProducerMetrics,
  now: ProducerMetrics,
  nowMs: number,
  streamName: string,
  { namespace = 'KinesisPlatform', dimensions = {}, skew }: EmbeddedMetricsOptions & { skew?: SkewReport } = {},
): string {
  const since = (name: NumericMetric) => now[name] - before[name];
  const put = since('userRecordsPut');
  const notPut = since('userRecordsSpilled') + since('userRecordsFailed');
  const kinesisRecords = since('kinesisRecordsPut');
  const values = {
    UserRecordsReceived: [since('userRecordsReceived'), 'Count'],
    UserRecordsPut: [put, 'Count'],
    UserRecordsSpilled: [since('userRecordsSpilled'), 'Count'],
    UserRecordsFailed: [since('userRecordsFailed'), 'Count'],
    UserRecordsPutRate: [shares(put, notPut), 'None'],
    UserRecordsThrottled: [since('throttled'), 'Count'],
    UserRecordsRetried: [since('retries'), 'Count'],
    UserRecordsPutAgain: [since('putAgain'), 'Count'],
    UserRecordsBuffered: [now.bufferedRecords, 'Count'],
    BytesBuffered: [now.bufferedBytes, 'Bytes'],
    KinesisRecordsPut: [kinesisRecords, 'Count'],
    UserRecordsPerKinesisRecord: [per(put, kinesisRecords), 'None'],
    AggregateBytes: [per(since('kinesisBytesPut'), kinesisRecords), 'Bytes'],
    PayloadUnits: [since('payloadUnits'), 'Count'],
    AttemptsPerUserRecord: [per(since('attempts'), put + notPut), 'None'],
    BufferingTime: [per(since('bufferingMs'), put + notPut), 'Milliseconds'],
    CallTime: [per(since('callMs'), since('calls')), 'Milliseconds'],
    CallsFailed: [since('callsFailed'), 'Count'],
    HottestKeyPercent: [hottestPercent(skew?.keys), 'Percent'],
    HottestShardPercent: [hottestPercent(skew?.shards), 'Percent'],
  } as const;
  const told = Object.entries(values).filter(([, [value]]) => typeof value === 'number' || value.length > 0);
  const all = { StreamName: streamName, ...dimensions };
  return `${JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(all)],
          Metrics: told.map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
    ...all,
    ...Object.fromEntries(told.map(([name, [value]]) => [name, value])),
  })}\n`;
}

type NumericMetric = {
  [K in keyof ProducerMetrics]: ProducerMetrics[K] extends number ? K : never;
}[keyof ProducerMetrics];

function per(count: number, of: number): number {
  return of === 0 ? 0 : count / of;
}

/** The larger of its two shares, bytes and records; nothing when none is known. */
function hottestPercent([hottest]: readonly TrafficShare[] = []): number | readonly [] {
  return hottest ? Math.max(hottest.bytesPercent, hottest.recordsPercent) : [];
}

/** Ones and zeros in the proportion of two counts, at least one of each that there is. */
function shares(ones: number, zeros: number): number[] {
  const all = ones + zeros;
  if (all === 0) return [];
  const most = Math.min(MAX_VALUES, all);
  const inProportion = Math.round((ones / all) * most);
  const oneCount = Math.min(Math.max(inProportion, ones > 0 ? 1 : 0), zeros > 0 ? most - 1 : most);
  return [...new Array<number>(oneCount).fill(1), ...new Array<number>(most - oneCount).fill(0)];
}
