// One snapshot per reference stack. What matters in them is asserted by the tests of the constructs; a change here
// says that a deploy changes something.
import { expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { anOnDemandPlatform, aProvisionedPlatform } from '../support/a-platform.js';
import { masked } from '../support/masked.js';

const provisioned = Template.fromStack(aProvisionedPlatform());
const onDemand = Template.fromStack(anOnDemandPlatform());

test('the provisioned platform is what it was', () => {
  expect(masked(provisioned)).toMatchSnapshot();
});

test('the on-demand platform is what it was', () => {
  expect(masked(onDemand)).toMatchSnapshot();
});

test('only the provisioned platform scales itself', () => {
  provisioned.resourceCountIs('AWS::Events::Rule', 1);
  onDemand.resourceCountIs('AWS::Events::Rule', 0);
  onDemand.hasResourceProperties('AWS::Kinesis::Stream', {
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    ShardCount: Match.absent(),
  });
});

test.each([
  ['provisioned', provisioned],
  ['on-demand', onDemand],
])('the %s platform has a poller with a window and a dedicated consumer', (_mode, template) => {
  const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(
    ({ Properties }) => Properties,
  );
  expect(mappings).toHaveLength(2);
  const poller = mappings.find(({ TumblingWindowInSeconds }) => TumblingWindowInSeconds === 60);
  expect(poller!.EventSourceArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Stream/), 'Arn'] });
  template.resourceCountIs('AWS::Kinesis::StreamConsumer', 1);
});

test('the configuration reaches the stacks', () => {
  const configured = aProvisionedPlatform({
    retentionHours: 48,
    shardCount: 3,
    maxShards: 9,
    windowSeconds: 30,
    valueField: 'price',
    deliveryBufferMiB: 64,
    deliveryIntervalSeconds: 300,
    generateEveryMinutes: 2,
    removeData: true,
    alarmEmail: 'oncall@example.com',
    lagTargetSeconds: 120,
  });
  const template = Template.fromStack(configured);
  template.hasResource('AWS::Kinesis::Stream', {
    DeletionPolicy: 'Delete',
    Properties: { RetentionPeriodHours: 48, ShardCount: 3 },
  });
  template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  // CloudFormation deletes no bucket that holds anything.
  template.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { TumblingWindowInSeconds: 30 });
  template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 300 } },
  });
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { VALUE_FIELD: 'price' } } });
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { MAX_SHARDS: '9' } } });
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(2 minutes)' });
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'oncall@example.com' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IteratorAge', Threshold: 120_000 });
});
