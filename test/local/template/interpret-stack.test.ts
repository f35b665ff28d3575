import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { readAssembly, type TemplateResource } from '../../../local/template/assembly.js';
import { interpretStack } from '../../../local/template/interpret-stack.js';
import { anAssembly } from '../../support/an-assembly.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function interpret(Resources: Record<string, TemplateResource>) {
  const dir = anAssembly({ Resources });
  folders.push(dir);
  return { dir, model: interpretStack(readAssembly(dir), 'Demo') };
}

const aLambda = (FunctionName: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName, Code: { S3Key: 'code.zip' } },
});

const stream = { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 2, RetentionPeriodHours: '48' } };

test('names what the template leaves unnamed after its stack and logical id', () => {
  const { model } = interpret({ Events: stream, Files: { Type: 'AWS::S3::Bucket' } });
  expect(model.streams[0]).toMatchObject({
    name: 'Demo-Events',
    arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/Demo-Events',
    shardCount: 2,
    retentionHours: 48,
  });
  expect(model.buckets[0]).toMatchObject({ name: 'demo-files', arn: 'arn:aws:s3:::demo-files' });
});

test('cuts a generated name to its limit and keeps two of them apart', () => {
  const long = 'L'.repeat(80);
  const { model } = interpret({ [`${long}A`]: { Type: 'AWS::S3::Bucket' }, [`${long}B`]: { Type: 'AWS::S3::Bucket' } });
  const names = model.buckets.map(({ name }) => name);
  expect(names.map((name) => name.length)).toEqual([63, 63]);
  expect(new Set(names).size).toBe(2);
});

test('an on-demand stream has no shard count', () => {
  const Properties = {
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    StreamEncryption: { EncryptionType: 'KMS', KeyId: 'k' },
  };
  const { model } = interpret({ Events: { Type: 'AWS::Kinesis::Stream', Properties } });
  expect(model.streams[0]).toMatchObject({ mode: 'ON_DEMAND', shardCount: undefined, keyId: 'k' });
});

test('finds the code of a function by its object key', () => {
  const { dir, model } = interpret({
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { 'Fn::Sub': 'assets' }, S3Key: 'code.zip' },
        Environment: { Variables: { STREAM_NAME: { Ref: 'Events' } } },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 60,
      },
      Metadata: { 'aws:cdk:path': 'Demo/Alert/Function/Resource' },
    },
    Events: stream,
  });
  expect(model.functions).toEqual([
    {
      logicalId: 'Fn',
      path: 'Alert/Function',
      name: 'Demo-Fn',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:Demo-Fn',
      assetPath: join(dir, 'asset.code'),
      handler: 'index.handler',
      environment: { STREAM_NAME: 'Demo-Events' },
      memoryMiB: 128,
      timeoutMs: 60_000,
      reservedConcurrency: undefined,
    },
  ]);
});

test('a mapping of a stream consumer carries the options of the template and the defaults of the service', () => {
  const { model } = interpret({
    Events: stream,
    Reader: {
      Type: 'AWS::Kinesis::StreamConsumer',
      Properties: { ConsumerName: 'alerts', StreamARN: { 'Fn::GetAtt': ['Events', 'Arn'] } },
    },
    Fn: aLambda('alert'),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:alert',
        EventSourceArn: { Ref: 'Reader' },
        StartingPosition: 'TRIM_HORIZON',
        FilterCriteria: { Filters: [{ Pattern: '{"data":{}}' }] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MetricsConfig: { Metrics: ['EventCount'] },
      },
    },
  });
  expect(model.eventSourceMappings[0]).toMatchObject({
    uuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
    functionName: 'alert',
    eventSourceArn: model.streamConsumers[0]?.arn,
    batchSize: 100,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    parallelizationFactor: 1,
    filters: ['{"data":{}}'],
    reportBatchItemFailures: true,
    countEvents: true,
  });
});

