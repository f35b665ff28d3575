import { ArnFormat, Duration, Names, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS } from '../../core/limits.js';
import { ConfigError } from '../errors.js';
import { ConsumerLibrary } from './consumer-library.js';
import type { KclServiceProps } from './kcl-service-props.js';
import { acknowledge } from './private/acknowledge.js';
import { requireWhole } from './private/bounds.js';
import { PlatformTable } from './private/platform-table.js';
import { requireSameEnvironment } from './private/same-environment.js';
import { grantPoll, grantSubscribe } from './private/stream-grants.js';
import { grantKcl, grantLeases } from './private/worker-grants.js';

/** Fargate stops a task this long after it was asked to end: time for a batch under way and the last checkpoints. */
const STOP_TIMEOUT = Duration.seconds(120);

/**
 * A Fargate service whose tasks share the shards of a stream, with `runWorker` or the Kinesis Client Library.
 *
 * Tasks have no public address, and a role with exactly what the library does. A deployment that fails is rolled back. The
 * lab runs no containers and refuses it by name.
 */
export class KclService extends Construct {
  /**
   * The service.
   */
  public readonly service: ecs.FargateService;

  /**
   * Role of the tasks, for what the consumer itself does.
   */
  public readonly taskRole: iam.IRole;

  /**
   * Name that the workers share leases under.
   */
  public readonly applicationName: string;

  /**
   * Table of the leases; undefined with KCL, which makes its own.
   */
  public readonly leaseTable?: dynamodb.ITable;

  /**
   * Registered fan-out consumer; undefined when polling.
   */
  public readonly streamConsumer?: kinesis.IStreamConsumer;

  constructor(scope: Construct, id: string, props: KclServiceProps) {
    super(scope, id);
    const { stream, vpc, library = ConsumerLibrary.RUN_WORKER, cpu = 512, memoryLimitMiB = 1_024 } = props;
    requireSameEnvironment(this, stream);
    requireWhole(this, 'desiredCount', props.desiredCount, {
      min: 0,
      max: 5_000,
      hint: 'a service has up to 5000 tasks',
    });
    if (props.leaseTable && library === ConsumerLibrary.KCL) {
      throw new ConfigError(this, "'leaseTable' must be left out with KCL, got one; KCL makes its tables itself");
    }
    this.applicationName = props.applicationName ?? Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    if (props.dedicated) this.streamConsumer = this.register(stream);

    const taskRole = new iam.Role(this, 'TaskRole', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: `Consumes a Kinesis stream with ${library.name}`,
    });
    this.taskRole = taskRole;
    if (this.streamConsumer) grantSubscribe(this.streamConsumer, taskRole);
    else grantPoll(stream, taskRole);
    if (library === ConsumerLibrary.KCL) grantKcl(this.applicationName, taskRole);
    else {
      const keys = { partitionKey: 'application', sortKey: 'item' };
      this.leaseTable = props.leaseTable ?? new PlatformTable(this, 'Leases', keys);
      grantLeases(this.leaseTable, taskRole);
    }

    const task = new ecs.FargateTaskDefinition(this, 'Task', { cpu, memoryLimitMiB, taskRole });
    task.addContainer('Consumer', {
      image: props.image,
      environment: this.environment(stream),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'consumer', logGroup: props.logGroup ?? this.encryptedLogs() }),
      readonlyRootFilesystem: true,
      stopTimeout: STOP_TIMEOUT,
    });
    acknowledge(task, 'AwsSolutions-ECS2', 'The environment holds names and ARNs, no secrets.');
    if (task.executionRole) {
      acknowledge(task.executionRole, 'AwsSolutions-IAM5[Resource::*]', 'ecr:GetAuthorizationToken takes no ARN.');
    }
    this.service = new ecs.FargateService(this, 'Service', {
      cluster: props.cluster ?? this.ownCluster(vpc),
      taskDefinition: task,
      desiredCount: props.desiredCount ?? 2,
      assignPublicIp: false,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 50,
    });
    this.service.node.addDependency(taskRole);
  }

  private environment(stream: kinesis.IStream): { [key: string]: string } {
    return {
      STREAM_NAME: stream.streamName,
      APPLICATION_NAME: this.applicationName,
      ...(this.leaseTable ? { TABLE_NAME: this.leaseTable.tableName } : {}),
      ...(this.streamConsumer ? { CONSUMER_ARN: this.streamConsumer.streamConsumerArn } : {}),
    };
  }

  private register(stream: kinesis.IStream): kinesis.StreamConsumer {
    const options = { maxLength: FAN_OUT_CONSUMER_NAME_MAX_CHARACTERS, separator: '-' };
    const streamConsumerName = Names.uniqueResourceName(this, options);
    return new kinesis.StreamConsumer(this, 'StreamConsumer', { stream, streamConsumerName });
  }

  private ownCluster(vpc: KclServiceProps['vpc']): ecs.Cluster {
    return new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
  }

  /** The key may be used by CloudWatch Logs of this Region, for log groups of this account. */
  private encryptedLogs(): logs.LogGroup {
    const { account, region } = Stack.of(this);
    const encryptionKey = new kms.Key(this, 'LogKey', { enableKeyRotation: true });
    encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({
              ...{ service: 'logs', region, account, resource: 'log-group', resourceName: '*' },
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    return new logs.LogGroup(this, 'Logs', { encryptionKey, retention: logs.RetentionDays.ONE_MONTH });
  }
}
