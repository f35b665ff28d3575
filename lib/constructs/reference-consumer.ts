import type { Duration } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AggregateEnv } from '../../lambdas/aggregate/contract.js';
import { type AlertEnv, DEFAULT_VALUE_FIELD } from '../../lambdas/alert/contract.js';
import { ConfigError } from '../errors.js';
import { grantFailedRecords } from './private/failed-records.js';
import { grantTable } from './private/grant-table.js';
import { PlatformFunction } from './private/platform-function.js';

export interface ReferenceConsumerOptions {
  /**
   * Longest run of the function.
   *
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;

  /**
   * Memory of the function, in MB.
   *
   * @default 512
   */
  readonly memorySize?: number;
}

export interface AggregateConsumerOptions extends ReferenceConsumerOptions {
  /**
   * Table of the statistics: partition key `key`, sort key `window`, both strings.
   */
  readonly table: dynamodb.ITable;
}

export interface AlertConsumerOptions extends ReferenceConsumerOptions {
  /**
   * Topic that gets an alert when a series starts to behave unlike itself.
   */
  readonly topic: sns.ITopic;

  /**
   * Table of what each shard's series are like: partition key `shardId`, a string.
   */
  readonly stateTable: dynamodb.ITable;

  /**
   * Payload field that holds the reading.
   *
   * @default 'value'
   */
  readonly valueField?: string;
}

/**
 * One of the functions that come with this package, for a `LambdaConsumer`.
 */
export abstract class ReferenceConsumer {
  /**
   * Statistics per key and tumbling window, written to a table. Without a `tumblingWindow` on the consumer, per batch.
   */
  public static aggregate(options: AggregateConsumerOptions): ReferenceConsumer {
    return new Aggregate(options);
  }

  /**
   * Flags anomalies of a numeric field and publishes them to a topic. Keeps one state per shard in its table: batches in
   * parallel (`parallelizationFactor` above 1) and Lambda's own state (`tumblingWindow`) are refused.
   */
  public static alert(options: AlertConsumerOptions): ReferenceConsumer {
    return new Alert(options);
  }

  /**
   * Whether the function keeps one state per shard itself: a shard's batches must come one by one, and it answers with
   * no state of a window.
   *
   * @internal
   */
  public abstract readonly _keepsShardState: boolean;

  /**
   * Defines the function below the consumer.
   *
   * @internal
   */
  public abstract _bind(scope: Construct, failureBucket: s3.IBucket): lambda.IFunction;
}

class Aggregate extends ReferenceConsumer {
  public override readonly _keepsShardState = false;
  private readonly options: AggregateConsumerOptions;

  constructor(options: AggregateConsumerOptions) {
    super();
    this.options = options;
  }

  public override _bind(scope: Construct, failureBucket: s3.IBucket): lambda.IFunction {
    const { table, timeout, memorySize } = this.options;
    const environment: AggregateEnv = { TABLE_NAME: table.tableName, FAILURE_BUCKET: failureBucket.bucketName };
    const fn = new PlatformFunction(scope, 'Function', {
      name: 'aggregate',
      description: 'Statistics per key and window of a Kinesis stream',
      environment,
      timeout,
      memorySize,
    });
    grantTable(table, fn, ['dynamodb:PutItem']);
    grantFailedRecords(failureBucket, fn);
    return fn;
  }
}

class Alert extends ReferenceConsumer {
  public override readonly _keepsShardState = true;
  private readonly options: AlertConsumerOptions;

  constructor(options: AlertConsumerOptions) {
    super();
    this.options = options;
  }

  public override _bind(scope: Construct, failureBucket: s3.IBucket): lambda.IFunction {
    const { topic, stateTable, valueField = DEFAULT_VALUE_FIELD, timeout, memorySize } = this.options;
    if (topic.fifo) {
      throw new ConfigError(
        scope,
        "'topic' must be a standard topic, got a FIFO topic; alerts are published without a message group",
      );
    }
    const environment: AlertEnv = {
      TOPIC_ARN: topic.topicArn,
      STATE_TABLE: stateTable.tableName,
      FAILURE_BUCKET: failureBucket.bucketName,
      VALUE_FIELD: valueField,
    };
    const fn = new PlatformFunction(scope, 'Function', {
      name: 'alert',
      description: 'Alerts on anomalies in a Kinesis stream',
      environment,
      timeout,
      memorySize,
    });
    grantTable(stateTable, fn, ['dynamodb:GetItem', 'dynamodb:PutItem']);
    topic.grantPublish(fn);
    grantFailedRecords(failureBucket, fn);
    return fn;
  }
}
