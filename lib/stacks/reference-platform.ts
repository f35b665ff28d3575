// What both reference stacks hang on their stream: producer, two consumers, delivery, monitoring.
import { CfnOutput, Duration, RemovalPolicy, Size, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import * as aggregate from '../../lambdas/aggregate/contract.js';
import * as alert from '../../lambdas/alert/contract.js';
import type { PlatformConfig } from '../config.js';
import { DataStream } from '../constructs/data-stream.js';
import { DeliveryTransform } from '../constructs/delivery-transform.js';
import { LambdaConsumer } from '../constructs/lambda-consumer.js';
import { AlertTopic } from '../constructs/private/alert-topic.js';
import { PlatformTable } from '../constructs/private/platform-table.js';
import { ReferenceConsumer } from '../constructs/reference-consumer.js';
import { S3Delivery } from '../constructs/s3-delivery.js';
import { StreamMonitoring } from '../constructs/stream-monitoring.js';
import { StreamProducer } from '../constructs/stream-producer.js';

export interface ReferencePlatformProps extends StackProps {
  readonly config: PlatformConfig;
}

export interface StreamCapacity {
  readonly streamMode: kinesis.StreamMode;
  readonly shardCount?: number;
}

/** A stream with everything that a reference stack hangs on it. */
export abstract class ReferencePlatform extends Stack {
  public readonly stream: DataStream;
  public readonly monitoring: StreamMonitoring;
  private readonly config: PlatformConfig;
  private readonly dataRemoval: RemovalPolicy;

  protected constructor(scope: Construct, id: string, props: ReferencePlatformProps, capacity: StreamCapacity) {
    super(scope, id, props);
    const { config } = props;
    this.config = config;
    this.dataRemoval = config.removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.stream = new DataStream(this, 'Stream', {
      ...capacity,
      retentionPeriod: Duration.hours(config.retentionHours),
      removalPolicy: this.dataRemoval,
    });
    this.monitoring = new StreamMonitoring(this, 'Monitoring', {
      stream: this.stream,
      lagTarget: Duration.seconds(config.lagTargetSeconds),
    });
    if (config.alarmEmail) {
      this.monitoring.topic.addSubscription(new subscriptions.EmailSubscription(config.alarmEmail));
    }
    this.addProducer();
    this.addAggregate();
    this.addAlert();
    this.addDelivery();
    new CfnOutput(this, 'StreamName', { value: this.stream.streamName });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.monitoring.topic.topicArn });
  }

  private addProducer(): void {
    const minutes = this.config.generateEveryMinutes;
    const producer = new StreamProducer(this, 'Producer', {
      stream: this.stream,
      schedule: minutes > 0 ? events.Schedule.rate(Duration.minutes(minutes)) : undefined,
    });
    this.monitoring.monitorProducer(producer);
    new CfnOutput(this, 'ProducerFunctionName', { value: producer.function.functionName });
  }

  private addAggregate(): void {
    const table = new PlatformTable(this, 'Statistics', {
      partitionKey: aggregate.TABLE_PARTITION_KEY,
      sortKey: aggregate.TABLE_SORT_KEY,
      removalPolicy: this.dataRemoval,
    });
    const consumer = new LambdaConsumer(this, 'Aggregate', {
      stream: this.stream,
      reference: ReferenceConsumer.aggregate({ table }),
      tumblingWindow: Duration.seconds(this.config.windowSeconds),
      batchSize: 1_000,
    });
    this.monitoring.monitorConsumer(consumer);
    new CfnOutput(this, 'StatisticsTableName', { value: table.tableName });
  }

  private addAlert(): void {
    const topic: sns.ITopic = new AlertTopic(this, 'Alerts');
    const stateTable = new PlatformTable(this, 'AlertState', {
      partitionKey: alert.TABLE_PARTITION_KEY,
      removalPolicy: this.dataRemoval,
    });
    const consumer = new LambdaConsumer(this, 'Alert', {
      stream: this.stream,
      dedicated: true,
      reference: ReferenceConsumer.alert({ topic, stateTable, valueField: this.config.valueField }),
    });
    this.monitoring.monitorConsumer(consumer);
    new CfnOutput(this, 'AlertTopicArn', { value: topic.topicArn });
  }

  private addDelivery(): void {
    const delivery = new S3Delivery(this, 'Delivery', {
      stream: this.stream,
      bufferSize: Size.mebibytes(this.config.deliveryBufferMiB),
      bufferInterval: Duration.seconds(this.config.deliveryIntervalSeconds),
      transform: DeliveryTransform.platform(),
    });
    this.monitoring.monitorDelivery(delivery);
    new CfnOutput(this, 'DeliveryBucketName', { value: delivery.bucket.bucketName });
  }
}
