import { Annotations, Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FAILURE_BUCKET_ENV, MARK_PER_ENV, MARK_TABLE_ENV, MARK_TABLE_KEY } from '../../core/consumer-contract.js';
import { FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS } from '../../core/limits.js';
import { INVOCATION_PAYLOAD_MAX_BYTES } from '../../core/limits-lambda.js';
import { FailureDestination } from './failure-destination.js';
import type { LambdaConsumerProps } from './lambda-consumer-props.js';
import { grantFailedRecords } from './private/failed-records.js';
import { grantTable } from './private/grant-table.js';
import { PlatformTable } from './private/platform-table.js';
import { PrivateBucket } from './private/private-bucket.js';
import { renderMapping } from './private/render-mapping.js';
import { requireSameRegion } from './private/same-environment.js';
import { knownMaxRecordKiB } from './private/stream-facts.js';
import { grantPoll, grantSubscribe } from './private/stream-grants.js';
import { validateLambdaConsumer } from './private/validate-lambda-consumer.js';

/** An event holds the data as base64, four characters for three bytes. */
const LARGEST_DELIVERABLE_KIB = Math.floor((INVOCATION_PAYLOAD_MAX_BYTES * 3) / 4 / 1_024);

/**
 * A Lambda function that reads a stream, with defaults under which a bad record neither blocks a shard nor gets lost.
 *
 * Defines the event source mapping, the failure bucket and, for a dedicated consumer, its registration. The function's
 * role gets exactly what this way of reading needs; the mapping waits for it, since Lambda checks it on creation.
 */
export class LambdaConsumer extends Construct {
  /**
   * Stream that is read.
   */
  public readonly stream: kinesis.IStream;

  /**
   * Function that gets the batches.
   */
  public readonly function: lambda.IFunction;

  /**
   * Registered fan-out consumer; undefined when polling.
   */
  public readonly streamConsumer?: kinesis.IStreamConsumer;

  /**
   * Bucket of failed batches and records; undefined when they go to a queue or topic.
   */
  public readonly failureBucket?: s3.IBucket;

  /**
   * Table of the marks; undefined without `mark`.
   */
  public readonly markTable?: dynamodb.ITable;

  /**
   * The mapping between stream and function.
   */
  public readonly eventSourceMapping: lambda.CfnEventSourceMapping;

  /**
   * UUID of the mapping, the dimension of its metrics.
   */
  public readonly eventSourceMappingId: string;

  constructor(scope: Construct, id: string, props: LambdaConsumerProps) {
    super(scope, id);
    validateLambdaConsumer(this, props);
    requireSameRegion(this, props.stream);
    const { stream, reference, onFailure = FailureDestination.s3() } = props;
    const destination = onFailure._bind(this);

    this.stream = stream;
    const keepsFailures = reference !== undefined || props.failedRecords;
    this.failureBucket = destination.bucket ?? (keepsFailures ? new PrivateBucket(this, 'FailureBucket') : undefined);
    this.function = reference ? reference._bind(this, this.failureBucket!) : props.function!;
    if (props.dedicated) this.streamConsumer = this.register(props.consumerName);
    if (props.failedRecords) this.keepFailedRecords(this.failureBucket!);
    if (props.mark || props.markTable) this.markTable = this.keepMarks(props);

    this.eventSourceMapping = new lambda.CfnEventSourceMapping(this, 'Mapping', {
      ...renderMapping(props),
      eventSourceArn: this.streamConsumer?.streamConsumerArn ?? stream.streamArn,
      functionName: this.function.functionName,
      destinationConfig: { onFailure: { destination: destination.arn } },
    });
    this.eventSourceMappingId = this.eventSourceMapping.attrId;
    this.grantRead().applyBefore(this.eventSourceMapping);
    destination.grantPut(this.function).applyBefore(this.eventSourceMapping);
    props.filterEncryption?.grantDecrypt(new iam.ServicePrincipal('lambda.amazonaws.com'));
    this.warnOfLargeRecords();
  }

  /**
   * Age of the oldest record this consumer has not processed, the number to page on.
   *
   * Polling: `IteratorAge` of the function. Dedicated: `SubscribeToShardEvent.MillisBehindLatest` of the registered
   * consumer. Defaults to the maximum over 1 minute.
   */
  public metricIteratorAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const settings = { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(1), ...options };
    if (!this.streamConsumer) return this.function.metric('IteratorAge', settings);
    return new cloudwatch.Metric({
      namespace: 'AWS/Kinesis',
      metricName: 'SubscribeToShardEvent.MillisBehindLatest',
      dimensionsMap: { StreamName: this.stream.streamName, ConsumerName: this.streamConsumer.streamConsumerName },
      ...settings,
    });
  }

  /**
   * A count of the mapping, such as `DroppedEventCount`.
   *
   * Defaults to the sum over 1 minute.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
   */
  public metricEventCount(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { EventSourceMappingUUID: this.eventSourceMappingId },
      statistic: cloudwatch.Stats.SUM,
      period: Duration.minutes(1),
      ...options,
    });
  }

  private keepFailedRecords(bucket: s3.IBucket): void {
    grantFailedRecords(bucket, this.function);
    (this.function as lambda.Function).addEnvironment(FAILURE_BUCKET_ENV, bucket.bucketName);
  }

  private keepMarks({ markTable, keyBuckets }: LambdaConsumerProps): dynamodb.ITable {
    // Nothing is lost with a mark but that a redelivery repeats its batch, so it goes with the consumer.
    const marks =
      markTable ??
      new PlatformTable(this, 'Marks', { partitionKey: MARK_TABLE_KEY, removalPolicy: RemovalPolicy.DESTROY });
    grantTable(marks, this.function, ['dynamodb:GetItem', 'dynamodb:PutItem']);
    const fn = this.function as lambda.Function;
    fn.addEnvironment(MARK_TABLE_ENV, marks.tableName);
    if (keyBuckets) fn.addEnvironment(MARK_PER_ENV, 'bucket');
    return marks;
  }

  private warnOfLargeRecords(): void {
    const maxKiB = knownMaxRecordKiB(this.stream);
    if (maxKiB === undefined || maxKiB <= LARGEST_DELIVERABLE_KIB) return;
    Annotations.of(this).addWarningV2(
      'cdk-kinesis-platform:recordTooLargeForLambda',
      `the stream takes records of ${maxKiB} KiB, but Lambda cannot deliver one above ${LARGEST_DELIVERABLE_KIB} KiB; lower 'maxRecordSize' of the stream, or put large data into a bucket and its address into the record`,
    );
  }

  private register(name?: string): kinesis.StreamConsumer {
    return new kinesis.StreamConsumer(this, 'StreamConsumer', {
      stream: this.stream,
      streamConsumerName:
        name ?? Names.uniqueResourceName(this, { maxLength: FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS, separator: '-' }),
    });
  }

  private grantRead(): iam.Grant {
    return this.streamConsumer
      ? grantSubscribe(this.streamConsumer, this.function)
      : grantPoll(this.stream, this.function);
  }
}
