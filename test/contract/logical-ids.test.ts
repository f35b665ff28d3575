// Logical ids of what holds data. A changed id replaces the resource at the next deploy: a change of this list is a
// change that loses data, or strands it, for everyone who has the stack deployed.
import { expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { platformTemplates } from '../support/a-platform.js';

const STATEFUL_TYPES = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Kinesis::Stream',
  'AWS::Kinesis::StreamConsumer',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
]);
const IDS = [
  'AggregateFailureBucketD44AF6A6',
  'AlertFailureBucket7D1C6809',
  'AlertStateC1BE1D4E',
  'AlertStreamConsumerAE7CECEC',
  'Alerts91F83244',
  'Delivery5F6C039D',
  'DeliveryBucket818C8F75',
  'MonitoringTopic53EBA00F',
  'MonitoringTopicKeyCE7C8059',
  'Statistics06458672',
  'Stream790BDEE4',
];

function statefulIds(template: Template): string[] {
  const resources: Record<string, { Type: string }> = template.toJSON().Resources;
  return Object.keys(resources)
    .filter((id) => STATEFUL_TYPES.has(resources[id]!.Type))
    .sort();
}

const { provisioned, onDemand } = platformTemplates();

test('the provisioned platform keeps the ids of what holds data', () => {
  expect(statefulIds(provisioned)).toEqual(IDS);
});

test('the on-demand platform keeps the ids of what holds data', () => {
  expect(statefulIds(onDemand)).toEqual(IDS);
});

test('what holds data is retained: a stack that is deleted, or a resource that is replaced, leaves it behind', () => {
  const types = ['AWS::DynamoDB::Table', 'AWS::Kinesis::Stream', 'AWS::KMS::Key', 'AWS::S3::Bucket'];
  for (const type of types) {
    provisioned.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
});
