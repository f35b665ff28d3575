import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { ConsumerLibrary } from './consumer-library.js';

export interface KclServiceProps {
  /**
   * Stream to read.
   */
  readonly stream: kinesis.IStream;

  /**
   * Image of the consumer. Its process gets STREAM_NAME, APPLICATION_NAME, with `runWorker` also TABLE_NAME, and CONSUMER_ARN
   * when dedicated.
   */
  readonly image: ecs.ContainerImage;

  /**
   * Network of the tasks. Its private subnets need a way to Kinesis, DynamoDB, CloudWatch Logs and the image's registry:
   * endpoints or a NAT.
   */
  readonly vpc: ec2.IVpc;

  /**
   * Cluster of the service, in `vpc`.
   *
   * @default - one of its own, with Container Insights
   */
  readonly cluster?: ecs.ICluster;

  /**
   * What the image consumes with.
   *
   * @default ConsumerLibrary.RUN_WORKER
   */
  readonly library?: ConsumerLibrary;

  /**
   * Name of the application, that its workers share leases under. Renaming it begins anew.
   *
   * @default - made of the construct's path
   */
  readonly applicationName?: string;

  /**
   * Table of the leases, with the string keys `application` and `item`; with `runWorker` only.
   *
   * @default - one of its own
   */
  readonly leaseTable?: dynamodb.ITable;

  /**
   * Whether to read through a registered consumer of its own, by enhanced fan-out.
   *
   * @default false
   */
  readonly dedicated?: boolean;

  /**
   * CPU units of a task.
   *
   * @default 512
   */
  readonly cpu?: number;

  /**
   * Memory of a task, in MiB.
   *
   * @default 1024
   */
  readonly memoryLimitMiB?: number;

  /**
   * Tasks to run. More than the stream has shards stand by.
   *
   * @default 2
   */
  readonly desiredCount?: number;

  /**
   * Log group of the tasks.
   *
   * @default - one of its own, encrypted with a key of its own and kept for a month
   */
  readonly logGroup?: logs.ILogGroup;
}
