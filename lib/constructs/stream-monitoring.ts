import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RETENTION_MIN_HOURS } from '../../core/limits.js';
import { ConfigError } from '../errors.js';
import type { LambdaConsumer } from './lambda-consumer.js';
import { AlarmTopic } from './private/alarm-topic.js';
import type { AlarmDefinition } from './private/alarms/alarm-definition.js';
import { autoscalerAlarms } from './private/alarms/autoscaler-alarms.js';
import { consumerAlarms, recordAlarms } from './private/alarms/consumer-alarms.js';
import { deliveryAlarms } from './private/alarms/delivery-alarms.js';
import { producerAlarms } from './private/alarms/producer-alarms.js';
import { streamAlarms } from './private/alarms/stream-alarms.js';
import { MonitoringDashboard } from './private/monitoring-dashboard.js';
import { requireSameEnvironment } from './private/same-environment.js';
import { knownRetention } from './private/stream-facts.js';
import type { S3Delivery } from './s3-delivery.js';
import type { StreamAutoscaler } from './stream-autoscaler.js';
import type { StreamProducer } from './stream-producer.js';

export interface StreamMonitoringProps {
  /** Stream to watch. */
  readonly stream: kinesis.IStream;

  /**
   * Topic that alarms notify. CloudWatch must be allowed to publish to it and to use its key.
   *
   * @default - an encrypted topic that takes TLS requests only, without subscribers
   */
  readonly topic?: sns.ITopic;

  /**
   * How far a consumer may be behind before it pages somebody.
   *
   * @default Duration.seconds(60)
   */
  readonly lagTarget?: Duration;

  /**
   * How long the stream keeps records; an alarm fires when a reader is behind by half of it.
   *
   * @default - the stream's own, as far as this app defines it; else 24 hours
   */
  readonly retention?: Duration;

  /**
   * Whether no data for 15 minutes is an alarm.
   *
   * @default false
   */
  readonly alarmWhenSilent?: boolean;

  /**
   * Where the runbook is read; the heading's anchor is appended.
   *
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string;
}

/** How a consumer is watched. */
export interface MonitorConsumerOptions {
  /**
   * Name in alarms and on the dashboard.
   *
   * @default - the consumer's construct id
   */
  readonly name?: string;

  /**
   * How far this consumer may be behind.
   *
   * @default - `lagTarget` of the monitoring
   */
  readonly lagTarget?: Duration;

  /**
   * Value of the dimension `service` under which the function counts the records it sets aside as `RecordsFailed`.
   *
   * @default - that of this package's functions; others publish no such count
   */
  readonly service?: string;
}

/**
 * The alarms that matter for a stream and what hangs on it, and a dashboard.
 *
 * Each alarm watches a series that is really published, notifies a topic, and names its heading in the runbook. Lag is
 * watched per consumer, by the metric of its kind; loss by three alarms, as no single metric sees all of it.
 */
export class StreamMonitoring extends Construct {
  /** Topic that alarms notify. */
  public readonly topic: sns.ITopic;
  /** Dashboard of the stream. */
  public readonly dashboard: cloudwatch.Dashboard;
  private readonly alarms: cloudwatch.IAlarm[] = [];
  private readonly board: MonitoringDashboard;
  private readonly lagTarget: Duration;
  private readonly retentionHours: number;
  private readonly runbookUrl: string;

  constructor(scope: Construct, id: string, props: StreamMonitoringProps) {
    super(scope, id);
    requireSameEnvironment(this, props.stream);
    this.topic = props.topic ?? new AlarmTopic(this, 'Topic').topic;
    this.lagTarget = props.lagTarget ?? Duration.seconds(60);
    this.runbookUrl = props.runbookUrl ?? 'docs/runbook.md';
    this.board = new MonitoringDashboard(this, 'Dashboard', props.stream, this.alarms);
    this.dashboard = this.board.dashboard;
    const retention = props.retention ?? knownRetention(props.stream) ?? Duration.hours(RETENTION_MIN_HOURS);
    if (retention.isUnresolved()) {
      throw new ConfigError(
        this,
        "'retention' must be known at synth, got a value of the deployment; give the hours, of which alarms take half",
      );
    }
    this.retentionHours = retention.toHours();
    this.define(
      'Stream',
      streamAlarms({
        stream: props.stream,
        retentionHours: this.retentionHours,
        alarmWhenSilent: props.alarmWhenSilent ?? false,
      }),
    );
  }

  /** Watches a consumer: its lag, its function, its failure destination. */
  public monitorConsumer(consumer: LambdaConsumer, options: MonitorConsumerOptions = {}): void {
    const name = options.name ?? consumer.node.id;
    const lagTarget = options.lagTarget ?? this.lagTarget;
    this.define(name, [
      ...consumerAlarms(consumer, { lagTarget, retentionHours: this.retentionHours }),
      ...recordAlarms(consumer.function, 'the failure bucket', options.service),
    ]);
    this.board.addConsumer(name, consumer, lagTarget);
  }

  /** Watches a delivery: its freshness, its writes, its reading of the stream, its transform. */
  public monitorDelivery(delivery: S3Delivery): void {
    this.define(delivery.node.id, deliveryAlarms(delivery));
    this.board.addDelivery(delivery.node.id, delivery);
  }

  /** Watches an autoscaler: whether it can act, whether it runs, how many resizes it has left. */
  public monitorAutoscaler(autoscaler: StreamAutoscaler): void {
    this.define(autoscaler.node.id, autoscalerAlarms(autoscaler));
    this.board.addAutoscaler(autoscaler.node.id, autoscaler);
  }

  /** Watches the platform's producer function: what it could not put, and whether it runs. */
  public monitorProducer(producer: StreamProducer): void {
    this.define(producer.node.id, producerAlarms(producer.function));
  }

  private define(subject: string, definitions: readonly AlarmDefinition[]): void {
    if (this.node.tryFindChild(subject)) {
      throw new ConfigError(
        this,
        `names of what is watched must be unique, got '${subject}' again; give a consumer another 'name', or the construct another id`,
      );
    }
    const scope = new Construct(this, subject);
    for (const { kind, severity, meaning, metric, ...definition } of definitions) {
      const alarm = new cloudwatch.Alarm(scope, kind, {
        alarmName: [...this.namePath(), subject, kind].join('-'),
        alarmDescription: `[${severity}] ${meaning} Runbook: ${this.runbookUrl}#${kind.toLowerCase()}`,
        metric,
        threshold: definition.threshold,
        comparisonOperator: definition.comparison ?? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        datapointsToAlarm: definition.periods[0],
        evaluationPeriods: definition.periods[1],
        treatMissingData: definition.missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      const notify = new actions.SnsAction(this.topic);
      alarm.addAlarmAction(notify);
      alarm.addOkAction(notify);
      this.alarms.push(alarm);
    }
  }

  /**
   * How the names of alarms begin: the stack, and the path to this construct in it, without the usual id `Monitoring`.
   * Two monitorings of one stack would else ask CloudWatch for alarms of the same name.
   */
  private namePath(): string[] {
    const stack = Stack.of(this);
    const ids = this.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
    return [stack.stackName, ...ids.filter((id) => id !== 'Monitoring')];
  }
}
