// Who a call is from, what it asks for, and what the guard says to it.
import { expect, test } from '@jest/globals';
import { EngineLife } from '../../../local/faults/engine-life.js';
import { dynamodbClaims } from '../../../local/permissions/calls/dynamodb.js';
import { kinesisClaims } from '../../../local/permissions/calls/kinesis.js';
import { cloudwatchClaims, snsClaims, sqsClaims } from '../../../local/permissions/calls/messages-and-metrics.js';
import { s3Claims } from '../../../local/permissions/calls/s3.js';
import { PermissionGuard } from '../../../local/permissions/guard.js';
import type { AccessModel } from '../../../local/template/access-model.js';
import { anAccess, anAllow, aPolicies, FUNCTION_ARN, KEY_ARN, reader, STREAM_ARN } from '../../support/an-access.js';
import { ManualClock } from '../../support/manual-clock.js';

const lab = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const iterator = Buffer.from('lab1|orders|1|shardId-000000000000|0|1').toString('base64');

test.each([
  [kinesisClaims, 'PutRecords', { StreamName: 'orders' }, ['kinesis:PutRecords', STREAM_ARN]],
  [kinesisClaims, 'GetRecords', { ShardIterator: iterator }, ['kinesis:GetRecords', STREAM_ARN]],
  [
    kinesisClaims,
    'GetRecords',
    { ShardIterator: iterator, StreamARN: `${STREAM_ARN}2` },
    ['kinesis:GetRecords', STREAM_ARN],
  ],
  [
    kinesisClaims,
    'SubscribeToShard',
    { ConsumerARN: `${STREAM_ARN}/consumer/c:17` },
    ['kinesis:SubscribeToShard', `${STREAM_ARN}/consumer/c:0`],
  ],
  [kinesisClaims, 'ListStreams', {}, ['kinesis:ListStreams', '*']],
  [dynamodbClaims, 'Query', { TableName: 't', IndexName: 'i' }, ['dynamodb:Query', lab('dynamodb', 'table/t/index/i')]],
  [
    dynamodbClaims,
    'BatchWriteItem',
    { RequestItems: { t: [] } },
    ['dynamodb:BatchWriteItem', lab('dynamodb', 'table/t')],
  ],
  [
    dynamodbClaims,
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 't' } }] },
    ['dynamodb:PutItem', lab('dynamodb', 'table/t')],
  ],
  [s3Claims, 'HeadObject', { bucket: 'b', key: 'a/c' }, ['s3:GetObject', 'arn:aws:s3:::b/a/c']],
  [s3Claims, 'ListObjectsV2', { bucket: 'b', key: '' }, ['s3:ListBucket', 'arn:aws:s3:::b']],
  [snsClaims, 'PublishBatch', { TopicArn: lab('sns', 't') }, ['sns:Publish', lab('sns', 't')]],
  [sqsClaims, 'SendMessage', { QueueUrl: 'https://sqs/000000000000/q' }, ['sqs:SendMessage', lab('sqs', 'q')]],
  [cloudwatchClaims, 'GetMetricData', {}, ['cloudwatch:GetMetricData', '*']],
])('%o asks by %s of %j for an action on a resource', (claims, operation, input, [action, resource]) => {
  expect(claims(operation, input)).toEqual([expect.objectContaining({ action, resource })]);
});

test('a transaction asks for an action on each table that it names', () => {
  const TransactItems = ['Put', 'Update', 'Delete', 'ConditionCheck'].map((part, i) => ({
    [part]: { TableName: `t${i}` },
  }));
  const asked = dynamodbClaims('TransactWriteItems', { TransactItems });
  expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
    ['dynamodb:PutItem', lab('dynamodb', 'table/t0')],
    ['dynamodb:UpdateItem', lab('dynamodb', 'table/t1')],
    ['dynamodb:DeleteItem', lab('dynamodb', 'table/t2')],
    ['dynamodb:ConditionCheckItem', lab('dynamodb', 'table/t3')],
  ]);
});

const put = (guard: PermissionGuard) =>
  guard.demandOperation(reader, 'kinesis', 'PutRecords', { StreamName: 'orders' });

