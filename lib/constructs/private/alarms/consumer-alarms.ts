// What is watched of one Lambda consumer: is it behind, does it fail, does it lose anything.

import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { METRIC_NAMESPACE, METRICS } from '../../../../lambdas/aggregate/contract.js';
import type { LambdaConsumer } from '../../lambda-consumer.js';
import { serviceOf } from '../platform-function.js';
import { type AlarmDefinition, AVERAGE, FIVE_MINUTES, metricOf, ONE_MINUTE, SUM } from './alarm-definition.js';

import { nearExpiry } from './stream-alarms.js';

const ERROR_PERCENT = 5;

/** Failed invocations in percent; no data when nothing was invoked. */
export function errorPercent(fn: lambda.IFunction): cloudwatch.MathExpression {
  const perMinute = { statistic: SUM, period: ONE_MINUTE };
  return new cloudwatch.MathExpression({
    expression: '100 * errors / invocations',
    label: 'errors, percent',
    period: ONE_MINUTE,
    usingMetrics: {
      errors: fn.metric('Errors', perMinute),
      invocations: fn.metric('Invocations', perMinute),
    },
  });
}

/** What a consumer is measured against. */
export interface ConsumerTargets {
  readonly lagTarget: Duration;
  readonly retentionHours: number;
}

export function consumerAlarms(
  consumer: LambdaConsumer,
  { lagTarget, retentionHours }: ConsumerTargets,
): AlarmDefinition[] {
  return [
    {
      kind: 'ConsumerLag',
      severity: 'page',
      meaning: `The consumer has been more than ${lagTarget.toSeconds()} s behind for five minutes.`,
      metric: consumer.metricIteratorAge(),
      threshold: lagTarget.toMilliseconds(),
      periods: [5, 5],
    },
    {
      kind: 'ConsumerErrors',
      severity: 'warn',
      meaning: `More than ${ERROR_PERCENT} % of the invocations fail.`,
      metric: errorPercent(consumer.function),
      threshold: ERROR_PERCENT,
      periods: [2, 3],
    },
    {
      kind: 'ConsumerThrottled',
      severity: 'warn',
      meaning: 'The function is invoked more often at once than its concurrency allows.',
      metric: consumer.function.metric('Throttles', { statistic: SUM, period: ONE_MINUTE }),
      threshold: 0,
      periods: [3, 5],
    },
    {
      kind: 'RecordsDropped',
      severity: 'page',
      meaning:
        'Records were given up and reached no failure destination: they are lost unless the stream still holds them.',
      metric: consumer.metricEventCount('DroppedEventCount'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      kind: 'BatchesSetAside',
      severity: 'warn',
      meaning: 'Whole batches failed until retries or age ran out, and were written to the failure destination.',
      metric: consumer.metricEventCount('OnFailureDestinationDeliveredEventCount'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      kind: 'FailureDestinationFailing',
      severity: 'page',
      meaning:
        'A failed batch could not be written to the failure destination: it is lost unless the stream still holds it.',
      metric: consumer.function.metric('DestinationDeliveryFailures', { statistic: SUM, period: FIVE_MINUTES }),
      threshold: 0,
      periods: [1, 1],
    },
    ...(consumer.streamConsumer ? dedicatedAlarms(consumer, consumer.streamConsumer, retentionHours) : []),
  ];
}

/** For a function that counts the records it sets aside itself: none for any other. */
export function recordAlarms(fn: lambda.IFunction, where: string, service = serviceOf(fn)): AlarmDefinition[] {
  if (service === undefined) return [];
  const series = { namespace: METRIC_NAMESPACE, dimensionsMap: { service, FunctionName: fn.functionName } };
  return [
    {
      kind: 'RecordsFailed',
      severity: 'warn',
      meaning: `Records could not be read or used, and were written to ${where}.`,
      metric: metricOf(series, METRICS.recordsFailed, SUM, FIVE_MINUTES),
      threshold: 0,
      periods: [1, 1],
    },
  ];
}

/** The iterator age of the stream is that of its pollers; what has a registration is watched by its own. */
function dedicatedAlarms(
  consumer: LambdaConsumer,
  registered: kinesis.IStreamConsumer,
  retentionHours: number,
): AlarmDefinition[] {
  return [
    nearExpiry(consumer.metricIteratorAge({ period: FIVE_MINUTES }), retentionHours),
    subscriptionsRefused(registered),
  ];
}

function subscriptionsRefused({ stream, streamConsumerName }: kinesis.IStreamConsumer): AlarmDefinition {
  const series = {
    namespace: 'AWS/Kinesis',
    dimensionsMap: { StreamName: stream.streamName, ConsumerName: streamConsumerName },
  };
  return {
    kind: 'SubscriptionsRefused',
    severity: 'warn',
    meaning: 'Calls of SubscribeToShard are refused: something else subscribes under the same consumer.',
    metric: metricOf(series, 'SubscribeToShard.RateExceeded', AVERAGE, FIVE_MINUTES),
    threshold: 0,
    periods: [3, 3],
  };
}
