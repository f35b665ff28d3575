// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { Duration, type Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ENV_KEYS } from '../../lambdas/producer/contract.js';
import { DataStream, StreamProducer } from '../../lib/index.js';
import { aFunction, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
const KEY_ARN = 'arn:aws:kms:eu-west-1:123456789012:key/abc';

const put = (Resource: string) => ({
  Effect: 'Allow',
  Action: ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
  Resource,
});

function variablesOf(define: (stack: Stack) => void): unknown {
  const { Environment } = propertiesOf(templateOf(define), 'AWS::Lambda::Function') as {
    readonly Environment: { readonly Variables: unknown };
  };
  return Environment.Variables;
}

test("deploys the package's producer with exactly the environment it reads", () => {
  const variables = variablesOf(
    (stack) => new StreamProducer(stack, 'Producer', { stream: new DataStream(stack, 'Stream') }),
  );
  expect(variables).toEqual({ STREAM_NAME: '${Stream}' });
  expect(Object.keys(variables as object)).toEqual([...ENV_KEYS]);
});

test('the producer may put, log and trace, and nothing else', () => {
  const template = templateOf(
    (stack) => new StreamProducer(stack, 'Producer', { stream: new DataStream(stack, 'Stream') }),
  );
  expect(statementsOf(template)).toEqual([
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '${ProducerFunctionLogs.Arn}',
    },
    { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    put('${Stream.Arn}'),
  ]);
});

test("somebody's own function gets the permission and the stream's name", () => {
  const define = (stack: Stack) =>
    new StreamProducer(stack, 'Producer', { stream: new DataStream(stack, 'Stream'), function: aFunction(stack) });
  expect(statementsOf(templateOf(define))).toEqual([put('${Stream.Arn}')]);
  expect(variablesOf(define)).toEqual({ STREAM_NAME: '${Stream}' });
});

test('an imported function with a role of its own is left as it is', () => {
  const template = templateOf((stack) => {
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Imported', {
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:theirs',
      role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs', { mutable: false }),
    });
    new StreamProducer(stack, 'Producer', { stream: new DataStream(stack, 'Stream'), function: fn });
  });
  expect(Object.keys(template.toJSON().Resources)).toEqual([expect.stringMatching(/^Stream/)]);
});

test('writes to an imported stream with its key', () => {
  const template = templateOf((stack) => {
    const stream = kinesis.Stream.fromStreamAttributes(stack, 'Stream', {
      streamArn: ARN,
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    });
    new StreamProducer(stack, 'Producer', { stream, function: aFunction(stack) });
  });
  expect(statementsOf(template)).toEqual([
    put(ARN),
    {
      Effect: 'Allow',
      Action: 'kms:GenerateDataKey',
      Resource: KEY_ARN,
      Condition: {
        StringEquals: {
          'kms:ViaService': 'kinesis.eu-west-1.amazonaws.com',
          'kms:EncryptionContext:aws:kinesis:arn': ARN,
        },
      },
    },
  ]);
});

test("grants the same to anyone else's role", () => {
  const template = templateOf((stack) => {
    const producer = new StreamProducer(stack, 'Producer', {
      stream: new DataStream(stack, 'Stream'),
      function: aFunction(stack),
    });
    producer.grantProduce(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
  });
  expect(statementsOf(template)).toEqual([put('${Stream.Arn}'), put('${Stream.Arn}')]);
});

test('runs on a schedule when given one, and only then', () => {
  const rules = (schedule?: events.Schedule) =>
    templateOf((stack) => new StreamProducer(stack, 'Producer', { stream: new DataStream(stack, 'Stream'), schedule }));
  rules().resourceCountIs('AWS::Events::Rule', 0);
  expect(propertiesOf(rules(events.Schedule.rate(Duration.minutes(5))), 'AWS::Events::Rule')).toEqual({
    ScheduleExpression: 'rate(5 minutes)',
    State: 'ENABLED',
    Targets: [{ Id: 'Target0', Arn: '${ProducerFunction.Arn}' }],
  });
});
