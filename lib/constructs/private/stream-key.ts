// The customer key of a stream: who may use it, and that they may only through Kinesis and for streams.
import { Names, type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';

/** What the account may do with the key itself. Its use for data is not among it, nor are grants, which would allow that. */
const ADMINISTRATION_ACTIONS = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:Delete*',
  'kms:Describe*',
  'kms:Disable*',
  'kms:Enable*',
  'kms:Get*',
  'kms:List*',
  'kms:Put*',
  'kms:Revoke*',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:Update*',
];

/** Creates the key of a stream, with rotation; nobody can use it for data but the stream's actors. */
export function createStreamKey(stream: kinesis.Stream, removalPolicy: RemovalPolicy): kms.Key {
  return new kms.Key(stream, 'Key', {
    description: `Records of stream ${stream.node.path}`,
    enableKeyRotation: true,
    removalPolicy,
    policy: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          sid: 'Administration',
          principals: [new iam.AccountRootPrincipal()],
          actions: ADMINISTRATION_ACTIONS,
          resources: ['*'],
        }),
      ],
    }),
  });
}

/**
 * Lets the actors of a stream use its key: producers to encrypt, readers to decrypt.
 *
 * The principal is the account, so that the roles' own policies, which name key and stream exactly, decide who is a
 * producer and who a reader. Naming roles or the stream's ARN here would make the key depend on what depends on it,
 * so the encryption context has the exact ARN only where the stream's name is given.
 */
export function allowStreamActors(key: kms.IKey, stream: kinesis.Stream, streamName: string | undefined): void {
  const { account, region } = stream.env;
  const exact = streamName !== undefined && !Token.isUnresolved(streamName);
  const streamArn = Stack.of(stream).formatArn({
    service: 'kinesis',
    resource: 'stream',
    resourceName: exact ? streamName : '*',
  });
  const allow = (actors: string, action: string) =>
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `${actors}Of${Names.uniqueId(stream)}`,
        principals: [new iam.AccountRootPrincipal()],
        actions: [action],
        resources: ['*'],
        conditions: {
          StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `kinesis.${region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:aws:kinesis:arn': streamArn },
        },
      }),
      true,
    );
  allow('Producers', 'kms:GenerateDataKey');
  allow('Readers', 'kms:Decrypt');
}
