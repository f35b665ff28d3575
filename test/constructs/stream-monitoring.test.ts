// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  DataStream,
  DeliveryTransform,
  LambdaConsumer,
  ReferenceConsumer,
  S3Delivery,
  StreamAutoscaler,
  StreamMonitoring,
  type StreamMonitoringProps,
  StreamProducer,
} from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, templateOf } from '../support/a-stack.js';
import { plain } from '../support/plain.js';

type Props = Omit<StreamMonitoringProps, 'stream'>;
type Watch = (monitoring: StreamMonitoring, stream: kinesis.IStream, stack: Stack) => void;
interface Alarm {
  readonly AlarmName: string;
  readonly [property: string]: unknown;
}

function synth(watch: Watch = () => {}, props: Props = {}): Template {
  return templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream', { retentionPeriod: Duration.hours(48) });
    watch(new StreamMonitoring(stack, 'Monitoring', { stream, ...props }), stream, stack);
  });
}

function alarms(template: Template): Map<string, Alarm> {
  const found = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => plain(Properties) as Alarm,
  );
  return new Map(found.map((alarm) => [alarm.AlarmName, alarm]));
}

const polling: Watch = (monitoring, stream, stack) => {
  monitoring.monitorConsumer(new LambdaConsumer(stack, 'Reader', { stream, function: aFunction(stack) }));
};
const dedicated: Watch = (monitoring, stream, stack) => {
  const reader = new LambdaConsumer(stack, 'Reader', {
    stream,
    function: aFunction(stack),
    dedicated: true,
    consumerName: 'r',
  });
  monitoring.monitorConsumer(reader, { lagTarget: Duration.seconds(5), service: 'alert', name: 'Fast' });
};
const everything: Watch = (monitoring, stream, stack) => {
  dedicated(monitoring, stream, stack);
  monitoring.monitorProducer(new StreamProducer(stack, 'Producer', { stream }));
  monitoring.monitorAutoscaler(new StreamAutoscaler(stack, 'Autoscaler', { stream, maxShards: 4 }));
  monitoring.monitorDelivery(new S3Delivery(stack, 'Delivery', { stream, transform: DeliveryTransform.platform() }));
};

const withNothing = synth();
const withPolling = alarms(synth(polling));
const withDedicated = alarms(synth(dedicated));
const withEverything = synth(everything);

test('every alarm has a dimension, an action both ways, a runbook link, and treats missing data on purpose', () => {
  const found = [...alarms(withEverything).values()];
  expect(found.length).toBeGreaterThan(20);
  for (const alarm of found) {
    const kind = alarm.AlarmName.split('-').at(-1)!;
    expect(alarm).toMatchObject({
      AlarmActions: ['${MonitoringTopic}'],
      OKActions: ['${MonitoringTopic}'],
      AlarmDescription: expect.stringMatching(
        new RegExp(`^\\[(page|warn)\\] .+\\. Runbook: docs/runbook\\.md#${kind.toLowerCase()}$`),
      ),
      TreatMissingData: 'notBreaching',
    });
    const queries = (alarm.Metrics as { MetricStat?: { Metric: Alarm } }[] | undefined)?.flatMap(
      ({ MetricStat }) => MetricStat?.Metric ?? [],
    ) ?? [alarm];
    for (const query of queries) expect(query.Dimensions).not.toHaveLength(0);
  }
});

test('a stream pages when a reader is behind by half of its retention', () => {
  expect(alarms(withNothing).get('Stack-Stream-RecordsNearExpiry')).toMatchObject({
    Namespace: 'AWS/Kinesis',
    MetricName: 'GetRecords.IteratorAgeMilliseconds',
    Dimensions: [{ Name: 'StreamName', Value: '${Stream}' }],
    Statistic: 'Maximum',
    Period: 300,
    Threshold: 24 * 3_600_000,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  });
});

test('a dedicated consumer, which the age of the stream does not show, pages by its own', () => {
  expect(withDedicated.get('Stack-Fast-RecordsNearExpiry')).toMatchObject({
    MetricName: 'SubscribeToShardEvent.MillisBehindLatest',
    Dimensions: [{ Name: 'ConsumerName' }, { Name: 'StreamName' }],
    Statistic: 'Maximum',
    Period: 300,
    Threshold: 24 * 3_600_000,
  });
  expect(withPolling.has('Stack-Reader-RecordsNearExpiry')).toBe(false);
});