test('fails with every filter, prefix and alarm that the lab could not run, one by one', () => {
  const template = {
    Events: stream,
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
    Fn: aLambda('alert'),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Fn' },
        EventSourceArn: { 'Fn::GetAtt': ['Events', 'Arn'] },
        StartingPosition: 'LATEST',
        FilterCriteria: { Filters: [{ Pattern: '{"data":{"a":[{"wildcard":"*"}]}}' }] },
      },
    },
    Delivery: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      Properties: {
        KinesisStreamSourceConfiguration: { KinesisStreamARN: { 'Fn::GetAtt': ['Events', 'Arn'] }, RoleARN: 'arn:r' },
        ExtendedS3DestinationConfiguration: { BucketARN: 'arn:aws:s3:::files', Prefix: '!{timestamp:ww}/' },
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'odd',
        Namespace: 'N',
        MetricName: 'M',
        Statistic: 'Median',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      },
    },
  };
  expect(() => interpret(template)).toThrow(
    /'wildcard' .*\[Mapping\]; 'Prefix' must .*\[Delivery\]; .*'Median'.*\[Alarm\]/,
  );
});

test('a delivery reads its buffer, transform and partition queries', () => {
  const parameters = (values: Record<string, string>) =>
    Object.entries(values).map(([ParameterName, ParameterValue]) => ({ ParameterName, ParameterValue }));
  const { model } = interpret({
    Events: stream,
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
    Fn: aLambda('transform'),
    Delivery: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      Properties: {
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: { KinesisStreamARN: { 'Fn::GetAtt': ['Events', 'Arn'] }, RoleARN: 'arn:r' },
        ExtendedS3DestinationConfiguration: {
          BucketARN: 'arn:aws:s3:::files',
          BufferingHints: { SizeInMBs: 64 },
          CompressionFormat: 'GZIP',
          DynamicPartitioningConfiguration: { Enabled: true },
          ProcessingConfiguration: {
            Enabled: true,
            Processors: [
              {
                Type: 'Lambda',
                Parameters: parameters({
                  LambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:transform:$LATEST',
                  NumberOfRetries: '2',
                }),
              },
              {
                Type: 'MetadataExtraction',
                Parameters: parameters({
                  JsonParsingEngine: 'JQ-1.6',
                  MetadataExtractionQuery: '{kind: .type, day: .payload.day}',
                }),
              },
            ],
          },
        },
      },
    },
  });
  expect(model.deliveries[0]).toMatchObject({
    bucket: 'files',
    bufferBytes: 64 * 1_048_576,
    bufferMs: 300_000,
    compression: 'GZIP',
    transform: { functionArn: model.functions[0]?.arn, retries: 2, bufferBytes: 1_048_576, bufferMs: 60_000 },
    partitionKeys: { kind: '.type', day: '.payload.day' },
    appendDelimiter: false,
  });
});

test('an alarm on one metric and an alarm on an expression both become queries', () => {
  const shared = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3, Threshold: 1 };
  const metric = {
    Namespace: 'AWS/Kinesis',
    MetricName: 'IncomingBytes',
    Dimensions: [{ Name: 'StreamName', Value: 's' }],
  };
  const { model } = interpret({
    Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...shared, ...metric, Statistic: 'Sum', Period: 300 } },
    Math: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ...shared,
        Metrics: [
          { Id: 'e', Expression: 'm / 2' },
          { Id: 'm', MetricStat: { Metric: metric, Stat: 'Sum', Period: 60 }, ReturnData: false },
        ],
      },
    },
  });
  const query = { namespace: 'AWS/Kinesis', name: 'IncomingBytes', dimensions: { StreamName: 's' }, statistic: 'Sum' };
  expect(model.alarms[0]).toMatchObject({ periodMs: 300_000, datapointsToAlarm: 3, queries: [{ metric: query }] });
  expect(model.alarms[1]).toMatchObject({
    periodMs: 60_000,
    queries: [
      { expression: 'm / 2', returnData: true },
      { metric: query, returnData: false },
    ],
  });
});

test('takes construct paths from the assembly where the template has none', () => {
  const dir = anAssembly({ Resources: { Events: stream } }, { Events: '/Demo/Intake/Stream/Resource' });
  folders.push(dir);
  expect(interpretStack(readAssembly(dir), 'Demo').streams[0]?.path).toBe('Intake/Stream');
});

