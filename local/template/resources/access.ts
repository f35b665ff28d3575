// Roles, policies and keys: what the lab's permissions are decided by.
import { LAB_ACCOUNT_ID } from '../identity.js';
import { each, inert, only, run } from '../property-rules.js';
import { listOf, objectOf, textOf, textsOf } from '../property-values.js';
import { labArn, type ResolvedResource, type ResourceType } from '../resource-type.js';

const iamArn = (resource: string) => `arn:aws:iam::${LAB_ACCOUNT_ID}:${resource}`;
const text = inert('a text for people');
const noUsers = inert('functions and deliveries have roles; the lab has no users and groups');

const role: ResourceType = {
  type: 'AWS::IAM::Role',
  nameProperty: 'RoleName',
  arn: ({ name }) => iamArn(`role/${name}`),
  attributes: { RoleId: ({ name }) => name },
  rules: {
    ...each(run, 'AssumeRolePolicyDocument', 'ManagedPolicyArns', 'PermissionsBoundary', 'Policies', 'RoleName'),
    ...each(text, 'Description', 'Path', 'Tags'),
    MaxSessionDuration: inert('sessions do not end in the lab'),
  },
  add: (draft, { path, name, arn, properties }) =>
    draft.access.roles.push({
      ...{ path, name, arn },
      trust: properties.AssumeRolePolicyDocument,
      inline: listOf(properties.Policies)
        .map(objectOf)
        .map((policy) => ({ path: `${path}/${policy.PolicyName}`, document: policy.PolicyDocument })),
      managedPolicyArns: textsOf(properties.ManagedPolicyArns),
      boundaryArn: textOf(properties.PermissionsBoundary),
    }),
};

function addRolePolicy(arn: (resource: ResolvedResource) => string | undefined): ResourceType['add'] {
  return (draft, resource) => {
    const { path, properties } = resource;
    const roleNames = textsOf(properties.Roles);
    draft.access.rolePolicies.push({ path, document: properties.PolicyDocument, roleNames, arn: arn(resource) });
  };
}

const policy: ResourceType = {
  type: 'AWS::IAM::Policy',
  rules: { ...each(run, 'PolicyDocument', 'Roles'), PolicyName: text, ...each(noUsers, 'Groups', 'Users') },
  add: addRolePolicy(() => undefined),
};

const managedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  nameProperty: 'ManagedPolicyName',
  ref: ({ name }) => iamArn(`policy/${name}`),
  rules: {
    ...each(run, 'ManagedPolicyName', 'PolicyDocument', 'Roles'),
    ...each(text, 'Description', 'Path'),
    ...each(noUsers, 'Groups', 'Users'),
  },
  add: addRolePolicy(({ name }) => iamArn(`policy/${name}`)),
};

const key: ResourceType = {
  type: 'AWS::KMS::Key',
  arn: ({ name }) => labArn('kms', `key/${name}`),
  attributes: { KeyId: ({ name }) => name },
  rules: {
    KeyPolicy: run,
    ...each(text, 'Description', 'Tags'),
    ...each(inert('a run is shorter than a rotation'), 'EnableKeyRotation', 'RotationPeriodInDays'),
    ...each(inert('keys end with the lab'), 'PendingWindowInDays'),
    ...each(inert('the lab encrypts nothing, it decides who may'), 'KeySpec', 'KeyUsage', 'MultiRegion'),
    Enabled: only(true, 'true'),
  },
  add: (draft, { path, arn, properties }) => draft.access.keys.push({ path, arn, document: properties.KeyPolicy }),
};

const alias: ResourceType = {
  type: 'AWS::KMS::Alias',
  nameProperty: 'AliasName',
  rules: each(run, 'AliasName', 'TargetKeyId'),
  add: (draft, { name, properties }) => draft.access.aliases.push({ name, keyId: String(properties.TargetKeyId) }),
};

/** A policy that belongs to the resources which `holders` gives. */
function resourcePolicy(
  type: string,
  property: string,
  holders: (value: unknown) => readonly string[],
  document = 'PolicyDocument',
): ResourceType {
  return {
    type,
    rules: each(run, property, document),
    add: (draft, { path, properties }) => {
      for (const resourceArn of holders(properties[property])) {
        draft.access.resourcePolicies.push({ path, resourceArn, document: properties[document] });
      }
    },
  };
}

/** ARN of the queue that an URL leads to. */
const queueArn = (url: string) => labArn('sqs', url.slice(url.lastIndexOf('/') + 1));

const permission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  rules: each(run, 'Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'),
  add: (draft, { path, properties }) => {
    const { Action, Principal, SourceAccount, SourceArn } = properties;
    const name = String(properties.FunctionName);
    const resourceArn = name.startsWith('arn:') ? name : labArn('lambda', `function:${name}`);
    const service = String(Principal).endsWith('.amazonaws.com');
    const statement = {
      Effect: 'Allow',
      Action,
      Resource: resourceArn,
      Principal: service ? { Service: Principal } : { AWS: Principal },
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      },
    };
    draft.access.resourcePolicies.push({ path, resourceArn, document: { Statement: [statement] } });
  },
};

export const accessTypes: readonly ResourceType[] = [
  role,
  policy,
  managedPolicy,
  key,
  alias,
  permission,
  resourcePolicy('AWS::S3::BucketPolicy', 'Bucket', (name) => [`arn:aws:s3:::${name}`]),
  resourcePolicy('AWS::SQS::QueuePolicy', 'Queues', (urls) => textsOf(urls).map(queueArn)),
  resourcePolicy('AWS::SNS::TopicPolicy', 'Topics', textsOf),
  resourcePolicy('AWS::Kinesis::ResourcePolicy', 'ResourceArn', (arn) => [String(arn)], 'ResourcePolicy'),
];
