// Resources that make no difference on one machine, each with the reason and the properties that are known.
import { each, inert } from '../property-rules.js';
import { labArn, type ResourceType } from '../resource-type.js';

type Names = Pick<ResourceType, 'nameProperty' | 'ref' | 'arn' | 'attributes'>;

function inertType(type: string, reason: string, properties: readonly string[], names: Names = {}): ResourceType {
  return { type, inert: reason, rules: each(inert(reason), ...properties), ...names };
}

const noLogs = 'what a function writes goes to one file per function';
const noDeletion = 'it acts when the stack is deleted';

export const inertTypes: readonly ResourceType[] = [
  inertType(
    'AWS::Logs::LogGroup',
    noLogs,
    ['DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
    { nameProperty: 'LogGroupName', arn: ({ name }) => labArn('logs', `log-group:${name}:*`) },
  ),
  inertType('AWS::Logs::LogStream', noLogs, ['LogGroupName', 'LogStreamName'], { nameProperty: 'LogStreamName' }),
  inertType('AWS::Logs::ResourcePolicy', noLogs, ['PolicyDocument', 'PolicyName']),
  inertType('AWS::CloudWatch::Dashboard', 'the lab has a view of its own', ['DashboardBody', 'DashboardName', 'Tags'], {
    nameProperty: 'DashboardName',
  }),
  inertType('AWS::CDK::Metadata', 'it reports the use of constructs', ['Analytics']),
  inertType('Custom::S3AutoDeleteObjects', noDeletion, ['BucketName', 'ServiceToken']),
];
