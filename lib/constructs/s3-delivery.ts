import { Duration, type RemovalPolicy, Size } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { BUFFER_DEFAULT_MIB, BUFFER_DEFAULT_SECONDS, BUFFER_PARTITIONED_MIN_MIB } from '../../core/limits-firehose.js';
import { DeliveryCompression } from './delivery-compression.js';
import type { DeliveryTransform } from './delivery-transform.js';
import { acknowledge } from './private/acknowledge.js';
import { checkDelivery, checkTransform } from './private/check-delivery.js';
import { renderProcessors } from './private/delivery-processors.js';
import { deliveryRole } from './private/delivery-role.js';
import { PlatformFunction } from './private/platform-function.js';
import { PrivateBucket } from './private/private-bucket.js';
import { requireSameRegion } from './private/same-environment.js';

export interface S3DeliveryProps {
  /** Stream to deliver, provisioned or on-demand. */
  readonly stream: kinesis.IStream;

  /**
   * Bucket to deliver to.
   *
   * @default - a private, encrypted, versioned bucket that takes TLS requests only
   */
  readonly bucket?: s3.IBucket;

  /**
   * What becomes of the created bucket with the stack. To be destroyed it must be empty, or the deletion fails.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Data gathered into one object, before compression: 1 to 128 MiB, from 64 MiB with `partitionKeys`.
   *
   * @default - 5 MiB, with `partitionKeys` 64 MiB
   */
  readonly bufferSize?: Size;

  /**
   * Longest time that data waits for its object, at most 900 seconds, from 60 seconds with `partitionKeys`.
   *
   * @default Duration.seconds(300)
   */
  readonly bufferInterval?: Duration;

  /**
   * Compression of the objects.
   *
   * @default DeliveryCompression.GZIP
   */
  readonly compression?: DeliveryCompression;

  /**
   * Key prefix of the objects, with Firehose expressions; times are UTC, of arrival.
   *
   * @default 'events/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/'
   */
  readonly prefix?: string;

  /**
   * Key prefix of what could not be transformed, partitioned or delivered.
   *
   * @default 'errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/'
   */
  readonly errorPrefix?: string;

  /**
   * Extension of the objects, with its dot. Replaces the one that the compression gives.
   *
   * @default - by compression, for example `.gz`
   */
  readonly fileExtension?: string;

  /**
   * Function that rewrites records on the way.
   *
   * @default - records are stored as they are, each ended with a newline
   */
  readonly transform?: DeliveryTransform;

  /**
   * JQ query per partition key that `prefix` names as `!{partitionKeyFromQuery:key}` (dynamic partitioning, billed apart).
   *
   * It can be switched on at creation only: adding it later replaces the delivery stream.
   *
   * @default - no dynamic partitioning
   */
  readonly partitionKeys?: { readonly [name: string]: string };

  /**
   * How long the error log is kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}

const LOG_STREAM = 'S3Delivery';
const DEFAULT_PREFIX = 'events/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/';
const DEFAULT_ERROR_PREFIX = 'errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/';

/**
 * Stores every record of a stream as objects in a bucket, through Amazon Data Firehose.
 *
 * Defines the delivery stream, its role and its error log, the bucket unless one is given, and the transform function
 * of this package where it is asked for. Firehose starts at the newest record (LATEST): what the stream held before
 * is not delivered.
 */
export class S3Delivery extends Construct {
  /** Bucket that is delivered to. */
  public readonly bucket: s3.IBucket;
  /** Name of the delivery stream, the dimension of its metrics. */
  public readonly deliveryStreamName: string;
  /** Transform function, if there is one. */
  public readonly transformFunction?: lambda.IFunction;
  /** Log group of what could not be delivered. */
  public readonly logGroup: logs.ILogGroup;
  /** Longest time that data waits for its object. */
  public readonly bufferInterval: Duration;

