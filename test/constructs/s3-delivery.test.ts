// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  DataStream,
  DeliveryCompression,
  DeliveryTransform,
  S3Delivery,
  type S3DeliveryProps,
} from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

type Props = Omit<S3DeliveryProps, 'stream'>;

function define(stack: Stack, props: Props = {}): S3Delivery {
  return new S3Delivery(stack, 'Delivery', { stream: new DataStream(stack, 'Stream'), ...props });
}

function synth(props?: Props): Template {
  return templateOf((stack) => define(stack, props));
}

function destination(props?: Props): { [name: string]: unknown } {
  const properties = propertiesOf(synth(props), 'AWS::KinesisFirehose::DeliveryStream');
  return properties.ExtendedS3DestinationConfiguration as { [name: string]: unknown };
}

test('by default it gathers 5 MiB or 300 seconds, gzips, and ends each record with a newline', () => {
  expect(propertiesOf(synth(), 'AWS::KinesisFirehose::DeliveryStream')).toEqual({
    DeliveryStreamType: 'KinesisStreamAsSource',
    KinesisStreamSourceConfiguration: { KinesisStreamARN: '${Stream.Arn}', RoleARN: '${DeliveryRole.Arn}' },
    ExtendedS3DestinationConfiguration: {
      BucketARN: '${DeliveryBucket.Arn}',
      RoleARN: '${DeliveryRole.Arn}',
      BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
      CompressionFormat: 'GZIP',
      Prefix: 'events/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/',
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/',
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: '${DeliveryLogs}', LogStreamName: 'S3Delivery' },
      ProcessingConfiguration: {
        Enabled: true,
        Processors: [
          { Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] },
        ],
      },
    },
  });
});

test('the bucket is private, encrypted, versioned, retained, and takes TLS requests only', () => {
  const template = synth();
  expect(propertiesOf(template, 'AWS::S3::Bucket')).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  const { PolicyDocument } = propertiesOf(template, 'AWS::S3::BucketPolicy') as {
    PolicyDocument: { Statement: { Effect: string; Condition: unknown }[] };
  };
  expect(PolicyDocument.Statement.map(({ Effect, Condition }) => [Effect, Condition])).toEqual([
    ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['Deny', { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
  ]);
});

test('the role reads the stream, writes below the prefixes, logs, and may do nothing else', () => {
  expect(statementsOf(synth())).toEqual([
    {
      Effect: 'Allow',
      Action: ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      Resource: '${Stream.Arn}',
    },
    {
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: ['${DeliveryBucket.Arn}/errors/*', '${DeliveryBucket.Arn}/events/dt=*'],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: '${DeliveryBucket.Arn}',
    },
    {
      Effect: 'Allow',
      Action: 'logs:PutLogEvents',
      Resource:
        'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${DeliveryLogs}:log-stream:S3Delivery',
    },
  ]);
});

test('only Firehose of this account, for a delivery stream of this Region, may take the role', () => {
  expect(propertiesOf(synth(), 'AWS::IAM::Role').AssumeRolePolicyDocument).toMatchObject({
    Statement: [
      {
        Action: 'sts:AssumeRole',
        Principal: { Service: 'firehose.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' },
          ArnLike: {
            'aws:SourceArn': 'arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/*',
          },
        },
      },
    ],
  });
});

test('the delivery stream waits for the policy of its role', () => {
  const [resource] = Object.values(synth().findResources('AWS::KinesisFirehose::DeliveryStream'));
  expect(resource!.DependsOn).toEqual([
    expect.stringMatching(/^DeliveryRoleDefaultPolicy/),
    expect.stringMatching(/^DeliveryRole/),
  ]);
});

test.each<[string, Props, { readonly [name: string]: unknown }]>([
  [
    'buffers as asked',
    { bufferSize: Size.mebibytes(128), bufferInterval: Duration.seconds(0) },
    { BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 0 } },
  ],
  ['compresses not at all', { compression: DeliveryCompression.NONE }, { CompressionFormat: 'UNCOMPRESSED' }],
  ['compresses with Snappy', { compression: DeliveryCompression.SNAPPY }, { CompressionFormat: 'Snappy' }],
  [
    'takes both prefixes',
    { prefix: 'a/', errorPrefix: 'b/!{firehose:error-output-type}/' },
    { Prefix: 'a/', ErrorOutputPrefix: 'b/!{firehose:error-output-type}/' },
  ],
  ['names a file extension', { fileExtension: '.ndjson.gz' }, { FileExtension: '.ndjson.gz' }],
])('%s', (_rule, props, expected) => {
  expect(destination(props)).toMatchObject(expected);
});

