// What is watched of the stream itself. Lag is watched per consumer: the stream's own iterator age mixes its readers.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import {
  type AlarmDefinition,
  AVERAGE,
  FIVE_MINUTES,
  MAXIMUM,
  metricOf,
  ONE_MINUTE,
  type Series,
  SUM,
} from './alarm-definition.js';

export interface WatchedStream {
  readonly stream: kinesis.IStream;
  readonly retentionHours: number;
  readonly alarmWhenSilent: boolean;
}

const HOUR_MS = 3_600_000;
/** Share of the retention that a reader may be behind: half of it is left to put things right. */
const AGE_SHARE_OF_RETENTION = 0.5;

export function streamSeries(stream: kinesis.IStream): Series {
  return { namespace: 'AWS/Kinesis', dimensionsMap: { StreamName: stream.streamName } };
}

export function streamAlarms({ stream, retentionHours, alarmWhenSilent }: WatchedStream): AlarmDefinition[] {
  const series = streamSeries(stream);
  return [
    nearExpiry(metricOf(series, 'GetRecords.IteratorAgeMilliseconds', MAXIMUM, FIVE_MINUTES), retentionHours),
    {
      kind: 'WriteThrottled',
      severity: 'warn',
      meaning: 'Producers write more than the shards take.',
      metric: metricOf(series, 'WriteProvisionedThroughputExceeded', SUM, ONE_MINUTE),
      threshold: 0,
      periods: [3, 5],
    },
    {
      kind: 'ReadThrottled',
      severity: 'warn',
      meaning: 'Polling readers share more of the shards than there is: 2 MB/s and 5 calls a second each.',
      metric: metricOf(series, 'ReadProvisionedThroughputExceeded', AVERAGE, FIVE_MINUTES),
      threshold: 0,
      periods: [1, 1],
    },
    {
      kind: 'PutsFailing',
      severity: 'warn',
      meaning: 'More than 1 in 100 PutRecords calls failed whole: none of their records was accepted.',
      metric: metricOf(series, 'PutRecords.Success', AVERAGE, ONE_MINUTE),
      threshold: 0.99,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: [5, 5],
    },
    ...(alarmWhenSilent ? [silence(series)] : []),
  ];
}

/** By the age of what a reader reads: of all that poll together, or of one that has a metric of its own. */
export function nearExpiry(age: cloudwatch.IMetric, retentionHours: number): AlarmDefinition {
  return {
    kind: 'RecordsNearExpiry',
    severity: 'page',
    meaning: `A reader is behind by half of the stream's retention (${retentionHours} h); past the whole of it records are lost.`,
    metric: age,
    threshold: retentionHours * HOUR_MS * AGE_SHARE_OF_RETENTION,
    comparison: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: [1, 1],
  };
}

/** A heartbeat: the one alarm for which no data is bad news. */
function silence(series: Series): AlarmDefinition {
  return {
    kind: 'StreamSilent',
    severity: 'page',
    meaning: 'No record has arrived for 15 minutes.',
    metric: metricOf(series, 'IncomingRecords', SUM, FIVE_MINUTES),
    threshold: 0,
    comparison: cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: [3, 3],
    missing: cloudwatch.TreatMissingData.BREACHING,
  };
}
