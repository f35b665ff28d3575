// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { CfnParameter, Duration, Size, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DataStream, LambdaConsumer, type LambdaConsumerProps } from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, templateOf } from '../support/a-stack.js';

type Options = Partial<LambdaConsumerProps>;

function aConsumer(stack: Stack, options: Options = {}): LambdaConsumer {
  return new LambdaConsumer(stack, 'Consumer', {
    stream: options.stream ?? new DataStream(stack, 'Stream'),
    function: aFunction(stack),
    ...options,
  });
}

function mapping(options?: Options) {
  return propertiesOf(
    templateOf((stack) => aConsumer(stack, options)),
    'AWS::Lambda::EventSourceMapping',
  );
}

test('by default it polls from the oldest record on, with bounded retries, and keeps in S3 what fails', () => {
  expect(mapping()).toEqual({
    EventSourceArn: '${Stream.Arn}',
    FunctionName: '${Function}',
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    MaximumRetryAttempts: 10,
    MaximumRecordAgeInSeconds: 72_000,
    DestinationConfig: { OnFailure: { Destination: '${ConsumerFailureBucket.Arn}' } },
    MetricsConfig: { Metrics: ['EventCount'] },
  });
});

test.each<[string, Options, { readonly [property: string]: unknown }]>([
  ['the newest records', { startingPosition: lambda.StartingPosition.LATEST }, { StartingPosition: 'LATEST' }],
  [
    'a time',
    { startingPosition: lambda.StartingPosition.AT_TIMESTAMP, startingPositionTimestamp: 1_700_000_000 },
    { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_700_000_000 },
  ],
  ['batch size', { batchSize: 10_000 }, { BatchSize: 10_000 }],
  ['batching window', { maxBatchingWindow: Duration.minutes(5) }, { MaximumBatchingWindowInSeconds: 300 }],
  ['parallelization', { parallelizationFactor: 10 }, { ParallelizationFactor: 10 }],
  ['tumbling window', { tumblingWindow: Duration.minutes(15) }, { TumblingWindowInSeconds: 900 }],
  [
    'tumbling window with one batch at a time',
    { tumblingWindow: Duration.minutes(1), parallelizationFactor: 1 },
    { TumblingWindowInSeconds: 60, ParallelizationFactor: 1 },
  ],
  [
    'filters',
    { filters: [lambda.FilterCriteria.filter({ data: { type: lambda.FilterRule.isEqual('sale') } })] },
    { FilterCriteria: { Filters: [{ Pattern: '{"data":{"type":["sale"]}}' }] } },
  ],
  ['no retries', { retryAttempts: 0 }, { MaximumRetryAttempts: 0 }],
  ['most retries', { retryAttempts: 10_000 }, { MaximumRetryAttempts: 10_000 }],
  ['shortest record age', { maxRecordAge: Duration.seconds(60) }, { MaximumRecordAgeInSeconds: 60 }],
  ['longest record age', { maxRecordAge: Duration.days(7) }, { MaximumRecordAgeInSeconds: 604_800 }],
  ['retry until expiry', { retryUntilExpiry: true }, { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 }],
  [
    'retry until an age',
    { retryUntilExpiry: true, maxRecordAge: Duration.hours(1) },
    { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: 3_600 },
  ],
  ['no bisecting', { bisectBatchOnError: false }, { BisectBatchOnFunctionError: false }],
  ['switched off', { enabled: false }, { Enabled: false }],
])('sets %s', (_option, options, expected) => {
  expect(mapping(options)).toMatchObject(expected);
});

test.each<[string, Options, string]>([
  ['partial batch responses', { reportBatchItemFailures: false }, 'FunctionResponseTypes'],
  ['event counts', { eventCountMetrics: false }, 'MetricsConfig'],
])('leaves out %s when switched off', (_option, options, property) => {
  expect(mapping()).toHaveProperty(property);
  expect(mapping(options)).not.toHaveProperty(property);
});

test.each([
  [24, 72_000],
  [48, 144_000],
  [8_760, 604_800],
])('gives up on records before a retention of %i hours trims them', (hours, seconds) => {
  const template = templateOf((stack) =>
    aConsumer(stack, { stream: new DataStream(stack, 'Stream', { retentionPeriod: Duration.hours(hours) }) }),
  );
  expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping').MaximumRecordAgeInSeconds).toBe(seconds);
});

test('a dedicated consumer is registered and mapped in place of the stream', () => {
  const template = templateOf((stack) => aConsumer(stack, { dedicated: true }));
  expect(propertiesOf(template, 'AWS::Kinesis::StreamConsumer')).toEqual({
    ConsumerName: expect.stringMatching(/^Stack-Consumer-[0-9A-F]{8}$/),
    StreamARN: '${Stream.Arn}',
  });
  expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
    EventSourceArn: '${ConsumerStreamConsumer.ConsumerARN}',
  });
});

test('a dedicated consumer takes a name', () => {
  const template = templateOf((stack) => aConsumer(stack, { dedicated: true, consumerName: 'alerts' }));
  template.hasResourceProperties('AWS::Kinesis::StreamConsumer', { ConsumerName: 'alerts' });
});