test("with the package's transform the records end themselves, and the role may invoke exactly that function", () => {
  const template = synth({ transform: DeliveryTransform.platform() });
  expect(propertiesOf(template, 'AWS::KinesisFirehose::DeliveryStream')).toMatchObject({
    ExtendedS3DestinationConfiguration: {
      ProcessingConfiguration: {
        Processors: [
          {
            Type: 'Lambda',
            Parameters: [
              { ParameterName: 'LambdaArn', ParameterValue: '${DeliveryTransform.Arn}' },
              { ParameterName: 'BufferSizeInMBs', ParameterValue: '1' },
              { ParameterName: 'BufferIntervalInSeconds', ParameterValue: '60' },
              { ParameterName: 'NumberOfRetries', ParameterValue: '3' },
            ],
          },
        ],
      },
    },
  });
  expect(statementsOf(template)).toContainEqual({
    Effect: 'Allow',
    Action: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
    Resource: ['${DeliveryTransform.Arn}', '${DeliveryTransform.Arn}:$LATEST'],
  });
});

test('after a transform that ends no records a newline is appended', () => {
  const stack = aStack();
  const transform = DeliveryTransform.lambda(aFunction(stack), { bufferSize: Size.kibibytes(512), retries: 0 });
  const template = templateOf(() => define(stack, { transform }), stack);
  const { ExtendedS3DestinationConfiguration } = propertiesOf(template, 'AWS::KinesisFirehose::DeliveryStream') as {
    ExtendedS3DestinationConfiguration: { ProcessingConfiguration: { Processors: { Type: string }[] } };
  };
  const { Processors } = ExtendedS3DestinationConfiguration.ProcessingConfiguration;
  expect(Processors.map(({ Type }) => Type)).toEqual(['Lambda', 'AppendDelimiterToRecord']);
  expect(Processors[0]).toMatchObject({
    Parameters: expect.arrayContaining([{ ParameterName: 'BufferSizeInMBs', ParameterValue: '0.5' }]),
  });
});

test('dynamic partitioning queries every key and buffers 64 MiB', () => {
  const props = {
    prefix: 'type=!{partitionKeyFromQuery:type}/day=!{partitionKeyFromQuery:day}/',
    partitionKeys: { type: '.type', day: '.time[0:10]' },
  };
  expect(destination(props)).toMatchObject({
    DynamicPartitioningConfiguration: { Enabled: true },
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 300 },
    ProcessingConfiguration: {
      Processors: [
        {
          Type: 'MetadataExtraction',
          Parameters: [
            { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{type:.type,day:.time[0:10]}' },
            { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
          ],
        },
        { Type: 'AppendDelimiterToRecord' },
      ],
    },
  });
});

test('with customer keys it decrypts the stream and encrypts objects, through their services only', () => {
  const stack = aStack();
  const bucketKey = new kms.Key(stack, 'BucketKey');
  const bucket = new s3.Bucket(stack, 'Archive', { encryptionKey: bucketKey });
  const stream = new DataStream(stack, 'Secret', { encryption: kinesis.StreamEncryption.KMS });
  const template = templateOf(() => new S3Delivery(stack, 'Delivery', { stream, bucket }), stack);
  expect(statementsOf(template)).toEqual(
    expect.arrayContaining([
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '${SecretKey.Arn}',
        Condition: {
          StringEquals: {
            'kms:ViaService': 'kinesis.${AWS::Region}.amazonaws.com',
            'kms:EncryptionContext:aws:kinesis:arn': '${Secret.Arn}',
          },
        },
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '${BucketKey.Arn}',
        Condition: { StringEquals: { 'kms:ViaService': 's3.${AWS::Region}.amazonaws.com' } },
      },
    ]),
  );
  template.resourceCountIs('AWS::S3::Bucket', 1);
});

