import { expect, test } from '@jest/globals';
import { Duration, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  DataStream,
  FailureDestination,
  LambdaConsumer,
  type LambdaConsumerProps,
  ReferenceConsumer,
} from '../../lib/index.js';
import { aFunction, aStack } from '../support/a-stack.js';

type Options = Partial<LambdaConsumerProps>;

const { AT_TIMESTAMP, LATEST } = lambda.StartingPosition;
const BATCH = `'batchSize' must be a whole number from 1 to 10000`;
const WINDOW = `'maxBatchingWindow' must be a whole number of seconds from 0 to 300`;
const FACTOR = `'parallelizationFactor' must be a whole number from 1 to 10`;
const TUMBLING = `'tumblingWindow' must be a whole number of seconds from 1 to 900`;
const RETRIES = `'retryAttempts' must be a whole number from 0 to 10000`;
const AGE = `'maxRecordAge' must be a whole number of seconds from 60 to 604800`;
const NAME = `'consumerName' must be 1 to 128 characters of a-z, A-Z, 0-9, '_', '.' and '-'`;

const GATHER = `use 'maxBatchingWindow' to gather fuller batches`;
const SHORTER = 'leave it out for no window, or add up shorter windows where the results are read';
const BLOCK = `set 'retryUntilExpiry' if a bad record may block its shard until it expires`;
const GROW_OLD = `set 'retryUntilExpiry' to let records grow as old as the stream's retention`;
const aPattern = { pattern: '{"data":{"type":["sale"]}}' };

test.each<[string, Options, string]>([
  ['a batch is empty', { batchSize: 0 }, `${BATCH}, got 0; ${GATHER}`],
  ['a batch is too large', { batchSize: 10_001 }, `${BATCH}, got 10001; ${GATHER}`],
  [
    'a batch is gathered too long',
    { maxBatchingWindow: Duration.seconds(301) },
    `${WINDOW}, got 301; use 'tumblingWindow' to aggregate over a longer time`,
  ],
  [
    'a batching window is in pieces of a second',
    { maxBatchingWindow: Duration.millis(500) },
    `${WINDOW}, got 0.5; use 'tumblingWindow' to aggregate over a longer time`,
  ],
  ['no batch is in flight', { parallelizationFactor: 0 }, `${FACTOR}, got 0; add shards to go further`],
  ['too many batches are in flight', { parallelizationFactor: 11 }, `${FACTOR}, got 11; add shards to go further`],
  ['a window is empty', { tumblingWindow: Duration.seconds(0) }, `${TUMBLING}, got 0; ${SHORTER}`],
  ['a window is too long', { tumblingWindow: Duration.seconds(901) }, `${TUMBLING}, got 901; ${SHORTER}`],
  [
    'a window has batches in parallel',
    { tumblingWindow: Duration.minutes(1), parallelizationFactor: 2 },
    `'parallelizationFactor' must be 1 with 'tumblingWindow', whose state belongs to a whole shard, got 2; remove one of the two`,
  ],
  ['retries are unbounded by number', { retryAttempts: -1 }, `${RETRIES}, got -1; ${BLOCK}`],
  ['retries are too many', { retryAttempts: 10_001 }, `${RETRIES}, got 10001; ${BLOCK}`],
  [
    'retries are both bounded and unbounded',
    { retryAttempts: 5, retryUntilExpiry: true },
    `'retryAttempts' must be left out with 'retryUntilExpiry', got 5; remove one of the two`,
  ],
  ['records may be no minute old', { maxRecordAge: Duration.seconds(59) }, `${AGE}, got 59; ${GROW_OLD}`],
  ['records may be too old', { maxRecordAge: Duration.days(8) }, `${AGE}, got 691200; ${GROW_OLD}`],
  [
    'it starts at no time',
    { startingPosition: AT_TIMESTAMP },
    `'startingPositionTimestamp' must be given with 'startingPosition' AT_TIMESTAMP, got nothing; add the Unix time in seconds to start from`,
  ],
  [
    'it starts at a time and at the newest record',
    { startingPosition: LATEST, startingPositionTimestamp: 1_700_000_000 },
    `'startingPositionTimestamp' must be left out with 'startingPosition' LATEST, got 1700000000; set 'startingPosition' to AT_TIMESTAMP`,
  ],
  [
    'it starts at a time by default',
    { startingPositionTimestamp: 1_700_000_000 },
    `'startingPositionTimestamp' must be left out with 'startingPosition' TRIM_HORIZON, got 1700000000; set 'startingPosition' to AT_TIMESTAMP`,
  ],
  [
    'filters are empty',
    { filters: [] },
    `'filters' must be from 1 to 5 patterns, got 0; join patterns with alternatives, or leave it out to get every record`,
  ],
  [
    'filters are too many',
    { filters: Array(6).fill(aPattern) },
    `'filters' must be from 1 to 5 patterns, got 6; join patterns with alternatives, or leave it out to get every record`,
  ],
  [
    'a filter is the bare pattern',
    { filters: [{ data: { type: ['sale'] } }] },
    `'filters' must be made with lambda.FilterCriteria.filter, got one without a 'pattern'; wrap it in that call`,
  ],
  [
    'a filter is too long',
    { filters: [{ pattern: 'x'.repeat(4_097) }] },
    `'filters' must be patterns of at most 4096 characters, got 4097; split it in two`,
  ],
  [
    'a polling consumer has a name',
    { consumerName: 'alerts' },
    `'consumerName' must be left out unless 'dedicated' is true, got 'alerts'; a polling consumer is not registered`,
  ],
  [
    'a name has a space',
    { consumerName: 'my alerts', dedicated: true },
    `${NAME}, got 'my alerts'; rename it or leave it out`,
  ],
])('fails when %s', (_rule, options, message) => {
  const stack = aStack();
  const props = { stream: new DataStream(stack, 'Stream'), function: aFunction(stack), ...options };
  expect(() => new LambdaConsumer(stack, 'Consumer', props)).toThrow(new Error(`${message} [Stack/Consumer]`));
});