test('of an imported stream the retention is 24 hours unless it is given', () => {
  const threshold = (props: Props) => {
    const stack = aStack();
    const stream = kinesis.Stream.fromStreamArn(stack, 'I', 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders');
    const template = templateOf(() => new StreamMonitoring(stack, 'Monitoring', { stream, ...props }), stack);
    return alarms(template).get('Stack-Stream-RecordsNearExpiry')!.Threshold;
  };
  expect(threshold({})).toBe(12 * 3_600_000);
  expect(threshold({ retention: Duration.days(7) })).toBe(84 * 3_600_000);
});

test('the lag of a poller is the iterator age of its function', () => {
  expect(withPolling.get('Stack-Reader-ConsumerLag')).toMatchObject({
    Namespace: 'AWS/Lambda',
    MetricName: 'IteratorAge',
    Dimensions: [{ Name: 'FunctionName', Value: '${Function}' }],
    Threshold: 60_000,
    DatapointsToAlarm: 5,
    EvaluationPeriods: 5,
    Period: 60,
    Statistic: 'Maximum',
  });
});

test('the lag of a dedicated consumer is its own, under both of its dimensions', () => {
  expect(withDedicated.get('Stack-Fast-ConsumerLag')).toMatchObject({
    Namespace: 'AWS/Kinesis',
    MetricName: 'SubscribeToShardEvent.MillisBehindLatest',
    Dimensions: [
      { Name: 'ConsumerName', Value: '${ReaderStreamConsumer.ConsumerName}' },
      { Name: 'StreamName', Value: '${Stream}' },
    ],
    Threshold: 5_000,
  });
});

test('a loss shows in three places: dropped, not written aside, about to expire', () => {
  const found = withPolling;
  expect(found.get('Stack-Reader-RecordsDropped')).toMatchObject({
    MetricName: 'DroppedEventCount',
    Dimensions: [{ Name: 'EventSourceMappingUUID', Value: '${ReaderMapping.Id}' }],
    Threshold: 0,
  });
  expect(found.get('Stack-Reader-FailureDestinationFailing')).toMatchObject({
    MetricName: 'DestinationDeliveryFailures',
    Dimensions: [{ Name: 'FunctionName', Value: '${Function}' }],
  });
  expect(found.has('Stack-Stream-RecordsNearExpiry')).toBe(true);
});

test('an alias is watched under the two dimensions that AWS publishes it with', () => {
  const found = alarms(
    synth((monitoring, stream, stack) => {
      const live = aFunction(stack).addAlias('live');
      monitoring.monitorConsumer(new LambdaConsumer(stack, 'Reader', { stream, function: live }));
      monitoring.monitorProducer(new StreamProducer(stack, 'Writer', { stream, function: live }));
    }),
  );
  const Dimensions = [
    { Name: 'FunctionName', Value: '${Function}' },
    { Name: 'Resource', Value: '${Function}:live' },
  ];
  for (const name of ['Reader-ConsumerLag', 'Reader-ConsumerThrottled', 'Reader-FailureDestinationFailing']) {
    expect(found.get(`Stack-${name}`)).toMatchObject({ Dimensions });
  }
  expect(found.get('Stack-Writer-ProducerErrors')).toMatchObject({ Dimensions });
  expect(found.get('Stack-Reader-ConsumerErrors')!.Metrics).toContainEqual(
    expect.objectContaining({
      Id: 'errors',
      MetricStat: expect.objectContaining({ Metric: expect.objectContaining({ Dimensions }) }),
    }),
  );
});

test('errors are a share of the invocations', () => {
  expect(withPolling.get('Stack-Reader-ConsumerErrors')).toMatchObject({
    DatapointsToAlarm: 2,
    EvaluationPeriods: 3,
    Threshold: 5,
    Metrics: expect.arrayContaining([expect.objectContaining({ Expression: '100 * errors / invocations' })]),
  });
});

test('counts of the function itself are watched only where it publishes them', () => {
  expect(withPolling.has('Stack-Reader-RecordsFailed')).toBe(false);
  expect(withDedicated.get('Stack-Fast-RecordsFailed')).toMatchObject({
    Namespace: 'KinesisPlatform',
    MetricName: 'RecordsFailed',
    Dimensions: [
      { Name: 'FunctionName', Value: '${Function}' },
      { Name: 'service', Value: 'alert' },
    ],
  });
});

test.each<[string, number, number]>([
  ['leaves 900 seconds to a delivery that buffers for less', 60, 900],
  ['leaves five minutes more than it buffers to one that buffers for long', 900, 1_200],
])('%s', (_rule, intervalSeconds, threshold) => {
  const template = synth((monitoring, stream, stack) => {
    const bufferInterval = Duration.seconds(intervalSeconds);
    monitoring.monitorDelivery(new S3Delivery(stack, 'Delivery', { stream, bufferInterval }));
  });
  expect(alarms(template).get('Stack-Delivery-DeliveryStale')).toMatchObject({
    MetricName: 'DeliveryToS3.DataFreshness',
    Dimensions: [{ Name: 'DeliveryStreamName', Value: '${Delivery}' }],
    Threshold: threshold,
  });
  expect(alarms(template).has('Stack-Delivery-TransformFailing')).toBe(false);
});

test('two monitorings of one stack name their alarms apart', () => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  const within = new Construct(stack, 'Orders');
  const template = templateOf(() => {
    new StreamMonitoring(stack, 'Monitoring', { stream });
    new StreamMonitoring(stack, 'Clicks', { stream });
    new StreamMonitoring(within, 'Monitoring', { stream });
  }, stack);
  const names = [...alarms(template).keys()].filter((name) => name.endsWith('WriteThrottled'));
  expect(names.sort()).toEqual([
    'Stack-Clicks-Stream-WriteThrottled',
    'Stack-Orders-Stream-WriteThrottled',
    'Stack-Stream-WriteThrottled',
  ]);
});

