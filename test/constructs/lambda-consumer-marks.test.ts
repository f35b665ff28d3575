// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { Duration, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  DataStream,
  FailureDestination,
  LambdaConsumer,
  type LambdaConsumerProps,
  ReferenceConsumer,
} from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

type Options = Partial<LambdaConsumerProps>;

const define = (stack: Stack, options: Options) =>
  new LambdaConsumer(stack, 'Consumer', {
    stream: new DataStream(stack, 'Stream'),
    ...(options.reference ? {} : { function: aFunction(stack) }),
    ...options,
  });
const synth = (optionsOf: (stack: Stack) => Options) => templateOf((stack) => void define(stack, optionsOf(stack)));
const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
const ITEMS = ['dynamodb:GetItem', 'dynamodb:PutItem'];
const environmentOf = (template: ReturnType<typeof synth>) => {
  const { Environment } = propertiesOf(template, 'AWS::Lambda::Function') as { Environment: { Variables: object } };
  return Object.keys(Environment.Variables);
};

test('a mark defines a table, tells the function its name and lets it read and write its items', () => {
  const template = synth(() => ({ mark: true }));
  expect(propertiesOf(template, 'AWS::DynamoDB::Table').KeySchema).toEqual([
    { AttributeName: 'mark', KeyType: 'HASH' },
  ]);
  expect(statementsOf(template)).toContainEqual(allow(ITEMS, '${ConsumerMarks.Arn}'));
  expect(environmentOf(template)).toEqual(['MARK_TABLE']);
});

test('with key buckets a mark allows batches of a shard in parallel, and the function is told', () => {
  const template = synth(() => ({ mark: true, keyBuckets: true, parallelizationFactor: 10 }));
  expect(environmentOf(template)).toEqual(['MARK_TABLE', 'MARK_PER']);
});

test('consumers may share a table of marks', () => {
  const template = synth((stack) => ({
    markTable: dynamodb.Table.fromTableArn(stack, 'M', 'arn:aws:dynamodb:eu-west-1:123456789012:table/marks'),
  }));
  template.resourceCountIs('AWS::DynamoDB::Table', 0);
  expect(statementsOf(template)).toContainEqual(allow(ITEMS, 'arn:aws:dynamodb:eu-west-1:123456789012:table/marks'));
});

test('a function that keeps failed records may write them to the failure bucket, and nothing else there', () => {
  const template = synth(() => ({ failedRecords: true }));
  const bucket = '${ConsumerFailureBucket.Arn}';
  expect((statementsOf(template) as { Action: unknown }[]).filter(({ Action }) => Action === 's3:PutObject')).toEqual([
    { Effect: 'Allow', Action: 's3:PutObject', Resource: [`${bucket}/aws/lambda/*`, `${bucket}/records/*`] },
  ]);
  expect(environmentOf(template)).toEqual(['FAILURE_BUCKET']);
});

test('failed records have a bucket also where batches go to a queue', () => {
  const template = synth((stack) => ({
    failedRecords: true,
    onFailure: FailureDestination.sqs(new sqs.Queue(stack, 'Queue')),
  }));
  template.resourceCountIs('AWS::S3::Bucket', 1);
});

const pattern = { pattern: '{"data":{"type":["sale"]}}' };
test.each<[string, (stack: Stack) => Options, RegExp]>([
  [
    'a mark would skip what a batch beside it has not done',
    () => ({ mark: true, parallelizationFactor: 2 }),
    /'parallelizationFactor' must be 1 with 'mark', got 2; .* set 'concurrency' of createConsumer/,
  ],
  [
    "a mark would keep records out of a window's state",
    () => ({ mark: true, tumblingWindow: Duration.seconds(60) }),
    /'tumblingWindow' must be left out with 'mark', got 60 seconds/,
  ],
  [
    'nobody hears where the function stopped',
    () => ({ mark: true, reportBatchItemFailures: false }),
    /'reportBatchItemFailures' must be true with 'mark'/,
  ],
  [
    'filters would drop aggregated records',
    () => ({ aggregatedRecords: true, filters: [pattern] }),
    /'filters' must be left out with 'aggregatedRecords', got 1; .* every aggregated record would be dropped/,
  ],
  ['key buckets have no marks', () => ({ keyBuckets: true }), /'keyBuckets' must come with 'mark', got true without/],
  [
    'a table is given for no mark',
    (stack) => ({ mark: false, markTable: dynamodb.Table.fromTableName(stack, 'M', 'marks') }),
    /'markTable' must be left out with 'mark' false/,
  ],
  [
    'a reference function would have two marks',
    (stack) => ({
      mark: true,
      reference: ReferenceConsumer.aggregate({ table: dynamodb.Table.fromTableName(stack, 'T', 't') }),
    }),
    /'mark' must be left out with 'reference'/,
  ],
  [
    'the function cannot be told',
    (stack) => ({ failedRecords: true, function: lambda.Function.fromFunctionName(stack, 'F', 'f') }),
    /'failedRecords' must come with a function of this app/,
  ],
])('fails when %s', (_rule, optionsOf, message) => {
  const stack = aStack();
  expect(() => define(stack, optionsOf(stack))).toThrow(message);
});