test('delivers an imported stream', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders';
  const stack = aStack();
  const stream = kinesis.Stream.fromStreamArn(stack, 'Imported', arn);
  const template = templateOf(() => new S3Delivery(stack, 'Delivery', { stream }), stack);
  expect(propertiesOf(template, 'AWS::KinesisFirehose::DeliveryStream')).toMatchObject({
    KinesisStreamSourceConfiguration: { KinesisStreamARN: arn },
  });
});

test('its metrics carry the name of the delivery stream', () => {
  const stack = aStack();
  const { dimensions, statistic, namespace } = define(stack).metricDataFreshness().toMetricConfig().metricStat!;
  expect({ namespace, statistic }).toEqual({ namespace: 'AWS/Firehose', statistic: 'Maximum' });
  expect(dimensions!.map(({ name }) => name)).toEqual(['DeliveryStreamName']);
});

test('removes its bucket with the stack where that is asked for', () => {
  synth({ removalPolicy: RemovalPolicy.DESTROY }).hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
});

test.each<[string, Props, string]>([
  [
    'the buffer is too large',
    { bufferSize: Size.mebibytes(129) },
    "'bufferSize' must be a whole number from 1 to 128, got 129; in MiB; choose a value within the bounds",
  ],
  [
    'the buffer is too small for dynamic partitioning',
    { bufferSize: Size.mebibytes(63), prefix: '!{partitionKeyFromQuery:a}/', partitionKeys: { a: '.a' } },
    "'bufferSize' must be a whole number from 64 to 128, got 63",
  ],
  [
    'the interval is too long',
    { bufferInterval: Duration.seconds(901) },
    "'bufferInterval' must be a whole number of seconds from 0 to 900, got 901",
  ],
  [
    'the error prefix does not tell failures apart',
    { errorPrefix: 'errors/' },
    "'errorPrefix' must contain '!{firehose:error-output-type}', got 'errors/'",
  ],
  [
    'the error prefix names partition keys',
    {
      errorPrefix: '!{firehose:error-output-type}/!{partitionKeyFromQuery:a}/',
      prefix: '!{partitionKeyFromQuery:a}/',
      partitionKeys: { a: '.a' },
    },
    "'errorPrefix' must not contain partition keys",
  ],
  [
    'the prefix names a key that nothing queries',
    { prefix: 'x/!{partitionKeyFromQuery:type}/' },
    "'prefix' must use keys of 'partitionKeys' only (none), got 'type'",
  ],
  [
    'a key is queried that the prefix does not use',
    { prefix: '!{partitionKeyFromQuery:a}/', partitionKeys: { a: '.a', b: '.b' } },
    "'prefix' must use every key of 'partitionKeys', got no '!{partitionKeyFromQuery:b}'",
  ],
  ['no key is queried', { partitionKeys: {} }, "'partitionKeys' must name 1 to 50 keys, got 0"],
  [
    'the transform gets more than an invocation holds',
    { transform: DeliveryTransform.platform({ bufferSize: Size.mebibytes(4) }) },
    "'transform.bufferSize' must be 0.2 to 3 MiB, got 4",
  ],
  [
    'the transform is retried without end',
    { transform: DeliveryTransform.platform({ retries: 301 }) },
    "'transform.retries' must be a whole number from 0 to 300, got 301",
  ],
])('fails when %s', (_rule, props, message) => {
  expect(() => define(aStack(), props)).toThrow(message);
});
