// What the constructs can render is what the lab can run: a property that only one of them knows fails here.
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { App, Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  DataStream,
  DeliveryCompression,
  DeliveryTransform,
  FailureDestination,
  LambdaConsumer,
  ReferenceConsumer,
  S3Delivery,
  StreamAutoscaler,
  StreamProducer,
  StreamReplay,
} from '../../lib/index.js';
import { readAssembly } from '../../local/template/assembly.js';
import { interpretStack } from '../../local/template/interpret-stack.js';
import { bothPlatforms } from '../support/a-platform.js';
import { aStack } from '../support/a-stack.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function modelOf(app: App, stackName: string) {
  const { directory } = app.synth();
  folders.push(directory);
  return interpretStack(readAssembly(directory), stackName);
}

function modelOfStack(define: (stack: Stack) => void) {
  const stack = aStack();
  define(stack);
  return modelOf(App.of(stack) as App, 'Stack');
}

test('runs the whole of both reference stacks', () => {
  const app = bothPlatforms({ alarmEmail: 'on-call@example.com', generateEveryMinutes: 1, removeData: true });
  const provisioned = modelOf(app, 'ProvisionedPlatform');
  const onDemand = modelOf(app, 'OnDemandPlatform');
  for (const model of [provisioned, onDemand]) {
    expect(model.eventSourceMappings.map(({ path }) => path).sort()).toEqual(['Aggregate/Mapping', 'Alert/Mapping']);
    expect(model.deliveries).toHaveLength(1);
    expect(model.tables).toHaveLength(2);
    expect(model.alarms.length).toBeGreaterThan(10);
    const arns = new Set([...model.streams, ...model.streamConsumers].map(({ arn }) => arn));
    for (const { eventSourceArn } of model.eventSourceMappings) expect(arns).toContain(eventSourceArn);
    const functions = new Set(model.functions.map(({ name }) => name));
    for (const { functionName } of model.eventSourceMappings) expect(functions).toContain(functionName);
  }
  expect(provisioned.streams[0]).toMatchObject({ mode: 'PROVISIONED', shardCount: 1 });
  expect(onDemand.streams[0]).toMatchObject({ mode: 'ON_DEMAND', shardCount: undefined });
  expect(provisioned.schedules.map(({ path }) => path).sort()).toEqual(['Autoscaler/Schedule', 'Producer/Schedule']);
});

test('runs a stream, its mappings and a delivery with every option set', () => {
  const model = modelOfStack((stack) => {
    const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const stream = new DataStream(stack, 'Stream', {
      shardCount: 2,
      retentionPeriod: Duration.hours(48),
      maxRecordSize: Size.kibibytes(2_048),
      encryption: kinesis.StreamEncryption.KMS,
      encryptionKey: key,
      shardLevelMetrics: [kinesis.ShardLevelMetrics.ALL],
      tags: { team: 'a' },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const table = new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: 'key', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'window', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      encryptionKey: key,
    });
    const queue = new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key });
    const topic = new sns.Topic(stack, 'Topic', { masterKey: key });
    new LambdaConsumer(stack, 'ToQueue', {
      stream,
      reference: ReferenceConsumer.aggregate({ table }),
      dedicated: true,
      startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
      startingPositionTimestamp: 1_700_000_000,
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(5),
      tumblingWindow: Duration.seconds(30),
      filters: [lambda.FilterCriteria.filter({ data: { type: ['order'] } })],
      filterEncryption: key,
      retryAttempts: 3,
      maxRecordAge: Duration.minutes(5),
      onFailure: FailureDestination.sqs(queue),
    });
    new LambdaConsumer(stack, 'ToTopic', {
      stream,
      reference: ReferenceConsumer.alert({ topic, stateTable: table }),
      parallelizationFactor: 1,
      onFailure: FailureDestination.sns(topic),
    });
    new S3Delivery(stack, 'Delivery', {
      stream,
      bufferSize: Size.mebibytes(64),
      compression: DeliveryCompression.NONE,
      prefix: 'type=!{partitionKeyFromQuery:type}/',
      errorPrefix: 'errors/!{firehose:error-output-type}/',
      partitionKeys: { type: '.type' },
      transform: DeliveryTransform.platform(),
      fileExtension: '.ndjson',
    });
    new StreamAutoscaler(stack, 'Autoscaler', { stream, maxShards: 8 });
    new StreamProducer(stack, 'Producer', { stream, schedule: events.Schedule.rate(Duration.minutes(5)) });
    new StreamReplay(stack, 'Replay', { stream, toStream: stream });
  });
  expect(model.streams[0]).toMatchObject({
    shardCount: 2,
    retentionHours: 48,
    maxRecordSizeKiB: 2_048,
    tags: { team: 'a' },
  });
  expect(model.eventSourceMappings[0]).toMatchObject({
    startingPosition: 'AT_TIMESTAMP',
    startingTimestampMs: 1_700_000_000_000,
    batchSize: 10,
    batchingWindowMs: 5_000,
    tumblingWindowMs: 30_000,
    filters: ['{"data":{"type":["order"]}}'],
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: 300,
    onFailureArn: model.queues[0]!.arn,
  });
  expect(model.eventSourceMappings[1]).toMatchObject({ onFailureArn: model.topics[0]!.arn });
  expect(model.deliveries[0]).toMatchObject({
    bufferBytes: 64 * 1_048_576,
    compression: 'UNCOMPRESSED',
    partitionKeys: { type: '.type' },
    fileExtension: '.ndjson',
  });
});

test('fails when a delivery is compressed in a way that the lab does not write', () => {
  const define = (stack: Stack) => {
    new S3Delivery(stack, 'Delivery', {
      stream: new DataStream(stack, 'Stream'),
      compression: DeliveryCompression.SNAPPY,
    });
  };
  expect(() => modelOfStack(define)).toThrow(
    "ExtendedS3DestinationConfiguration.CompressionFormat' must be 'UNCOMPRESSED' or 'GZIP' in the lab, got \"Snappy\"",
  );
});
