// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { Duration, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as aggregate from '../../lambdas/aggregate/contract.js';
import * as alert from '../../lambdas/alert/contract.js';
import { DataStream, FailureDestination, LambdaConsumer, ReferenceConsumer } from '../../lib/index.js';
import { aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

function aTable(stack: Stack): dynamodb.ITable {
  return dynamodb.Table.fromTableArn(stack, 'Table', 'arn:aws:dynamodb:eu-west-1:123456789012:table/facts');
}

function synth(
  referenceOf: (stack: Stack) => ReferenceConsumer,
  onFailure?: (stack: Stack) => FailureDestination,
): Template {
  return templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream');
    new LambdaConsumer(stack, 'Consumer', { stream, reference: referenceOf(stack), onFailure: onFailure?.(stack) });
  });
}

const anAggregate = (stack: Stack) => ReferenceConsumer.aggregate({ table: aTable(stack) });
const anAlert = (stack: Stack) =>
  ReferenceConsumer.alert({ stateTable: aTable(stack), topic: new sns.Topic(stack, 'Topic') });

function environmentOf(template: Template): { readonly [key: string]: string } {
  const { Environment } = propertiesOf(template, 'AWS::Lambda::Function') as {
    readonly Environment: { readonly Variables: { readonly [key: string]: string } };
  };
  return Environment.Variables;
}

test('the aggregate gets exactly the environment its handler reads', () => {
  const environment = environmentOf(synth(anAggregate));
  expect(environment).toEqual({ TABLE_NAME: 'facts', FAILURE_BUCKET: '${ConsumerFailureBucket}' });
  expect(Object.keys(environment).sort()).toEqual([...aggregate.ENV_KEYS].sort());
});

test('the alert gets exactly the environment its handler reads', () => {
  const environment = environmentOf(synth(anAlert));
  expect(environment).toEqual({
    TOPIC_ARN: '${Topic}',
    STATE_TABLE: 'facts',
    FAILURE_BUCKET: '${ConsumerFailureBucket}',
    VALUE_FIELD: 'value',
  });
  expect(Object.keys(environment).sort()).toEqual([...alert.ENV_KEYS].sort());
});

test('the alert watches the field it is told to, with the time and memory it is told to', () => {
  const template = synth((stack) =>
    ReferenceConsumer.alert({
      stateTable: aTable(stack),
      topic: new sns.Topic(stack, 'Topic'),
      valueField: 'temperature',
      timeout: Duration.seconds(10),
      memorySize: 256,
    }),
  );
  expect(environmentOf(template).VALUE_FIELD).toBe('temperature');
  expect(propertiesOf(template, 'AWS::Lambda::Function')).toMatchObject({ Timeout: 10, MemorySize: 256 });
});

const TABLE_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/facts';
const LOGS = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '${ConsumerFunctionLogs.Arn}',
};
const TRACES = { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' };
const READ = {
  Effect: 'Allow',
  Action: [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
  ],
  Resource: '${Stream.Arn}',
};
const FAILURES = [
  {
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: ['${ConsumerFailureBucket.Arn}/aws/lambda/*', '${ConsumerFailureBucket.Arn}/records/*'],
  },
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: '${ConsumerFailureBucket.Arn}' },
];

test('the aggregate may read the stream, write statistics, failures, logs and traces, and nothing else', () => {
  const statements = statementsOf(synth(anAggregate)) as object[];
  expect(statements).toHaveLength(6);
  expect(statements).toEqual(
    expect.arrayContaining([
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE_ARN },
      READ,
      LOGS,
      TRACES,
      ...FAILURES,
    ]),
  );
});

test('the alert may read the stream, keep its state, publish, write failures, logs and traces, and nothing else', () => {
  const statements = statementsOf(synth(anAlert)) as object[];
  expect(statements).toHaveLength(7);
  expect(statements).toEqual(
    expect.arrayContaining([
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: TABLE_ARN },
      { Effect: 'Allow', Action: 'sns:Publish', Resource: '${Topic}' },
      READ,
      LOGS,
      TRACES,
      ...FAILURES,
    ]),
  );
});

test('a bad record has a bucket even where failed batches go to a queue', () => {
  const template = synth(anAggregate, (stack) => FailureDestination.sqs(new sqs.Queue(stack, 'Queue')));
  expect(environmentOf(template).FAILURE_BUCKET).toBe('${ConsumerFailureBucket}');
  expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
    DestinationConfig: { OnFailure: { Destination: '${Queue.Arn}' } },
  });
});

test('fails when alerts go to a FIFO topic', () => {
  const stack = aStack();
  const stateTable = dynamodb.Table.fromTableName(stack, 'State', 'state');
  const reference = ReferenceConsumer.alert({ topic: new sns.Topic(stack, 'Fifo', { fifo: true }), stateTable });
  const define = () => new LambdaConsumer(stack, 'Consumer', { stream: new DataStream(stack, 'Stream'), reference });
  expect(define).toThrow(
    "'topic' must be a standard topic, got a FIFO topic; alerts are published without a message group [Stack/Consumer]",
  );
});
