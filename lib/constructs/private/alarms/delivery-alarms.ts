// What is watched of a delivery to S3: does it get through, is it late, does it fall behind the stream.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { DATA_FRESHNESS_CEILING_SECONDS } from '../../../../core/limits-firehose.js';
import type { S3Delivery } from '../../s3-delivery.js';
import { type AlarmDefinition, AVERAGE, FIVE_MINUTES, MAXIMUM, metricOf, type Series } from './alarm-definition.js';
import { recordAlarms } from './consumer-alarms.js';

/** Time that writing an object may take after its buffer is full. */
const DELIVERY_SLACK_SECONDS = 300;
/** Firehose polls a stream in its own time, so a minute is no lag. */
const BEHIND_MS = 300_000;

export function deliverySeries(delivery: S3Delivery): Series {
  return { namespace: 'AWS/Firehose', dimensionsMap: { DeliveryStreamName: delivery.deliveryStreamName } };
}

export function deliveryAlarms(delivery: S3Delivery): AlarmDefinition[] {
  const series = deliverySeries(delivery);
  const staleSeconds = Math.max(
    DATA_FRESHNESS_CEILING_SECONDS,
    delivery.bufferInterval.toSeconds() + DELIVERY_SLACK_SECONDS,
  );
  return [
    {
      kind: 'DeliveryStale',
      severity: 'page',
      meaning: `Records have been waiting for more than ${staleSeconds} s to reach the bucket.`,
      metric: delivery.metricDataFreshness(),
      threshold: staleSeconds,
      periods: [2, 3],
    },
    {
      kind: 'DeliveryFailing',
      severity: 'page',
      meaning: 'Objects cannot be written to the bucket.',
      metric: delivery.metricDeliverySuccess(),
      threshold: 1,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: [3, 3],
    },
    {
      kind: 'DeliveryBehind',
      severity: 'warn',
      meaning: `Firehose reads the stream more than ${BEHIND_MS / 1000} s late.`,
      metric: metricOf(series, 'KinesisMillisBehindLatest', MAXIMUM, FIVE_MINUTES),
      threshold: BEHIND_MS,
      periods: [3, 3],
    },
    ...(delivery.transformFunction ? transformAlarms(series, delivery.transformFunction) : []),
  ];
}

function transformAlarms(series: Series, fn: lambda.IFunction): AlarmDefinition[] {
  return [
    {
      kind: 'TransformFailing',
      severity: 'warn',
      meaning: 'The transform function fails, so that its records go to the error prefix.',
      metric: metricOf(series, 'ExecuteProcessing.Success', AVERAGE, FIVE_MINUTES),
      threshold: 1,
      comparison: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: [1, 1],
    },
    ...recordAlarms(fn, 'the error prefix of the bucket'),
  ];
}
