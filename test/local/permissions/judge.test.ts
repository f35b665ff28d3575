// IAM's own rules of evaluation, a call at a time.
import { expect, test } from '@jest/globals';
import { judge } from '../../../local/permissions/judge.js';
import { aDeny, anAllow, aPolicies, KEY_ARN, ROLE_ARN, reader, STREAM_ARN } from '../../support/an-access.js';

const BUCKET = 'arn:aws:s3:::b';
const events = {
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/r',
} as const;

const call = (action: string, resource: string, context = {}) => ({ caller: reader, action, resource, context });

test.each([
  ['without an allow nothing is allowed', [], call('kinesis:GetRecords', STREAM_ARN), false],
  [
    'an allow of the action on the resource',
    [anAllow('kinesis:GetRecords', { Resource: STREAM_ARN })],
    call('kinesis:GetRecords', STREAM_ARN),
    true,
  ],
  ['an allow of another action', [anAllow('kinesis:PutRecord')], call('kinesis:GetRecords', STREAM_ARN), false],
  [
    'an allow on another resource',
    [anAllow('kinesis:*', { Resource: `${STREAM_ARN}2` })],
    call('kinesis:GetRecords', STREAM_ARN),
    false,
  ],
  ['a bucket is not its objects', [anAllow('s3:*', { Resource: BUCKET })], call('s3:PutObject', `${BUCKET}/a`), false],
  [
    'wildcards in action and resource',
    [anAllow('s3:Put*', { Resource: `${BUCKET}/aws/*` })],
    call('s3:PutObject', `${BUCKET}/aws/lambda/x`),
    true,
  ],
  [
    'a wildcard ends where its prefix does',
    [anAllow('s3:Put*', { Resource: `${BUCKET}/aws/*` })],
    call('s3:PutObject', `${BUCKET}/records/x`),
    false,
  ],
  ['a deny wins over an allow', [anAllow('s3:*'), aDeny('s3:PutObject')], call('s3:PutObject', `${BUCKET}/a`), false],
  [
    'a deny of something else does not',
    [anAllow('s3:*'), aDeny('s3:GetObject')],
    call('s3:PutObject', `${BUCKET}/a`),
    true,
  ],
  [
    'NotAction allows the others',
    [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }],
    call('s3:PutObject', `${BUCKET}/a`),
    true,
  ],
  [
    'NotAction does not allow its own',
    [{ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }],
    call('s3:PutObject', `${BUCKET}/a`),
    false,
  ],
  [
    'NotResource denies the others',
    [anAllow('s3:*'), { Effect: 'Deny', Action: 's3:*', NotResource: `${BUCKET}/a` }],
    call('s3:PutObject', `${BUCKET}/b`),
    false,
  ],
  [
    'a condition that does not hold',
    [anAllow('s3:*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    call('s3:GetObject', `${BUCKET}/a`, { 'aws:securetransport': 'true' }),
    false,
  ],
  [
    'all conditions must hold',
    [
      anAllow('s3:*', {
        Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceAccount': '1' } },
      }),
    ],
    call('s3:GetObject', `${BUCKET}/a`, { 'aws:securetransport': 'true' }),
    false,
  ],
])('%s', (_rule, statements, request, allowed) => {
  expect(judge(aPolicies(statements), request).allowed).toBe(allowed);
});

test('a refusal says which kind of policy is at fault', () => {
  const { reason } = judge(aPolicies([]), call('s3:GetObject', `${BUCKET}/a`));
  expect(reason).toBe('because no identity-based policy allows the s3:GetObject action');
  const denied = judge(aPolicies([anAllow('*'), aDeny('*')]), call('s3:GetObject', `${BUCKET}/a`));
  expect(denied.reason).toBe('with an explicit deny in an identity-based policy');
});

const bucketPolicy = (...statements: object[]) => ({
  resourcePolicies: [{ path: 'Bucket/Policy', resourceArn: BUCKET, document: { Statement: statements } }],
});

test("a resource's policy may let in a role, or keep it out", () => {
  const request = call('s3:GetObject', `${BUCKET}/a`, { 'aws:securetransport': 'true', 's3:tlsversion': '1.3' });
  const named = anAllow('s3:GetObject', { Principal: { AWS: ROLE_ARN } });
  const toAccount = anAllow('s3:GetObject', { Principal: { AWS: 'arn:aws:iam::000000000000:root' } });
  expect(judge(aPolicies([], bucketPolicy(named)), request).allowed).toBe(true);
  expect(judge(aPolicies([], bucketPolicy(toAccount)), request).allowed).toBe(false);
  const tlsOnly = aDeny('s3:*', { Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  expect(judge(aPolicies([anAllow('s3:*')], bucketPolicy(tlsOnly)), request).allowed).toBe(true);
  const never = aDeny('s3:*', { Principal: '*' });
  expect(judge(aPolicies([anAllow('s3:*')], bucketPolicy(never)), request).allowed).toBe(false);
});

test('a service is let in by the resource alone', () => {
  const resourceArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const request = {
    caller: events,
    action: 'lambda:InvokeFunction',
    resource: resourceArn,
    context: { 'aws:sourcearn': events.sourceArn },
  };
  const letting = (rule: string) => ({
    resourcePolicies: [
      {
        path: 'Permission',
        resourceArn,
        document: {
          Statement: anAllow('lambda:InvokeFunction', {
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnLike: { 'aws:SourceArn': rule } },
          }),
        },
      },
    ],
  });
  expect(judge(aPolicies([anAllow('lambda:*')]), request).allowed).toBe(false);
  expect(judge(aPolicies([], letting(events.sourceArn)), request).allowed).toBe(true);
  expect(judge(aPolicies([], letting('arn:aws:events:us-east-1:000000000000:rule/other')), request).allowed).toBe(
    false,
  );
});

test('a key asks its own policy, and the role where that names the account', () => {
  const key = (...statements: object[]) => ({
    keys: [{ path: 'Key', arn: KEY_ARN, document: { Statement: statements } }],
  });
  const viaKinesis = { StringEquals: { 'kms:ViaService': 'kinesis.us-east-1.amazonaws.com' } };
  const account = { AWS: 'arn:aws:iam::000000000000:root' };
  const ofRole = anAllow('kms:Decrypt', { Resource: KEY_ARN });
  const request = call('kms:Decrypt', KEY_ARN, { 'kms:viaservice': 'kinesis.us-east-1.amazonaws.com' });
  const decide = (statements: object[], policy: object) => judge(aPolicies(statements, key(policy)), request).allowed;
  expect(decide([ofRole], anAllow('kms:Decrypt', { Principal: account, Condition: viaKinesis }))).toBe(true);
  expect(decide([], anAllow('kms:Decrypt', { Principal: account }))).toBe(false);
  expect(decide([ofRole], anAllow('kms:Encrypt', { Principal: account }))).toBe(false);
  expect(decide([], anAllow('kms:Decrypt', { Principal: { AWS: ROLE_ARN } }))).toBe(true);
  const viaS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
  expect(decide([ofRole], anAllow('kms:Decrypt', { Principal: account, Condition: viaS3 }))).toBe(false);
});

test.each([
  ["the effect 'deny'", { Effect: 'deny' }],
  ["the effect 'undefined'", { Effect: undefined }],
  ['no action', { Action: undefined }],
  ['no resource', { Resource: undefined }],
  ["the principal 'anyone'", { Principal: 'anyone' }],
  ["the principal 'Everyone'", { Principal: { Everyone: '*' } }],
  ["the member 'NotPrincipal'", { NotPrincipal: { AWS: '*' } }],
])('fails when a statement has %s', (what, change) => {
  const statement = { ...aDeny('s3:*'), ...change };
  expect(() => aPolicies([statement])).toThrow(`has ${what}, which is not known to the lab`);
});

test('every principal is every service too, in either way of writing', () => {
  const resourceArn = 'arn:aws:sqs:us-east-1:000000000000:q';
  const request = { caller: events, action: 'sqs:SendMessage', resource: resourceArn, context: {} };
  const allow = anAllow('sqs:SendMessage', { Principal: { Service: 'events.amazonaws.com' } });
  for (const Principal of ['*', { AWS: '*' }]) {
    const document = { Statement: [allow, aDeny('sqs:*', { Principal })] };
    const policies = aPolicies([], { resourcePolicies: [{ path: 'Queue/Policy', resourceArn, document }] });
    expect(judge(policies, request).reason).toBe('with an explicit deny in a resource-based policy');
  }
});
