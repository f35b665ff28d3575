// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConsumerLibrary, DataStream, KclService, type KclServiceProps } from '../../lib/index.js';
import { resourceTypes } from '../../local/template/resources/registry.js';
import { LEASE_TABLE_KEYS } from '../../runtime/worker/table-aws.js';
import { aStack, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

const image = ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/node:24');
const TABLE = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table';

function define(stack: Stack, props: Partial<KclServiceProps> = {}): KclService {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b'],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
    privateSubnetRouteTableIds: ['routes-1', 'routes-2'],
  });
  const stream = new DataStream(stack, 'Stream');
  return new KclService(stack, 'Workers', { stream, vpc, image, applicationName: 'billing', ...props });
}

/** Statements of the task's own role. */
function taskStatements(props: Partial<KclServiceProps> = {}): unknown {
  const template = templateOf((stack) => define(stack, props));
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => /TaskRole/.test(id));
  return statementsOf({ findResources: () => ({ policy: policy![1] }) } as unknown as typeof template);
}

const read = {
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
const leases = {
  Effect: 'Allow',
  Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  Resource: '${WorkersLeases.Arn}',
};

test('a task may poll the stream and keep leases, and nothing else', () => {
  expect(taskStatements()).toEqual([read, leases]);
});

test('a dedicated one subscribes as its own consumer, and cannot poll', () => {
  expect(taskStatements({ dedicated: true })).toEqual([
    {
      Effect: 'Allow',
      Action: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
      Resource: '${WorkersStreamConsumer.ConsumerARN}',
    },
    {
      Effect: 'Allow',
      Action: ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'],
      Resource: '${Stream.Arn}',
    },
    leases,
  ]);
});

test("with KCL a task makes and keeps KCL's own tables, and publishes in its namespace alone", () => {
  const Action = [
    ...['dynamodb:CreateTable', 'dynamodb:DeleteItem', 'dynamodb:DescribeTable', 'dynamodb:GetItem'],
    ...['dynamodb:PutItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
  ];
  expect(taskStatements({ library: ConsumerLibrary.KCL })).toEqual([
    read,
    { Effect: 'Allow', Action: [...Action, 'dynamodb:UpdateTable'], Resource: `${TABLE}/billing` },
    {
      Effect: 'Allow',
      Action,
      Resource: [`${TABLE}/billing-CoordinatorState`, `${TABLE}/billing-WorkerMetricStats`],
    },
    { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${TABLE}/billing/index/LeaseOwnerToLeaseKeyIndex` },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'billing' } },
    },
  ]);
});

test('tasks have no public address, and a deployment that fails is rolled back', () => {
  const template = templateOf((stack) => define(stack));
  expect(propertiesOf(template, 'AWS::ECS::Service')).toMatchObject({
    DesiredCount: 2,
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: ['subnet-1', 'subnet-2'] } },
    DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
  });
});

test('the container knows stream, application, table and consumer', () => {
  const template = templateOf((stack) => define(stack, { dedicated: true }));
  const { ContainerDefinitions } = propertiesOf(template, 'AWS::ECS::TaskDefinition') as {
    readonly ContainerDefinitions: readonly Record<string, unknown>[];
  };
  expect(ContainerDefinitions[0]).toMatchObject({
    Environment: [
      { Name: 'STREAM_NAME', Value: '${Stream}' },
      { Name: 'APPLICATION_NAME', Value: 'billing' },
      { Name: 'TABLE_NAME', Value: '${WorkersLeases}' },
      { Name: 'CONSUMER_ARN', Value: '${WorkersStreamConsumer.ConsumerARN}' },
    ],
    ReadonlyRootFilesystem: true,
    StopTimeout: 120,
  });
});

test("the table has the keys that the worker writes, and logs are encrypted with the service's key", () => {
  const template = templateOf((stack) => define(stack));
  const { KeySchema } = propertiesOf(template, 'AWS::DynamoDB::Table') as { readonly KeySchema: unknown };
  expect(KeySchema).toEqual([
    { AttributeName: LEASE_TABLE_KEYS.partitionKey, KeyType: 'HASH' },
    { AttributeName: LEASE_TABLE_KEYS.sortKey, KeyType: 'RANGE' },
  ]);
  expect(propertiesOf(template, 'AWS::Logs::LogGroup')).toMatchObject({ KmsKeyId: '${WorkersLogKey.Arn}' });
});

test('fails when KCL is given a table', () => {
  const define2 = (stack: Stack) =>
    define(stack, {
      library: ConsumerLibrary.KCL,
      leaseTable: dynamodb.Table.fromTableName(stack, 'Given', 'leases'),
    });
  expect(() => templateOf(define2)).toThrow(
    "'leaseTable' must be left out with KCL, got one; KCL makes its tables itself [Stack/Workers]",
  );
});

test.each([
  ['runWorker', {}],
  ['KCL', { library: ConsumerLibrary.KCL, dedicated: true }],
])('%s has no finding that is not acknowledged', (_name, props) => {
  const stack = aStack();
  define(stack, props);
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  expect(
    violations.map((it) => [it.ruleName, it.violatingResources.map(({ constructPath }) => constructPath)]),
  ).toEqual([]);
});

test('reads an imported stream', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
  const template = templateOf(
    (stack) => void define(stack, { stream: kinesis.Stream.fromStreamArn(stack, 'Theirs', arn) }),
  );
  expect(JSON.stringify(statementsOf(template))).toContain(arn);
});

test('the lab refuses it by its types: it runs no containers', () => {
  const { Resources } = templateOf((stack) => define(stack)).toJSON() as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  const unknown = new Set(Object.values(Resources).flatMap(({ Type }) => (resourceTypes.has(Type) ? [] : [Type])));
  expect(unknown).toContain('AWS::ECS::Service');
});
