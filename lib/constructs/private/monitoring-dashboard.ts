// The dashboard of a stream: health first, then the way of a record, ingest, consumers, delivery, scaling.
import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import { METRICS } from '../../../lambdas/autoscaler/contract.js';
import type { LambdaConsumer } from '../lambda-consumer.js';
import type { S3Delivery } from '../s3-delivery.js';
import type { StreamAutoscaler } from '../stream-autoscaler.js';
import { metricOf, ONE_MINUTE, SUM } from './alarms/alarm-definition.js';
import { errorPercent } from './alarms/consumer-alarms.js';
import { streamSeries } from './alarms/stream-alarms.js';

const FULL_WIDTH = 24;

export class MonitoringDashboard {
  readonly dashboard: cloudwatch.Dashboard;

  /** `alarms` may grow until synthesis. */
  constructor(scope: Construct, id: string, stream: kinesis.IStream, alarms: cloudwatch.IAlarm[]) {
    this.dashboard = new cloudwatch.Dashboard(scope, id);
    const ingest = (name: string, label: string) => metricOf(streamSeries(stream), name, SUM, ONE_MINUTE, label);
    this.dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL_WIDTH, height: 4 }),
    );
    this.dashboard.addWidgets(
      graph('Records in and out', [ingest('IncomingRecords', 'in'), ingest('GetRecords.Records', 'polled')]),
      graph('Bytes in and out', [ingest('IncomingBytes', 'in'), ingest('GetRecords.Bytes', 'polled')]),
      graph('Throttled', [
        ingest('WriteProvisionedThroughputExceeded', 'writes'),
        ingest('ReadProvisionedThroughputExceeded', 'reads'),
      ]),
    );
  }

  addConsumer(name: string, consumer: LambdaConsumer, lagTarget: Duration): void {
    const p99 = { statistic: 'p99', period: ONE_MINUTE, label: 'duration' };
    const target = { value: lagTarget.toMilliseconds(), label: 'target' };
    this.dashboard.addWidgets(
      graph(`${name}: behind, ms`, [consumer.metricIteratorAge({ label: 'behind' })], target),
      graph(`${name}: errors, percent`, [errorPercent(consumer.function)]),
      graph(`${name}: duration p99, ms`, [consumer.function.metric('Duration', p99)]),
    );
  }

  addDelivery(name: string, delivery: S3Delivery): void {
    this.dashboard.addWidgets(
      graph(`${name}: age of the oldest undelivered record, s`, [delivery.metricDataFreshness()]),
      graph(`${name}: successful writes`, [delivery.metricDeliverySuccess()]),
      graph(`${name}: delivered records`, [delivery.metric('DeliveryToS3.Records', { statistic: SUM })]),
    );
  }

  addAutoscaler(name: string, autoscaler: StreamAutoscaler): void {
    const metric = (metricName: string) => autoscaler.metric(metricName, { period: ONE_MINUTE });
    this.dashboard.addWidgets(
      graph(`${name}: shards`, [metric(METRICS.openShards), metric(METRICS.targetShards)]),
      graph(`${name}: utilization, percent`, [metric(METRICS.utilizationPercent)]),
      graph(`${name}: resizes left`, [metric(METRICS.resizesLeft)]),
    );
  }
}

function graph(title: string, left: cloudwatch.IMetric[], line?: cloudwatch.HorizontalAnnotation): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, left, leftAnnotations: line && [line], width: FULL_WIDTH / 3 });
}