test('fails when it starts in the future, as milliseconds look like', () => {
  const stack = aStack();
  const define = () =>
    new LambdaConsumer(stack, 'Consumer', {
      stream: new DataStream(stack, 'Stream'),
      function: aFunction(stack),
      startingPosition: AT_TIMESTAMP,
      startingPositionTimestamp: 1_700_000_000_000,
    });
  expect(define).toThrow(
    /^'startingPositionTimestamp' must be a whole number from 0 to \d{10}, got 1700000000000; give Unix time in seconds, not in the future \[Stack\/Consumer\]$/,
  );
});

test('fails when a key encrypts no filters', () => {
  const stack = aStack();
  const define = () =>
    new LambdaConsumer(stack, 'Consumer', {
      stream: new DataStream(stack, 'Stream'),
      function: aFunction(stack),
      filterEncryption: new kms.Key(stack, 'Key'),
    });
  expect(define).toThrow(
    `'filterEncryption' must come with 'filters', got none; remove it or add filters [Stack/Consumer]`,
  );
});

test.each<[string, (stack: Stack) => Options, string]>([
  ['no function is given', () => ({}), 'none'],
  ['two functions are given', (stack) => ({ function: aFunction(stack), reference: anAlert(stack) }), 'both'],
])('fails when %s', (_rule, optionsOf, got) => {
  const stack = aStack();
  const define = () =>
    new LambdaConsumer(stack, 'Consumer', { stream: new DataStream(stack, 'Stream'), ...optionsOf(stack) });
  expect(define).toThrow(
    `'function' or 'reference' must be given, got ${got}; give exactly one of them [Stack/Consumer]`,
  );
});

test('fails when batches of the alert, which has one state per shard, run in parallel', () => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  const define = () =>
    new LambdaConsumer(stack, 'Consumer', { stream, reference: anAlert(stack), parallelizationFactor: 2 });
  expect(define).toThrow(
    `'parallelizationFactor' must be 1 with ReferenceConsumer.alert, whose state belongs to a whole shard, got 2; remove one of the two [Stack/Consumer]`,
  );
});

test.each<[string, Options, string]>([
  [
    'the alert, which answers without a state, gets a window',
    { tumblingWindow: Duration.minutes(1) },
    "'tumblingWindow' must be left out with ReferenceConsumer.alert, which answers without a window's state, got 60 seconds; remove it",
  ],
  [
    'Lambda would not read what a function of this package could not write',
    { reportBatchItemFailures: false },
    "'reportBatchItemFailures' must be true with 'reference', whose function reports what it could not write in no other way, got false; remove it",
  ],
])('fails when %s', (_rule, options, message) => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  const define = () => new LambdaConsumer(stack, 'Consumer', { stream, reference: anAlert(stack), ...options });
  expect(define).toThrow(`${message} [Stack/Consumer]`);
});

test.each<[string, (stack: Stack) => FailureDestination, string]>([
  ['queue', (stack) => FailureDestination.sqs(new sqs.Queue(stack, 'Queue', { fifo: true })), 'queue'],
  ['topic', (stack) => FailureDestination.sns(new sns.Topic(stack, 'Topic', { fifo: true })), 'topic'],
])('fails when failures go to a FIFO %s, which Lambda cannot send to', (_kind, onFailureOf, kind) => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  const onFailure = onFailureOf(stack);
  const define = () => new LambdaConsumer(stack, 'Consumer', { stream, function: aFunction(stack), onFailure });
  expect(define).toThrow(
    `'onFailure' must be a standard ${kind}, got a FIFO ${kind}; use a standard one, or FailureDestination.s3() [Stack/Consumer]`,
  );
});

test('an imported function without its role is warned of, since nobody can give it permissions', () => {
  const stack = aStack();
  const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:billing';
  const imported = lambda.Function.fromFunctionArn(stack, 'Imported', arn);
  new LambdaConsumer(stack, 'Consumer', { stream: new DataStream(stack, 'Stream'), function: imported });
  const warnings = imported.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
  expect(warnings).toContainEqual(expect.stringContaining('kinesis:GetRecords'));
});

function anAlert(stack: Stack): ReferenceConsumer {
  return ReferenceConsumer.alert({
    topic: new sns.Topic(stack, 'Topic'),
    stateTable: new dynamodb.TableV2(stack, 'State', {
      partitionKey: { name: 'shardId', type: dynamodb.AttributeType.STRING },
    }),
  });
}