test('a schedule is a rate', () => {
  const Properties = {
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    Targets: [{ Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Id: 'a' }],
  };
  const { model } = interpret({ Fn: aLambda('tick'), Tick: { Type: 'AWS::Events::Rule', Properties } });
  expect(model.schedules[0]).toMatchObject({ intervalMs: 300_000, targets: [{ arn: model.functions[0]?.arn }] });
});

test('fails when types, properties or values are unknown, with every one of them in the message', () => {
  const resources = {
    Web: { Type: 'AWS::EC2::Instance' },
    Events: { Type: 'AWS::Kinesis::Stream', Properties: { Shards: 1, StreamModeDetails: { Mode: 'x' } } },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { PackageType: 'Image', Code: { ZipFile: '' } } },
    Tick: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 0 * * ? *)' } },
    Role: { Type: 'AWS::IAM::Role', Properties: { Rights: [] } },
    Async: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { MaximumRetryAttempts: 0 } },
    Health: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'AT_LEAST(1, ALARM, (a))' } },
  };
  expect(() => interpret(resources)).toThrow(
    [
      "read stack 'Demo' failed: resource type 'AWS::EC2::Instance' is not known to the lab [Web]",
      "property 'AWS::Kinesis::Stream.Shards' is not known to the lab [Events]",
      "property 'AWS::Kinesis::Stream.StreamModeDetails.Mode' is not known to the lab [Events]",
      "property 'AWS::Lambda::Function.PackageType' must be 'Zip' in the lab, got \"Image\" [Fn]",
      "property 'AWS::Lambda::Function.Code.ZipFile' is not known to the lab [Fn]",
      "a schedule must be a rate in the lab, got 'cron(0 0 * * ? *)' [Tick]",
      "property 'AWS::IAM::Role.Rights' is not known to the lab [Role]",
      "resource type 'AWS::Lambda::EventInvokeConfig' is not known to the lab [Async]",
      "alarm rule 'AT_LEAST(1, ALARM, (a))' cannot be evaluated: the lab does not have 'AT_LEAST' here; it has ALARM, OK, INSUFFICIENT_DATA [Health]",
      'move what the lab cannot run to another stack',
    ].join('; '),
  );
});

test('leaves out a resource whose condition does not hold', () => {
  const dir = anAssembly({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Events: { ...stream, Condition: 'Never' } },
  });
  folders.push(dir);
  expect(interpretStack(readAssembly(dir), 'Demo').streams).toEqual([]);
});

test('fails when the assembly or the stack does not exist', () => {
  expect(() => readAssembly('/nowhere')).toThrow("read cloud assembly '/nowhere' failed: no file 'manifest.json'");
  const dir = anAssembly({});
  folders.push(dir);
  expect(() => interpretStack(readAssembly(dir), 'Other')).toThrow("'--stack' must be one of 'Demo', got 'Other'");
});

test('a composite alarm names the alarms of its rule by their names', () => {
  const metric = { Namespace: 'N', MetricName: 'm', ComparisonOperator: 'GreaterThanThreshold' };
  const lag = { Type: 'AWS::CloudWatch::Alarm', Properties: { ...metric, AlarmName: 'lag' } };
  const AlarmRule = { 'Fn::Join': ['', ['ALARM("', { 'Fn::GetAtt': ['Lag', 'Arn'] }, '") OR NOT OK(lag)']] };
  const unhealthy = { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule } };
  expect(interpret({ Lag: lag, Unhealthy: unhealthy }).model.compositeAlarms).toMatchObject([
    {
      name: 'Demo-Unhealthy',
      rule: 'ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:lag") OR NOT OK(lag)',
      actions: [],
    },
  ]);
  expect(() => interpret({ Unhealthy: { ...unhealthy, Properties: { AlarmRule: 'ALARM(lag)' } } })).toThrow(
    "alarm 'lag' is not in this stack [Unhealthy]",
  );
});

test('fails when something is read, called or written that is in another stack', () => {
  const elsewhere = 'arn:aws:kinesis:us-east-1:000000000000:stream/elsewhere';
  const Properties = { FunctionName: 'other', EventSourceArn: elsewhere, StartingPosition: 'LATEST' };
  expect(() => interpret({ Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties } })).toThrow(
    `event source '${elsewhere}' is not in this stack [Mapping]; function 'other' is not in this stack [Mapping]`,
  );
});