test('a polling consumer registers nothing', () => {
  templateOf((stack) => aConsumer(stack)).resourceCountIs('AWS::Kinesis::StreamConsumer', 0);
});

test('filters are encrypted by a customer key that Lambda may decrypt with', () => {
  const template = templateOf((stack) =>
    aConsumer(stack, {
      filters: [lambda.FilterCriteria.filter({ data: { type: ['sale'] } })],
      filterEncryption: new kms.Key(stack, 'Key'),
    }),
  );
  expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping').KmsKeyArn).toBe('${Key.Arn}');
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: 'kms:Decrypt', Principal: { Service: 'lambda.amazonaws.com' } }),
      ]),
    },
  });
});

test('an alias of a function gets the batches', () => {
  const template = templateOf((stack) => {
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: aFunction(stack).currentVersion });
    new LambdaConsumer(stack, 'Consumer', { stream: new DataStream(stack, 'Stream'), function: alias });
  });
  // The name of an alias is cut out of its ARN, at deployment.
  expect(JSON.stringify(propertiesOf(template, 'AWS::Lambda::EventSourceMapping').FunctionName)).toContain('live');
});

test('takes tokens where nobody knows the value at synth', () => {
  const stack = aStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  aConsumer(stack, {
    batchSize: number('Batch'),
    retryAttempts: number('Retries'),
    parallelizationFactor: number('Factor'),
    maxRecordAge: Duration.seconds(number('Age')),
    maxBatchingWindow: Duration.seconds(number('Window')),
    startingPosition: lambda.StartingPosition.AT_TIMESTAMP,
    startingPositionTimestamp: number('Start'),
  });
  expect(propertiesOf(Template.fromStack(stack), 'AWS::Lambda::EventSourceMapping')).toMatchObject({
    BatchSize: '${Batch}',
    MaximumRetryAttempts: '${Retries}',
    ParallelizationFactor: '${Factor}',
    MaximumRecordAgeInSeconds: '${Age}',
    MaximumBatchingWindowInSeconds: '${Window}',
    StartingPositionTimestamp: '${Start}',
  });
});

test('warns of records that Lambda cannot deliver', () => {
  const warnings = (maxRecordSize?: Size) => {
    const stack = aStack();
    const consumer = aConsumer(stack, { stream: new DataStream(stack, 'Stream', { maxRecordSize }) });
    return consumer.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
  };
  expect(warnings()).toEqual([]);
  expect(warnings(Size.kibibytes(4_608))).toEqual([]);
  expect(warnings(Size.kibibytes(4_609))).toEqual([
    expect.stringContaining('records of 4609 KiB, but Lambda cannot deliver one above 4608 KiB'),
  ]);
});

test('measures lag where this way of reading publishes it', () => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  const polling = new LambdaConsumer(stack, 'Polling', { stream, function: aFunction(stack, 'F1') });
  const dedicated = new LambdaConsumer(stack, 'Dedicated', {
    stream,
    function: aFunction(stack, 'F2'),
    dedicated: true,
  });
  expect(polling.metricIteratorAge().toMetricConfig().metricStat).toMatchObject({
    namespace: 'AWS/Lambda',
    metricName: 'IteratorAge',
    statistic: 'Maximum',
    dimensions: [{ name: 'FunctionName', value: polling.function.functionName }],
  });
  expect(dedicated.metricIteratorAge().toMetricConfig().metricStat).toMatchObject({
    namespace: 'AWS/Kinesis',
    metricName: 'SubscribeToShardEvent.MillisBehindLatest',
    statistic: 'Maximum',
    dimensions: [
      { name: 'ConsumerName', value: dedicated.streamConsumer?.streamConsumerName },
      { name: 'StreamName', value: stream.streamName },
    ],
  });
});

test("the mapping's counts carry its UUID, and options win over defaults", () => {
  const consumer = aConsumer(aStack());
  const { metricStat } = consumer
    .metricEventCount('DroppedEventCount', { period: Duration.minutes(5) })
    .toMetricConfig();
  expect(metricStat).toMatchObject({
    namespace: 'AWS/Lambda',
    metricName: 'DroppedEventCount',
    statistic: 'Sum',
    period: Duration.minutes(5),
    dimensions: [{ name: 'EventSourceMappingUUID', value: consumer.eventSourceMappingId }],
  });
});

test.each([
  ['by ARN', (stack: Stack) => kinesis.Stream.fromStreamArn(stack, 'Stream', STREAM_ARN)],
  ['of the CDK', (stack: Stack) => new kinesis.Stream(stack, 'Stream')],
])('reads a stream %s', (_kind, streamOf) => {
  const template = templateOf((stack) => aConsumer(stack, { stream: streamOf(stack) }));
  expect(propertiesOf(template, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
    EventSourceArn: expect.stringMatching(`^(${STREAM_ARN}|\\$\\{Stream.Arn})$`),
    MaximumRecordAgeInSeconds: 72_000,
  });
});

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
