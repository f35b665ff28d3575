// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { DataStream, StreamAutoscaler, type StreamAutoscalerProps } from '../../lib/index.js';
import { aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

type Props = Partial<StreamAutoscalerProps>;

function define(stack: Stack, props: Props = {}): StreamAutoscaler {
  const stream = props.stream ?? new DataStream(stack, 'Stream');
  return new StreamAutoscaler(stack, 'Autoscaler', { maxShards: 8, ...props, stream });
}

function synth(props?: Props) {
  return templateOf((stack) => define(stack, props));
}

test('looks every minute and keeps 70 percent in use, from one shard up', () => {
  const template = synth();
  expect(propertiesOf(template, 'AWS::Lambda::Function').Environment).toEqual({
    Variables: {
      STREAM_NAME: '${Stream}',
      MIN_SHARDS: '1',
      MAX_SHARDS: '8',
      TARGET_PERCENT: '70',
      SCALE_IN_AFTER_MINUTES: '15',
    },
  });
  expect(propertiesOf(template, 'AWS::Events::Rule')).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [{ Arn: '${AutoscalerFunction.Arn}' }],
  });
});

test('hands its function what is asked for', () => {
  const template = synth({
    minShards: 2,
    maxShards: 40,
    targetPercent: 60,
    scaleInAfter: Duration.hours(2),
    interval: Duration.minutes(5),
  });
  expect(propertiesOf(template, 'AWS::Lambda::Function')).toMatchObject({
    Environment: {
      Variables: { MIN_SHARDS: '2', MAX_SHARDS: '40', TARGET_PERCENT: '60', SCALE_IN_AFTER_MINUTES: '120' },
    },
  });
  expect(propertiesOf(template, 'AWS::Events::Rule').ScheduleExpression).toBe('rate(5 minutes)');
});

test('may resize only the stream it was given, read metrics, log and trace, and may not read records', () => {
  expect(statementsOf(synth())).toEqual([
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '${AutoscalerFunctionLogs.Arn}',
    },
    {
      Effect: 'Allow',
      Action: ['cloudwatch:GetMetricData', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['kinesis:DescribeStreamSummary', 'kinesis:UpdateShardCount'],
      Resource: '${Stream.Arn}',
    },
  ]);
});

test('ends before the next evaluation begins', () => {
  expect(propertiesOf(synth(), 'AWS::Lambda::Function').Timeout).toBe(50);
});

test("leaves the stream's own resource alone", () => {
  const alone = templateOf((stack) => new DataStream(stack, 'Stream'));
  expect(synth().findResources('AWS::Kinesis::Stream')).toEqual(alone.findResources('AWS::Kinesis::Stream'));
});

test('takes an imported stream, whose mode only the account knows', () => {
  const stack = aStack();
  const stream = kinesis.Stream.fromStreamArn(
    stack,
    'Imported',
    'arn:aws:kinesis:eu-west-1:111122223333:stream/orders',
  );
  const template = templateOf(() => define(stack, { stream }), stack);
  expect(propertiesOf(template, 'AWS::Lambda::Function')).toMatchObject({
    Environment: { Variables: { STREAM_NAME: 'orders' } },
  });
});

test('lets bounds pass that only the deployment knows', () => {
  const stack = aStack();
  const maxShards = new CfnParameter(stack, 'Most', { type: 'Number' }).valueAsNumber;
  const template = templateOf(() => define(stack, { maxShards, minShards: 5 }), stack);
  expect(propertiesOf(template, 'AWS::Lambda::Function')).toMatchObject({
    Environment: { Variables: { MIN_SHARDS: '5', MAX_SHARDS: '${Most}' } },
  });
});

test.each<[string, (stack: Stack) => Props, string]>([
  [
    'the stream is on-demand',
    (stack) => ({ stream: new DataStream(stack, 'S', { streamMode: kinesis.StreamMode.ON_DEMAND }) }),
    "'stream' must be a provisioned stream, got an on-demand one; leave the autoscaler out, an on-demand stream scales itself [Stack/Autoscaler]",
  ],
  [
    "an on-demand stream is the CDK's own",
    (stack) => ({ stream: new kinesis.Stream(stack, 'S', { streamMode: kinesis.StreamMode.ON_DEMAND }) }),
    "'stream' must be a provisioned stream",
  ],
  [
    'the bounds are crossed',
    () => ({ minShards: 4, maxShards: 3 }),
    "'maxShards' must be at least 'minShards' (4), got 3; raise 'maxShards' or lower 'minShards'",
  ],
  ['there is no shard left', () => ({ minShards: 0 }), "'minShards' must be a whole number from 1 to 10000, got 0"],
  ['a shard is broken', () => ({ maxShards: 2.5 }), "'maxShards' must be a whole number from 1 to 10000, got 2.5"],
  [
    'there is no headroom',
    () => ({ targetPercent: 100 }),
    "'targetPercent' must be a whole number from 10 to 95, got 100",
  ],
  [
    'it looks more often than EventBridge can',
    () => ({ interval: Duration.seconds(30) }),
    "'interval' must be a whole number from 1 to 60, got 0.5; choose minutes, EventBridge knows no shorter rate",
  ],
  [
    'it shrinks at once',
    () => ({ scaleInAfter: Duration.seconds(0) }),
    "'scaleInAfter' must be a whole number from 1 to 1440, got 0; choose the minutes that a lull must last",
  ],
])('fails when %s', (_rule, props, message) => {
  const stack = aStack();
  expect(() => define(stack, props(stack))).toThrow(message);
});
