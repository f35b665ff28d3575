// A consumer's props as properties of the event source mapping, defaults filled in.
import { Duration, Token } from 'aws-cdk-lib';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RETENTION_MIN_HOURS } from '../../../core/limits.js';
import { BATCH_SIZE_DEFAULT, RECORD_AGE_MAX_SECONDS, UNBOUNDED } from '../../../core/limits-lambda.js';
import type { LambdaConsumerProps } from '../lambda-consumer-props.js';
import { knownRetention } from './stream-facts.js';

const DEFAULT_RETRY_ATTEMPTS = 10;
const SECONDS_PER_HOUR = 3_600;

export type RenderedMapping = Omit<
  lambda.CfnEventSourceMappingProps,
  'eventSourceArn' | 'functionName' | 'destinationConfig'
>;

export function renderMapping(props: LambdaConsumerProps): RenderedMapping {
  const { reportBatchItemFailures = true, eventCountMetrics = true } = props;
  return {
    enabled: props.enabled,
    startingPosition: props.startingPosition ?? lambda.StartingPosition.TRIM_HORIZON,
    startingPositionTimestamp: props.startingPositionTimestamp,
    batchSize: props.batchSize ?? BATCH_SIZE_DEFAULT,
    maximumBatchingWindowInSeconds: props.maxBatchingWindow?.toSeconds(),
    parallelizationFactor: props.parallelizationFactor,
    tumblingWindowInSeconds: props.tumblingWindow?.toSeconds(),
    filterCriteria: props.filters && { filters: props.filters },
    kmsKeyArn: props.filterEncryption?.keyArn,
    bisectBatchOnFunctionError: props.bisectBatchOnError ?? true,
    functionResponseTypes: reportBatchItemFailures ? ['ReportBatchItemFailures'] : undefined,
    metricsConfig: eventCountMetrics ? { metrics: [lambda.MetricType.EVENT_COUNT] } : undefined,
    ...renderRetries(props),
  };
}

function renderRetries(props: LambdaConsumerProps): RenderedMapping {
  if (props.retryUntilExpiry) {
    return {
      maximumRetryAttempts: UNBOUNDED,
      maximumRecordAgeInSeconds: props.maxRecordAge?.toSeconds() ?? UNBOUNDED,
    };
  }
  return {
    maximumRetryAttempts: props.retryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumRecordAgeInSeconds: props.maxRecordAge?.toSeconds() ?? defaultRecordAgeSeconds(props.stream),
  };
}

/** Soon enough before the stream trims a record that it still reaches the failure destination. */
function defaultRecordAgeSeconds(stream: kinesis.IStream): number {
  const retention = knownRetention(stream) ?? Duration.hours(RETENTION_MIN_HOURS);
  const hours = retention.toHours();
  const known = Token.isUnresolved(hours) ? RETENTION_MIN_HOURS : hours;
  return Math.min(Math.floor((known * SECONDS_PER_HOUR * 5) / 6), RECORD_AGE_MAX_SECONDS);
}
