import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';
import { lambdaAsset } from './lambda-asset.js';

export interface PlatformFunctionProps {
  /** Folder of the function below `lambdas/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: { readonly [key: string]: string };
  readonly timeout?: Duration;
  readonly memorySize?: number;
  /** @default - as many at a time as the account has room for */
  readonly reservedConcurrency?: number;
}

/**
 * A function of this package: its prebuilt bundle, a log group of its own and a role that may write to that alone.
 *
 * The role carries no managed policy: the basic execution policy may write to every log group of the account.
 */
export class PlatformFunction extends lambda.Function {
  /** Value of the dimension `service` of the metrics that the function publishes itself. */
  public readonly service: string;

  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
      retention: logs.RetentionDays.ONE_MONTH,
    });
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Execution role: ${props.description}`,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(lambdaAsset(props.name)),
      handler: 'index.handler',
      description: props.description,
      environment: props.environment,
      timeout: props.timeout ?? Duration.seconds(60),
      memorySize: props.memorySize ?? 512,
      reservedConcurrentExecutions: props.reservedConcurrency,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
    });
    this.service = props.name;
    acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'X-Ray has no resources: its two write actions take no ARN.');
  }
}

/** Under which `service` a function publishes metrics of its own: this package's functions do, others do not. */
export function serviceOf(fn: lambda.IFunction): string | undefined {
  return fn instanceof PlatformFunction ? fn.service : undefined;
}
