// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { ENV_KEYS } from '../../lambdas/replay/contract.js';
import { DataStream, StreamReplay } from '../../lib/index.js';
import { aFunction, aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

const OWN = [
  { Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Effect: 'Allow', Resource: '*' },
  {
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Effect: 'Allow',
    Resource: '${ReplayFunctionLogs.Arn}',
  },
];
const STATE = [
  { Action: ['s3:GetObject', 's3:PutObject'], Effect: 'Allow', Resource: '${ReplayStateBucket.Arn}/replays/*' },
  { Action: 's3:ListBucket', Effect: 'Allow', Resource: '${ReplayStateBucket.Arn}' },
];
const READ = {
  Action: ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
  Effect: 'Allow',
  Resource: '${Stream.Arn}',
};

const byAction = (statements: unknown) =>
  [...(statements as { Action: unknown }[])].sort((a, b) => (String(a.Action) < String(b.Action) ? -1 : 1));

test('may read the one stream, write to the one target, and keep its state', () => {
  const template = templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream');
    const toStream = new DataStream(stack, 'Copies');
    new StreamReplay(stack, 'Replay', { stream, toStream });
  });
  const write = {
    Action: ['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecords'],
    Effect: 'Allow',
    Resource: '${Copies.Arn}',
  };
  expect(byAction(statementsOf(template))).toEqual(byAction([...OWN, READ, write, ...STATE]));
});

test('to a function it may invoke that one, none of its versions', () => {
  const template = templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream');
    new StreamReplay(stack, 'Replay', { stream, toFunction: aFunction(stack, 'Billing') });
  });
  const invoke = { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: '${Billing.Arn}' };
  expect(byAction(statementsOf(template))).toEqual(byAction([...OWN, READ, invoke, ...STATE]));
});

test('takes one step at a time, of 15 minutes at most, and nothing invokes it', () => {
  const template = templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream');
    new StreamReplay(stack, 'Replay', { stream, toStream: stream });
  });
  const fn = propertiesOf(template, 'AWS::Lambda::Function') as { Environment: { Variables: object } };
  expect(fn).toMatchObject({ ReservedConcurrentExecutions: 1, Timeout: 900 });
  expect(Object.keys(fn.Environment.Variables).sort()).toEqual([...ENV_KEYS].sort());
  template.resourceCountIs('AWS::Events::Rule', 0);
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
  template.resourceCountIs('AWS::Lambda::Permission', 0);
});

test('with a customer key it may use it for these streams only', () => {
  const template = templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream', { encryption: kinesis.StreamEncryption.KMS });
    new StreamReplay(stack, 'Replay', { stream, toFunction: aFunction(stack, 'Billing') });
  });
  expect(statementsOf(template)).toContainEqual({
    Action: 'kms:Decrypt',
    Effect: 'Allow',
    Resource: '${StreamKey.Arn}',
    Condition: {
      StringEquals: {
        'kms:ViaService': 'kinesis.${AWS::Region}.amazonaws.com',
        'kms:EncryptionContext:aws:kinesis:arn': '${Stream.Arn}',
      },
    },
  });
});

test('lets somebody replay who may invoke the function', () => {
  const template = templateOf((stack) => {
    const stream = new DataStream(stack, 'Stream');
    const onCall = new iam.Role(stack, 'OnCall', { assumedBy: new iam.AccountRootPrincipal() });
    new StreamReplay(stack, 'Replay', { stream, toStream: stream }).grantReplay(onCall);
  });
  expect(statementsOf(template)).toContainEqual({
    Action: 'lambda:InvokeFunction',
    Effect: 'Allow',
    Resource: '${ReplayFunction.Arn}',
  });
});

test.each([
  ['neither', () => ({})],
  ['both', (stack: Stack, stream: DataStream) => ({ toStream: stream, toFunction: aFunction(stack) })],
] as const)('fails when the target is %s', (got, target) => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream');
  expect(() => new StreamReplay(stack, 'Replay', { stream, ...target(stack, stream) })).toThrow(
    `'toStream' or 'toFunction' must be given, one of them, got ${got}; name one target [Stack/Replay]`,
  );
});
