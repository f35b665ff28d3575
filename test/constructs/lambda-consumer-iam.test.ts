// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DataStream, FailureDestination, LambdaConsumer, type LambdaConsumerProps } from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';
import { plain } from '../support/plain.js';

const POLL = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
];
const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
const KEY_ARN = 'arn:aws:kms:eu-west-1:123456789012:key/abc';

function synth(optionsOf: (stack: Stack) => Partial<LambdaConsumerProps>): Template {
  return templateOf((stack) => {
    const options = optionsOf(stack);
    const stream = options.stream ?? new DataStream(stack, 'Stream');
    new LambdaConsumer(stack, 'Consumer', { function: aFunction(stack), ...options, stream });
  });
}

function allow(Action: string | string[], Resource: string, Condition?: unknown) {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

const ownBucket = [
  allow('s3:PutObject', '${ConsumerFailureBucket.Arn}/aws/lambda/*'),
  allow('s3:ListBucket', '${ConsumerFailureBucket.Arn}'),
];

test('a polling function may read the stream and write its failures, and nothing else', () => {
  expect(statementsOf(synth(() => ({})))).toEqual([allow(POLL, '${Stream.Arn}'), ...ownBucket]);
});

test('a dedicated function may subscribe as its own consumer, and not poll', () => {
  expect(statementsOf(synth(() => ({ dedicated: true })))).toEqual([
    allow(['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'], '${ConsumerStreamConsumer.ConsumerARN}'),
    allow(['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'], '${Stream.Arn}'),
    ...ownBucket,
  ]);
});

test.each([
  ['polling', false],
  ['dedicated', true],
])('a %s function of a stream with a customer key may decrypt it, through Kinesis', (_kind, dedicated) => {
  const template = synth((stack) => ({
    dedicated,
    stream: new DataStream(stack, 'Stream', { encryption: kinesis.StreamEncryption.KMS }),
  }));
  const onKeys = (statementsOf(template) as { Action: string }[]).filter(({ Action }) => Action.includes('kms'));
  expect(onKeys).toEqual([
    allow('kms:Decrypt', '${StreamKey.Arn}', {
      StringEquals: {
        'kms:ViaService': 'kinesis.${AWS::Region}.amazonaws.com',
        'kms:EncryptionContext:aws:kinesis:arn': '${Stream.Arn}',
      },
    }),
  ]);
});

test('an imported stream with its key is read like one of this app, in its own Region', () => {
  const template = synth((stack) => ({
    stream: kinesis.Stream.fromStreamAttributes(stack, 'Stream', {
      streamArn: ARN,
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    }),
  }));
  expect(statementsOf(template)).toEqual([
    allow(POLL, ARN),
    allow('kms:Decrypt', KEY_ARN, {
      StringEquals: {
        'kms:ViaService': 'kinesis.eu-west-1.amazonaws.com',
        'kms:EncryptionContext:aws:kinesis:arn': ARN,
      },
    }),
    ...ownBucket,
  ]);
});

test('an imported stream without a key needs no key', () => {
  const template = synth((stack) => ({ stream: kinesis.Stream.fromStreamArn(stack, 'Stream', ARN) }));
  expect(statementsOf(template)).toEqual([allow(POLL, ARN), ...ownBucket]);
});

test('failures go to a given bucket, encrypted with its key', () => {
  const template = synth((stack) => ({
    onFailure: FailureDestination.s3(
      s3.Bucket.fromBucketAttributes(stack, 'Bucket', {
        bucketArn: 'arn:aws:s3:::failures',
        encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
      }),
    ),
  }));
  expect(statementsOf(template)).toEqual([
    allow(POLL, '${Stream.Arn}'),
    allow('s3:PutObject', 'arn:aws:s3:::failures/aws/lambda/*'),
    allow('s3:ListBucket', 'arn:aws:s3:::failures'),
    allow('kms:GenerateDataKey', KEY_ARN),
  ]);
  expect(destinationOf(template)).toBe('arn:aws:s3:::failures');
  template.resourceCountIs('AWS::S3::Bucket', 0);
});

test('failures go to a queue, encrypted with its key', () => {
  const template = synth((stack) => ({
    onFailure: FailureDestination.sqs(
      new sqs.Queue(stack, 'Queue', { encryptionMasterKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
    ),
  }));
  expect(statementsOf(template)).toEqual([
    allow(POLL, '${Stream.Arn}'),
    allow('sqs:SendMessage', '${Queue.Arn}'),
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN),
  ]);
  expect(destinationOf(template)).toBe('${Queue.Arn}');
  template.resourceCountIs('AWS::S3::Bucket', 0);
});

test('failures go to a topic', () => {
  const template = synth((stack) => ({ onFailure: FailureDestination.sns(new sns.Topic(stack, 'Topic')) }));
  expect(statementsOf(template)).toEqual([allow(POLL, '${Stream.Arn}'), allow('sns:Publish', '${Topic}')]);
  expect(destinationOf(template)).toBe('${Topic}');
  template.resourceCountIs('AWS::S3::Bucket', 0);
});

test('the failure bucket is private, encrypted, TLS only, versioned and retained', () => {
  const template = synth(() => ({}));
  expect(propertiesOf(template, 'AWS::S3::Bucket')).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect(propertiesOf(template, 'AWS::S3::BucketPolicy')).toMatchObject({
    PolicyDocument: {
      Statement: expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]),
    },
  });
  template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test('the mapping waits for the permissions that Lambda checks on its creation', () => {
  const [mapping] = Object.values(synth(() => ({})).findResources('AWS::Lambda::EventSourceMapping'));
  expect(plain((mapping!.DependsOn as string[]).map((Ref) => ({ Ref })))).toEqual([
    '${FunctionServiceRoleDefaultPolicy}',
  ]);
});

test('warns when the role is out of reach, as for an imported function', () => {
  const stack = aStack();
  const fn = lambda.Function.fromFunctionName(stack, 'Imported', 'theirs');
  new LambdaConsumer(stack, 'Consumer', { stream: new DataStream(stack, 'Stream'), function: fn });
  const warnings = fn.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
  expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining('kinesis:GetRecords')]));
});

function destinationOf(template: Template): unknown {
  const { DestinationConfig } = propertiesOf(template, 'AWS::Lambda::EventSourceMapping') as {
    readonly DestinationConfig: { readonly OnFailure: { readonly Destination: unknown } };
  };
  return DestinationConfig.OnFailure.Destination;
}