test('fails when only the deployment knows the retention, of which no half can be taken', () => {
  const stack = aStack();
  const retention = Duration.hours(new CfnParameter(stack, 'Hours', { type: 'Number' }).valueAsNumber);
  const define = () =>
    new StreamMonitoring(stack, 'Monitoring', { stream: new DataStream(stack, 'Stream'), retention });
  expect(define).toThrow("'retention' must be known at synth, got a value of the deployment");
});

test('fails when two parts have one name, or a part is called like what the monitoring holds itself', () => {
  const again = 'names of what is watched must be unique, got';
  const twice: Watch = (monitoring, stream, stack) => {
    const reader = new LambdaConsumer(stack, 'Reader', { stream, function: aFunction(stack) });
    monitoring.monitorConsumer(reader);
    monitoring.monitorConsumer(reader);
  };
  const dashboard: Watch = (monitoring, stream, stack) =>
    monitoring.monitorConsumer(new LambdaConsumer(stack, 'Dashboard', { stream, function: aFunction(stack) }));
  expect(() => synth(twice)).toThrow(`${again} 'Reader' again; give a consumer another 'name'`);
  expect(() => synth(dashboard)).toThrow(`${again} 'Dashboard' again`);
});

test('silence is an alarm only where it is asked for, and then missing data is bad news', () => {
  expect(alarms(withNothing).has('Stack-Stream-StreamSilent')).toBe(false);
  expect(alarms(synth(undefined, { alarmWhenSilent: true })).get('Stack-Stream-StreamSilent')).toMatchObject({
    MetricName: 'IncomingRecords',
    TreatMissingData: 'breaching',
  });
});

