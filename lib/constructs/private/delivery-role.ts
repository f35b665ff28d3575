// The role of a delivery: exactly what Firehose does with the source, the bucket, the transform and the log.
import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.js';

export interface DeliveryAccess {
  readonly stream: kinesis.IStream;
  readonly bucket: s3.IBucket;
  /** Key prefixes with their expressions. */
  readonly prefixes: readonly string[];
  readonly transform: lambda.IFunction | undefined;
  readonly logGroup: logs.ILogGroup;
  readonly logStreamName: string;
}

/** Defines the role and grants it everything in `access`, nothing else. */
export function deliveryRole(scope: Construct, id: string, access: DeliveryAccess): iam.Role {
  const role = new iam.Role(scope, id, {
    description: 'Reads the stream and writes the bucket for Amazon Data Firehose',
    assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': Stack.of(scope).formatArn({
            service: 'firehose',
            resource: 'deliverystream',
            resourceName: '*',
          }),
        },
      },
    }),
  });
  grantSource(role, access.stream);
  grantBucket(role, access);
  if (access.transform) {
    const arn = access.transform.functionArn;
    allow(role, ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], [arn, `${arn}:$LATEST`]);
  }
  allow(role, ['logs:PutLogEvents'], [`${logGroupArn(access)}:log-stream:${access.logStreamName}`]);
  return role;
}

function grantSource(role: iam.Role, stream: kinesis.IStream): void {
  allow(
    role,
    ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
    [stream.streamArn],
  );
  if (stream.encryptionKey) {
    allowKey(role, stream.encryptionKey, ['kms:Decrypt'], {
      'kms:ViaService': `kinesis.${stream.env.region}.amazonaws.com`,
      'kms:EncryptionContext:aws:kinesis:arn': stream.streamArn,
    });
  }
}

function grantBucket(role: iam.Role, { bucket, prefixes }: DeliveryAccess): void {
  const objects = [...new Set(prefixes.map((prefix) => bucket.arnForObjects(`${literalPrefix(prefix)}*`)))];
  allow(role, ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], objects);
  allow(role, ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [bucket.bucketArn]);
  for (const resource of objects) {
    acknowledgeWildcard(role, resource, 'Firehose names the objects below the prefix, nobody else can.');
  }
  if (bucket.encryptionKey) {
    allowKey(role, bucket.encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey'], {
      'kms:ViaService': `s3.${bucket.env.region}.amazonaws.com`,
    });
  }
}

/** What of a prefix stands before its first expression: that much of the key is known to IAM. */
function literalPrefix(prefix: string): string {
  return prefix.split('!{', 1)[0]!;
}

function logGroupArn({ logGroup }: DeliveryAccess): string {
  return Stack.of(logGroup).formatArn({
    service: 'logs',
    resource: `log-group:${logGroup.logGroupName}`,
  });
}

function allow(role: iam.Role, actions: string[], resources: string[]): void {
  role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
}

function allowKey(role: iam.Role, key: kms.IKey, actions: string[], equals: Record<string, string>): void {
  role.addToPolicy(new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions: { StringEquals: equals } }));
}
