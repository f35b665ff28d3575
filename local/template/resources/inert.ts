// Resources that make no difference on one machine, each with the reason and the properties that are known.
import { each, inert } from '../property-rules.js';
import { labArn, type ResourceType } from '../resource-type.js';

type Names = Pick<ResourceType, 'nameProperty' | 'ref' | 'arn' | 'attributes'>;

function inertType(type: string, reason: string, properties: readonly string[], names: Names = {}): ResourceType {
  return { type, inert: reason, rules: each(inert(reason), ...properties), ...names };
}

const permissions = 'the lab does not evaluate permissions';
const noLogs = 'what a function writes goes to one file per function';
const plain = 'the lab encrypts nothing';
const noDeletion = 'it acts when the stack is deleted';

const roleArn = 'arn:aws:iam::000000000000:role/';

export const inertTypes: readonly ResourceType[] = [
  inertType(
    'AWS::IAM::Role',
    permissions,
    [
      ...['AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path'],
      ...['PermissionsBoundary', 'Policies', 'RoleName', 'Tags'],
    ],
    { nameProperty: 'RoleName', arn: ({ name }) => `${roleArn}${name}`, attributes: { RoleId: ({ name }) => name } },
  ),
  inertType('AWS::IAM::Policy', permissions, ['Groups', 'PolicyDocument', 'PolicyName', 'Roles', 'Users']),
  inertType(
    'AWS::IAM::ManagedPolicy',
    permissions,
    ['Description', 'Groups', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Users'],
    { ref: ({ name }) => `arn:aws:iam::000000000000:policy/${name}` },
  ),
  inertType(
    'AWS::KMS::Key',
    plain,
    [
      ...['Description', 'Enabled', 'EnableKeyRotation', 'KeyPolicy', 'KeySpec', 'KeyUsage', 'MultiRegion'],
      ...['PendingWindowInDays', 'RotationPeriodInDays', 'Tags'],
    ],
    { arn: ({ name }) => labArn('kms', `key/${name}`), attributes: { KeyId: ({ name }) => name } },
  ),
  inertType('AWS::KMS::Alias', plain, ['AliasName', 'TargetKeyId'], { nameProperty: 'AliasName' }),
  inertType(
    'AWS::Logs::LogGroup',
    noLogs,
    ['DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
    { nameProperty: 'LogGroupName', arn: ({ name }) => labArn('logs', `log-group:${name}:*`) },
  ),
  inertType('AWS::Logs::LogStream', noLogs, ['LogGroupName', 'LogStreamName'], { nameProperty: 'LogStreamName' }),
  inertType('AWS::Logs::ResourcePolicy', permissions, ['PolicyDocument', 'PolicyName']),
  inertType('AWS::Kinesis::ResourcePolicy', permissions, ['ResourceArn', 'ResourcePolicy']),
  inertType('AWS::S3::BucketPolicy', permissions, ['Bucket', 'PolicyDocument']),
  inertType('AWS::SQS::QueuePolicy', permissions, ['PolicyDocument', 'Queues']),
  inertType('AWS::SNS::TopicPolicy', permissions, ['PolicyDocument', 'Topics']),
  inertType('AWS::CloudWatch::Dashboard', 'the lab has a view of its own', ['DashboardBody', 'DashboardName', 'Tags'], {
    nameProperty: 'DashboardName',
  }),
  inertType('AWS::CDK::Metadata', 'it reports the use of constructs', ['Analytics']),
  inertType('Custom::S3AutoDeleteObjects', noDeletion, ['BucketName', 'ServiceToken']),
];
