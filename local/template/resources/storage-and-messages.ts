import { LAB_ACCOUNT_ID, LAB_REGION } from '../identity.js';
import { each, inert, only, run } from '../property-rules.js';
import { flagOf, listOf, objectOf, textOf } from '../property-values.js';
import {
  identity,
  labArn,
  type NamedResource,
  type PlatformDraft,
  type ResolvedResource,
  type ResourceType,
} from '../resource-type.js';

const permissions = 'nobody from outside the account reaches the lab';

/** The lab encrypts nothing; it decides who may use the key. */
function noteKey(draft: PlatformDraft, { arn, properties }: ResolvedResource): void {
  const keyId = textOf(properties.KmsMasterKeyId);
  if (keyId !== undefined) draft.access.encrypted.push({ resourceArn: arn, keyId });
}

const bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  nameProperty: 'BucketName',
  nameLength: 63,
  lowerCaseName: true,
  arn: ({ name }) => `arn:aws:s3:::${name}`,
  attributes: {
    DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
    RegionalDomainName: ({ name }) => `${name}.s3.${LAB_REGION}.amazonaws.com`,
  },
  rules: {
    BucketName: run,
    BucketEncryption: run,
    IntelligentTieringConfigurations: inert('a price, not a behaviour'),
    LifecycleConfiguration: inert('objects are kept until the lab ends'),
    LoggingConfiguration: inert('the lab keeps no access log'),
    MetricsConfigurations: inert('the lab keeps no request metrics'),
    ObjectLockConfiguration: inert('nothing in the lab deletes an object'),
    ObjectLockEnabled: inert('nothing in the lab deletes an object'),
    OwnershipControls: inert(permissions),
    PublicAccessBlockConfiguration: inert(permissions),
    Tags: inert('nothing in the lab reads tags of a bucket'),
    VersioningConfiguration: inert('the lab keeps the last version of an object'),
  },
  add(draft, resource) {
    draft.buckets.push(identity(resource));
    const encryption = objectOf(resource.properties.BucketEncryption).ServerSideEncryptionConfiguration;
    for (const rule of listOf(encryption).map(objectOf)) {
      const { SSEAlgorithm, KMSMasterKeyID } = objectOf(rule.ServerSideEncryptionByDefault);
      if (SSEAlgorithm !== 'aws:kms' || KMSMasterKeyID === undefined) continue;
      const bucketKey = flagOf(rule.BucketKeyEnabled);
      draft.access.encrypted.push({ resourceArn: resource.arn, keyId: String(KMSMasterKeyID), bucketKey });
    }
  },
};

const topic: ResourceType = {
  type: 'AWS::SNS::Topic',
  nameProperty: 'TopicName',
  nameLength: 256,
  ref: ({ name }) => labArn('sns', name),
  arn: ({ name }) => labArn('sns', name),
  attributes: { TopicArn: ({ name }) => labArn('sns', name), TopicName: ({ name }) => name },
  rules: {
    TopicName: run,
    FifoTopic: only(false),
    DisplayName: inert('a text for people'),
    KmsMasterKeyId: run,
    SignatureVersion: inert('the lab signs no messages'),
    TracingConfig: inert('the lab keeps no traces'),
    Tags: inert('nothing in the lab reads tags of a topic'),
  },
  add(draft, resource) {
    draft.topics.push(identity(resource));
    noteKey(draft, resource);
  },
};

const subscription: ResourceType = {
  type: 'AWS::SNS::Subscription',
  inert: 'its endpoint is outside the lab, which keeps what a topic publishes',
  rules: {
    Protocol: only('email', 'email-json', 'sms', 'http', 'https'),
    ...each(inert('its endpoint is outside the lab'), 'Endpoint', 'TopicArn', 'FilterPolicy', 'FilterPolicyScope'),
    ...each(
      inert('its endpoint is outside the lab'),
      'RawMessageDelivery',
      'RedrivePolicy',
      'DeliveryPolicy',
      'Region',
    ),
  },
};

const queueUrl = ({ name }: NamedResource) => `https://sqs.${LAB_REGION}.amazonaws.com/${LAB_ACCOUNT_ID}/${name}`;

const queue: ResourceType = {
  type: 'AWS::SQS::Queue',
  nameProperty: 'QueueName',
  nameLength: 80,
  ref: queueUrl,
  arn: ({ name }) => labArn('sqs', name),
  attributes: { QueueName: ({ name }) => name, QueueUrl: queueUrl },
  rules: {
    QueueName: run,
    FifoQueue: only(false),
    ...each(inert('queues of the lab keep every message'), 'MessageRetentionPeriod', 'RedriveAllowPolicy'),
    ...each(inert('nothing receives from a queue of the lab'), 'VisibilityTimeout', 'ReceiveMessageWaitTimeSeconds'),
    ...each(inert('nothing receives from a queue of the lab'), 'RedrivePolicy', 'DelaySeconds'),
    KmsMasterKeyId: run,
    KmsDataKeyReusePeriodSeconds: inert('messages are plain text in the lab'),
    SqsManagedSseEnabled: inert('messages are plain text in the lab'),
    Tags: inert('nothing in the lab reads tags of a queue'),
  },
  add(draft, resource) {
    draft.queues.push({ ...identity(resource), url: queueUrl(resource) });
    noteKey(draft, resource);
  },
};

export const storageAndMessageTypes: readonly ResourceType[] = [bucket, topic, subscription, queue];
