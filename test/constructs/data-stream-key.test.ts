// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DataStream } from '../../lib/index.js';
import { aStack, aStackBeside, propertiesOf, statementsOf, templateOf } from '../support/a-stack.js';

const { KMS } = kinesis.StreamEncryption;
const ACCOUNT = { AWS: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' };
const VIA_KINESIS = 'kinesis.${AWS::Region}.amazonaws.com';

function keyPolicyOf(define: (stack: Stack) => void): { readonly [field: string]: unknown }[] {
  const { KeyPolicy } = propertiesOf(templateOf(define), 'AWS::KMS::Key') as {
    readonly KeyPolicy: { readonly Statement: { readonly [field: string]: unknown }[] };
  };
  return KeyPolicy.Statement;
}

function actorStatement(actors: string, action: string, streamArn: string) {
  return {
    Sid: `${actors}OfStackStreamDF9FA5DD`,
    Effect: 'Allow',
    Principal: ACCOUNT,
    Action: action,
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:CallerAccount': '${AWS::AccountId}', 'kms:ViaService': VIA_KINESIS },
      StringLike: { 'kms:EncryptionContext:aws:kinesis:arn': streamArn },
    },
  };
}

test('a created key rotates and encrypts the stream', () => {
  const template = templateOf((stack) => new DataStream(stack, 'Stream', { encryption: KMS }));
  expect(propertiesOf(template, 'AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true });
  expect(propertiesOf(template, 'AWS::Kinesis::Stream').StreamEncryption).toEqual({
    EncryptionType: 'KMS',
    KeyId: '${StreamKey.Arn}',
  });
});

test('the key policy lets producers encrypt and readers decrypt, through Kinesis only', () => {
  const [, ...actors] = keyPolicyOf((stack) => new DataStream(stack, 'Stream', { encryption: KMS }));
  const anyStream = 'arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/*';
  expect(actors).toEqual([
    actorStatement('Producers', 'kms:GenerateDataKey', anyStream),
    actorStatement('Readers', 'kms:Decrypt', anyStream),
  ]);
});

test('a given name pins the key policy to this one stream', () => {
  const [, ...actors] = keyPolicyOf(
    (stack) => new DataStream(stack, 'Stream', { encryption: KMS, streamName: 'clicks' }),
  );
  const thisStream = 'arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/clicks';
  expect(actors).toEqual([
    actorStatement('Producers', 'kms:GenerateDataKey', thisStream),
    actorStatement('Readers', 'kms:Decrypt', thisStream),
  ]);
});

test('the account administers a created key, but neither uses it for data nor grants that', () => {
  const [administration] = keyPolicyOf((stack) => new DataStream(stack, 'Stream', { encryption: KMS }));
  expect(administration).toMatchObject({ Sid: 'Administration', Principal: ACCOUNT });
  const actions = administration!.Action as string[];
  expect(actions).toContain('kms:Put*');
  for (const forbidden of [
    'kms:Decrypt',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:ReEncryptFrom',
    'kms:CreateGrant',
  ]) {
    expect(actions.filter((action) => new RegExp(`^${action.replace('*', '.*')}$`).test(forbidden))).toEqual([]);
  }
});

test('a given key keeps its policy and gets the actors of each of its streams', () => {
  const statements = keyPolicyOf((stack) => {
    const encryptionKey = new kms.Key(stack, 'Key');
    new DataStream(stack, 'Clicks', { encryptionKey });
    new DataStream(stack, 'Orders', { encryptionKey, encryption: KMS });
  });
  expect(statements.map(({ Sid, Action }) => [Sid, Action])).toEqual([
    [undefined, 'kms:*'],
    [expect.stringMatching('^ProducersOfStackClicks'), 'kms:GenerateDataKey'],
    [expect.stringMatching('^ReadersOfStackClicks'), 'kms:Decrypt'],
    [expect.stringMatching('^ProducersOfStackOrders'), 'kms:GenerateDataKey'],
    [expect.stringMatching('^ReadersOfStackOrders'), 'kms:Decrypt'],
  ]);
});

test('takes an imported key', () => {
  const template = templateOf((stack) => {
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/abc');
    new DataStream(stack, 'Stream', { encryptionKey });
  });
  expect(propertiesOf(template, 'AWS::Kinesis::Stream').StreamEncryption).toEqual({
    EncryptionType: 'KMS',
    KeyId: 'arn:aws:kms:eu-west-1:123456789012:key/abc',
  });
});

test('a producer may put, and nothing else', () => {
  const template = templateOf((stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    new DataStream(stack, 'Stream').grantProduce(role);
  });
  expect(statementsOf(template)).toEqual([
    {
      Effect: 'Allow',
      Action: ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
      Resource: '${Stream.Arn}',
    },
  ]);
});

test('a producer of a stream with a customer key may also encrypt, for this stream only', () => {
  const template = templateOf((stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    new DataStream(stack, 'Stream', { encryption: KMS }).grantProduce(role);
  });
  expect(statementsOf(template)).toEqual([
    {
      Effect: 'Allow',
      Action: ['kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
      Resource: '${Stream.Arn}',
    },
    onKey('kms:GenerateDataKey'),
  ]);
});

test('a reader may poll and decrypt, and not subscribe', () => {
  const template = templateOf((stack) => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    new DataStream(stack, 'Stream', { encryption: KMS }).grantConsume(role);
  });
  expect(statementsOf(template)).toEqual([
    {
      Effect: 'Allow',
      Action: [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      Resource: '${Stream.Arn}',
    },
    onKey('kms:Decrypt'),
  ]);
});

test('a reader in another stack makes no circle between the stacks', () => {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream', { encryption: KMS });
  const template = templateOf((other) => {
    const role = new iam.Role(other, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    stream.grantConsume(role);
  }, aStackBeside(stack));
  expect(JSON.stringify(statementsOf(template))).toContain('kms:Decrypt');
});

function onKey(action: string) {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: '${StreamKey.Arn}',
    Condition: {
      StringEquals: { 'kms:ViaService': VIA_KINESIS, 'kms:EncryptionContext:aws:kinesis:arn': '${Stream.Arn}' },
    },
  };
}