function authorize(guard: PermissionGuard, accessKeyId: string) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host`;
  guard.authorize('kinesis')({ headers: { authorization }, operation: 'PutRecords', input: { StreamName: 'orders' } });
}

test("a function is known by its key; everyone else is the account's administrator", () => {
  const guard = new PermissionGuard(anAccess([]), { enforced: true });
  const { AWS_ACCESS_KEY_ID: own = '' } = guard.credentials(FUNCTION_ARN);
  expect(own).toMatch(/^ASIA[0-9A-Z]{16}$/);
  expect(() => authorize(guard, own)).toThrow(
    `User: arn:aws:sts::000000000000:assumed-role/reader/reader is not authorized to perform: kinesis:PutRecords on resource: ${STREAM_ARN} because no identity-based policy allows the kinesis:PutRecords action`,
  );
  authorize(guard, 'lab');
  expect(guard.ledger.entries.map(({ count }) => count)).toEqual([1]);
});

test('not enforced, a role without any policy may do everything', () => {
  const guard = new PermissionGuard(anAccess([]), { enforced: false });
  put(guard);
  expect(guard.report()).toEqual({ calls: 0, refused: [], unused: [], idle: [], notExercised: [] });
});

const encrypted: Partial<AccessModel> = {
  encrypted: [{ resourceArn: STREAM_ARN, keyId: 'alias/stream' }],
  aliases: [{ name: 'alias/stream', keyId: KEY_ARN }],
  keys: [
    {
      path: 'Key',
      arn: KEY_ARN,
      document: { Statement: [anAllow('kms:*', { Principal: { AWS: 'arn:aws:iam::000000000000:root' } })] },
    },
  ],
};

const onKey = (context: object) => [
  anAllow('kinesis:PutRecords'),
  anAllow('kms:GenerateDataKey', { Resource: KEY_ARN, Condition: { StringEquals: context } }),
];

test.each([
  [
    'through the service, for the stream',
    { 'kms:ViaService': 'kinesis.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:kinesis:arn': STREAM_ARN },
    true,
  ],
  ['through another service', { 'kms:ViaService': 's3.us-east-1.amazonaws.com' }, false],
  ['for another stream', { 'kms:EncryptionContext:aws:kinesis:arn': `${STREAM_ARN}2` }, false],
])('a stream under a customer key takes records from who may use the key %s', (_rule, context, allowed) => {
  const guard = new PermissionGuard(anAccess(onKey(context), encrypted), { enforced: true });
  if (allowed) put(guard);
  else expect(() => put(guard)).toThrow(expect.objectContaining({ code: 'KMSAccessDeniedException' }));
});

test('an AWS managed key lets in the roles of the account, and no service', () => {
  const topicArn = lab('sns', 'alarms');
  const guard = new PermissionGuard(
    anAccess([anAllow('sns:Publish')], { encrypted: [{ resourceArn: topicArn, keyId: 'alias/aws/sns' }] }),
    { enforced: true },
  );
  const claims = [{ action: 'sns:Publish', resource: topicArn }];
  guard.demand(reader, 'sns', claims);
  const cloudwatch = {
    kind: 'service',
    service: 'cloudwatch.amazonaws.com',
    sourceArn: lab('cloudwatch', 'alarm:a'),
  } as const;
  expect(() => guard.demand(cloudwatch, 'sns', claims)).toThrow('AWS managed key');
});

test('the report names what was refused, what no call needed, and what the lab does not run', () => {
  const statements = [anAllow('kinesis:PutRecords'), anAllow('s3:GetObject'), anAllow('xray:PutTraceSegments')];
  const guard = new PermissionGuard(anAccess(statements), { enforced: true });
  put(guard);
  expect(() => guard.demandOperation(reader, 'kinesis', 'GetRecords', { StreamName: 'orders' })).toThrow();
  const { refused, unused, notExercised } = guard.report();
  expect(refused).toMatchObject([{ owner: 'Reader/Role', action: 'kinesis:GetRecords', count: 1 }]);
  expect(unused.map(({ text }) => text)).toEqual([expect.stringMatching('sts:AssumeRole'), 's3:GetObject on *']);
  expect(notExercised).toMatchObject([{ owner: 'Reader/Role', reason: 'the lab keeps no traces' }]);
});

test.each([
  [
    'a condition operator',
    anAllow('s3:*', { Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4' } } }),
    "the condition operator 'IpAddress'",
  ],
  [
    'a condition key',
    anAllow('s3:*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } }),
    "the condition key 'aws:PrincipalOrgID'",
  ],
  ['a policy variable', anAllow('s3:*', { Resource: `arn:aws:s3:::b/$\{aws:username}` }), 'a policy variable'],
  ['a member', anAllow('s3:*', { NotPrincipal: '*' }), "the member 'NotPrincipal'"],
])('fails when a statement has %s that the lab does not know', (_what, statement, text) => {
  expect(() => aPolicies([statement])).toThrow(`statement 'Reader/Policy#1' has ${text}`);
});

test('what the lab does not know of a service that it does not run makes no difference', () => {
  aPolicies([anAllow('ec2:*', { Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.4' } } })]);
});

test('fails when a role has a policy of AWS that the lab does not know, or a boundary', () => {
  const access = anAccess([]);
  const [role] = access.roles;
  const withRole = (more: object) => ({ roles: [{ ...role!, ...more }] });
  const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
  expect(() => aPolicies([], withRole({ managedPolicyArns: [admin] }))).toThrow(`has the policy '${admin}'`);
  expect(() => aPolicies([], withRole({ boundaryArn: 'arn:b' }))).toThrow('permissions boundary');
});

test('an iterator is of its stream also with the mark of chaos on it', () => {
  const life = new EngineLife(new ManualClock(), async () => undefined);
  expect(kinesisClaims('GetRecords', { ShardIterator: life.mark(iterator) })).toEqual([
    { action: 'kinesis:GetRecords', resource: STREAM_ARN },
  ]);
});