  constructor(scope: Construct, id: string, props: S3DeliveryProps) {
    super(scope, id);
    requireSameRegion(this, props.stream);
    const { prefix = DEFAULT_PREFIX, errorPrefix = DEFAULT_ERROR_PREFIX, partitionKeys } = props;
    const defaultMiB = partitionKeys ? BUFFER_PARTITIONED_MIN_MIB : BUFFER_DEFAULT_MIB;
    const bufferMiB = (props.bufferSize ?? Size.mebibytes(defaultMiB)).toMebibytes();
    this.bufferInterval = props.bufferInterval ?? Duration.seconds(BUFFER_DEFAULT_SECONDS);
    checkDelivery(this, { bufferMiB, interval: this.bufferInterval, prefix, errorPrefix, partitionKeys });

    this.bucket = props.bucket ?? new PrivateBucket(this, 'Bucket', { removalPolicy: props.removalPolicy });
    this.transformFunction = this.defineTransform(props.transform);
    this.logGroup = new logs.LogGroup(this, 'Logs', { retention: props.logRetention ?? logs.RetentionDays.ONE_MONTH });
    new logs.LogStream(this, 'LogStream', { logGroup: this.logGroup, logStreamName: LOG_STREAM });
    const role = deliveryRole(this, 'Role', {
      stream: props.stream,
      bucket: this.bucket,
      prefixes: [prefix, errorPrefix],
      transform: this.transformFunction,
      logGroup: this.logGroup,
      logStreamName: LOG_STREAM,
    });
    const resource = this.define(props.stream, role, {
      bucketArn: this.bucket.bucketArn,
      roleArn: role.roleArn,
      prefix,
      errorOutputPrefix: errorPrefix,
      bufferingHints: { sizeInMBs: bufferMiB, intervalInSeconds: this.bufferInterval.toSeconds() },
      compressionFormat: (props.compression ?? DeliveryCompression.GZIP).format,
      fileExtension: props.fileExtension,
      dynamicPartitioningConfiguration: partitionKeys && { enabled: true },
      processingConfiguration: this.renderProcessing(props),
      cloudWatchLoggingOptions: {
        enabled: true,
        logGroupName: this.logGroup.logGroupName,
        logStreamName: LOG_STREAM,
      },
    });
    this.deliveryStreamName = resource.ref;
  }

  /**
   * Age of the oldest record that is not in the bucket yet, in seconds, the number to page on.
   *
   * Defaults to the maximum over 5 minutes.
   */
  public metricDataFreshness(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('DeliveryToS3.DataFreshness', { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * Share of the writes to the bucket that succeeded, 0 to 1.
   *
   * Defaults to the average over 5 minutes.
   */
  public metricDeliverySuccess(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('DeliveryToS3.Success', { statistic: cloudwatch.Stats.AVERAGE, ...options });
  }

  /** Metric of this delivery by its official name. */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Firehose',
      metricName,
      dimensionsMap: { DeliveryStreamName: this.deliveryStreamName },
      period: Duration.minutes(5),
      ...options,
    }).attachTo(this);
  }

  private define(
    stream: kinesis.IStream,
    role: iam.IRole,
    destination: firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty,
  ): firehose.CfnDeliveryStream {
    const resource = new firehose.CfnDeliveryStream(this, 'Resource', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: destination,
    });
    // Firehose checks at creation that the role may read the stream.
    resource.node.addDependency(role);
    acknowledge(
      resource,
      'AwsSolutions-KDF1',
      'The source is a Kinesis stream, which is encrypted itself; encryption of its own is for direct puts only, ' +
        'the service refuses it here.',
    );
    return resource;
  }

  private defineTransform(transform: DeliveryTransform | undefined): lambda.IFunction | undefined {
    if (!transform) return undefined;
    checkTransform(this, transform.options);
    if (transform.handler) return transform.handler;
    return new PlatformFunction(this, 'Transform', {
      name: 'transform',
      description: 'Checks events and writes each as one JSON line',
      environment: {},
      timeout: Duration.minutes(1),
    });
  }

  private renderProcessing(props: S3DeliveryProps): firehose.CfnDeliveryStream.ProcessingConfigurationProperty {
    const handler = this.transformFunction;
    const transform = handler && { handler, options: props.transform?.options ?? {} };
    const processors = renderProcessors({ transform, partitionKeys: props.partitionKeys });
    return { enabled: processors.length > 0, processors };
  }
}