test('its topic is encrypted with a rotated key, takes TLS only, and lets alarms of this account in', () => {
  const template = withNothing;
  expect(propertiesOf(template, 'AWS::SNS::Topic')).toEqual({ KmsMasterKeyId: '${MonitoringTopicKey.Arn}' });
  expect(propertiesOf(template, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  const allowed = {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' } },
  };
  const topicPolicy = propertiesOf(template, 'AWS::SNS::TopicPolicy').PolicyDocument as { Statement: object[] };
  expect(topicPolicy.Statement).toEqual([
    expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    { ...allowed, Action: 'sns:Publish', Resource: '${MonitoringTopic}', Sid: expect.any(String) },
  ]);
  const keyPolicy = propertiesOf(template, 'AWS::KMS::Key').KeyPolicy as { Statement: object[] };
  expect(keyPolicy.Statement).toContainEqual({
    ...allowed,
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
  });
});

test('notifies a topic that exists, and links to a runbook elsewhere', () => {
  const stack = aStack();
  const topic = new sns.Topic(stack, 'OnCall');
  const stream = new DataStream(stack, 'Stream');
  const runbookUrl = 'https://wiki.example/kinesis';
  const template = templateOf(() => new StreamMonitoring(stack, 'Monitoring', { stream, topic, runbookUrl }), stack);
  template.resourceCountIs('AWS::SNS::Topic', 1);
  expect(alarms(template).get('Stack-Stream-WriteThrottled')).toMatchObject({
    AlarmActions: ['${OnCall}'],
    AlarmDescription: expect.stringContaining('https://wiki.example/kinesis#writethrottled'),
  });
});

test('the dashboard shows all alarms and a row for each part', () => {
  const body = plain(propertiesOf(withEverything, 'AWS::CloudWatch::Dashboard').DashboardBody) as string;
  const { widgets } = JSON.parse(body) as {
    widgets: { type: string; properties: { title: string; alarms?: string[] } }[];
  };
  expect(widgets[0]).toMatchObject({ type: 'alarm' });
  expect(widgets[0]!.properties.alarms).toHaveLength(alarms(withEverything).size);
  for (const part of ['Fast', 'Delivery', 'Autoscaler']) {
    expect(widgets.filter(({ properties }) => properties.title.startsWith(`${part}:`))).toHaveLength(3);
  }
});

test.each<[string, string, string, readonly string[], { readonly [property: string]: unknown }]>([
  ['Fast-SubscriptionsRefused', 'AWS/Kinesis', 'SubscribeToShard.RateExceeded', ['ConsumerName', 'StreamName'], {}],
  [
    'Fast-ConsumerThrottled',
    'AWS/Lambda',
    'Throttles',
    ['FunctionName'],
    { DatapointsToAlarm: 3, EvaluationPeriods: 5 },
  ],
  ['Fast-BatchesSetAside', 'AWS/Lambda', 'OnFailureDestinationDeliveredEventCount', ['EventSourceMappingUUID'], {}],
  ['Stream-WriteThrottled', 'AWS/Kinesis', 'WriteProvisionedThroughputExceeded', ['StreamName'], { Statistic: 'Sum' }],
  [
    'Stream-ReadThrottled',
    'AWS/Kinesis',
    'ReadProvisionedThroughputExceeded',
    ['StreamName'],
    { Statistic: 'Average' },
  ],
  [
    'Stream-PutsFailing',
    'AWS/Kinesis',
    'PutRecords.Success',
    ['StreamName'],
    { ComparisonOperator: 'LessThanThreshold' },
  ],
  ['Producer-RecordsNotPut', 'KinesisPlatform', 'RecordsNotPut', ['FunctionName', 'service'], { Statistic: 'Sum' }],
  ['Producer-ProducerErrors', 'AWS/Lambda', 'Errors', ['FunctionName'], {}],
  ['Autoscaler-ScaleFailed', 'KinesisPlatform', 'ScaleFailed', ['StreamName', 'service'], { Statistic: 'Sum' }],
  [
    'Autoscaler-ResizesRunningOut',
    'KinesisPlatform',
    'ResizesLeft',
    ['StreamName', 'service'],
    { Statistic: 'Minimum', Threshold: 2 },
  ],
  ['Autoscaler-AutoscalerFailing', 'AWS/Lambda', 'Errors', ['FunctionName'], {}],
  [
    'Delivery-DeliveryFailing',
    'AWS/Firehose',
    'DeliveryToS3.Success',
    ['DeliveryStreamName'],
    { Statistic: 'Average', Threshold: 1 },
  ],
  [
    'Delivery-DeliveryBehind',
    'AWS/Firehose',
    'KinesisMillisBehindLatest',
    ['DeliveryStreamName'],
    { Statistic: 'Maximum' },
  ],
  ['Delivery-TransformFailing', 'AWS/Firehose', 'ExecuteProcessing.Success', ['DeliveryStreamName'], {}],
  ['Delivery-RecordsFailed', 'KinesisPlatform', 'RecordsFailed', ['FunctionName', 'service'], {}],
])('%s watches %s %s by %p', (name, Namespace, MetricName, dimensions, expected) => {
  const alarm = alarms(withEverything).get(`Stack-${name}`)!;
  expect(alarm).toMatchObject({ Namespace, MetricName, ...expected });
  expect((alarm.Dimensions as { Name: string }[]).map(({ Name }) => Name)).toEqual(dimensions);
});

test("the package's own functions publish counts of their own, so they are watched unasked", () => {
  const found = alarms(
    synth((monitoring, stream, stack) => {
      const table = new dynamodb.Table(stack, 'T', {
        partitionKey: { name: 'key', type: dynamodb.AttributeType.STRING },
      });
      const reference = ReferenceConsumer.aggregate({ table });
      const tumblingWindow = Duration.minutes(1);
      monitoring.monitorConsumer(new LambdaConsumer(stack, 'Reader', { stream, reference, tumblingWindow }));
      monitoring.monitorProducer(new StreamProducer(stack, 'Others', { stream, function: aFunction(stack) }));
    }),
  );
  expect(found.get('Stack-Reader-RecordsFailed')).toMatchObject({
    Dimensions: [
      { Name: 'FunctionName', Value: '${ReaderFunction}' },
      { Name: 'service', Value: 'aggregate' },
    ],
  });
  expect(found.has('Stack-Others-ProducerErrors')).toBe(true);
  expect(found.has('Stack-Others-RecordsNotPut')).toBe(false);
});
