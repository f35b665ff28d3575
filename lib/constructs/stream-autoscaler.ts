import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { UPDATE_SHARD_COUNT_MAX_SHARDS } from '../../core/limits.js';
import { type AutoscalerEnv, METRIC_NAMESPACE, METRICS, SERVICE } from '../../lambdas/autoscaler/contract.js';
import { ConfigError } from '../errors.js';
import { acknowledge } from './private/acknowledge.js';
import { requireWhole } from './private/bounds.js';
import { PlatformFunction } from './private/platform-function.js';
import { requireSameEnvironment } from './private/same-environment.js';
import { knownMode } from './private/stream-facts.js';

export interface StreamAutoscalerProps {
  /**
   * Provisioned stream to resize.
   *
   * An on-demand stream is refused; of an imported one the function checks the mode when it runs, and reports.
   */
  readonly stream: kinesis.IStream;

  /** Most shards the stream may grow to. */
  readonly maxShards: number;

  /**
   * Fewest shards the stream may shrink to.
   *
   * @default 1
   */
  readonly minShards?: number;

  /**
   * Share of the shards' write capacity to keep in use, in percent.
   *
   * @default 70
   */
  readonly targetPercent?: number;

  /**
   * How long the load must have been lower before the stream shrinks, in whole minutes.
   *
   * @default Duration.minutes(15)
   */
  readonly scaleInAfter?: Duration;

  /**
   * Time between two evaluations, in whole minutes.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;
}

const DEFAULT_TARGET_PERCENT = 70;
const TARGET_PERCENT = { min: 10, max: 95, hint: 'leave headroom for what arrives while the stream resizes' };
const SCALE_IN_AFTER_MINUTES = { min: 1, max: 1_440, hint: 'choose the minutes that a lull must last' };
const INTERVAL_MINUTES = { min: 1, max: 60, hint: 'choose minutes, EventBridge knows no shorter rate' };
const SHARD_COUNT = { min: 1, max: UPDATE_SHARD_COUNT_MAX_SHARDS, hint: 'choose what one stream may hold' };

/**
 * Keeps a provisioned stream between two shard counts, following its load.
 *
 * Defines one function and one schedule. It never touches the stream's own CloudFormation resource, so an unrelated
 * deploy does not undo a resize. The function reads metrics and the stream's summary, never its records.
 */
export class StreamAutoscaler extends Construct {
  /** Function that evaluates the load and resizes the stream. */
  public readonly function: lambda.IFunction;
  private readonly stream: kinesis.IStream;

  constructor(scope: Construct, id: string, props: StreamAutoscalerProps) {
    super(scope, id);
    const { stream, maxShards, minShards = 1, targetPercent = DEFAULT_TARGET_PERCENT } = props;
    const { interval = Duration.minutes(1), scaleInAfter = Duration.minutes(15) } = props;
    this.stream = stream;
    requireSameEnvironment(this, stream);
    this.refuseOnDemand();
    this.checkBounds(minShards, maxShards);
    requireWhole(this, 'targetPercent', targetPercent, TARGET_PERCENT);
    requireWhole(this, 'scaleInAfter', scaleInAfter.toMinutes({ integral: false }), SCALE_IN_AFTER_MINUTES);
    requireWhole(this, 'interval', interval.toMinutes({ integral: false }), INTERVAL_MINUTES);

    const environment: AutoscalerEnv = {
      STREAM_NAME: stream.streamName,
      MIN_SHARDS: String(minShards),
      MAX_SHARDS: String(maxShards),
      TARGET_PERCENT: String(targetPercent),
      SCALE_IN_AFTER_MINUTES: String(scaleInAfter.toMinutes()),
    };
    const fn = new PlatformFunction(this, 'Function', {
      name: 'autoscaler',
      description: 'Resizes the stream to its load',
      environment,
      // Ends before the next evaluation begins.
      timeout: Duration.seconds(50),
      memorySize: 256,
    });
    this.function = fn;
    this.grantResize(fn);
    new events.Rule(this, 'Schedule', {
      description: 'Evaluates the load of the stream',
      schedule: events.Schedule.rate(interval),
      targets: [new targets.LambdaFunction(fn)],
    });
  }

  /**
   * Evaluations in which the stream could not be resized although it should have been, the number to act on.
   *
   * Defaults to the sum over 5 minutes.
   */
  public metricScaleFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.scaleFailed, { statistic: cloudwatch.Stats.SUM, ...options });
  }

  /**
   * Metric of this autoscaler by its name: `OpenShards`, `TargetShards`, `UtilizationPercent`, `Resized`, `ResizesLeft`.
   *
   * Defaults to the maximum over 5 minutes.
   */
  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: SERVICE, StreamName: this.stream.streamName },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: Duration.minutes(5),
      ...options,
    }).attachTo(this);
  }

  private grantResize(fn: lambda.Function): void {
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['kinesis:DescribeStreamSummary', 'kinesis:UpdateShardCount'],
        resources: [this.stream.streamArn],
      }),
    );
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
    acknowledge(fn.role!, 'AwsSolutions-IAM5[Resource::*]', 'Neither reading metrics nor tracing knows resources.');
  }

  private refuseOnDemand(): void {
    if (knownMode(this.stream) !== kinesis.StreamMode.ON_DEMAND) return;
    throw new ConfigError(
      this,
      "'stream' must be a provisioned stream, got an on-demand one; leave the autoscaler out, an on-demand stream scales itself",
    );
  }

  private checkBounds(minShards: number, maxShards: number): void {
    requireWhole(this, 'minShards', minShards, SHARD_COUNT);
    requireWhole(this, 'maxShards', maxShards, SHARD_COUNT);
    if (Token.isUnresolved(minShards) || Token.isUnresolved(maxShards) || maxShards >= minShards) return;
    throw new ConfigError(
      this,
      `'maxShards' must be at least 'minShards' (${minShards}), got ${maxShards}; raise 'maxShards' or lower 'minShards'`,
    );
  }
}
