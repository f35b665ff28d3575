// What the reference stacks promise to what is already there: to the functions, exactly the environment that their
// handlers read; to a deployed stack, the logical ids of what holds data. A changed id replaces the resource at the next
// deploy, which loses its data or strands it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import * as aggregate from '../../lambdas/aggregate/contract.js';
import * as alert from '../../lambdas/alert/contract.js';
import * as autoscaler from '../../lambdas/autoscaler/contract.js';
import * as producer from '../../lambdas/producer/contract.js';
import * as transform from '../../lambdas/transform/contract.js';
import { anOnDemandPlatform, aProvisionedPlatform } from '../support/a-platform.js';

const CONTRACTS = { aggregate, alert, autoscaler, producer, transform };
/** Logical ids begin with the construct path. */
const FUNCTIONS: readonly (readonly [name: keyof typeof CONTRACTS, idPrefix: string])[] = [
  ['aggregate', 'AggregateFunction'],
  ['alert', 'AlertFunction'],
  ['autoscaler', 'AutoscalerFunction'],
  ['producer', 'ProducerFunction'],
  ['transform', 'DeliveryTransform'],
];

/** Of no reference stack: its construct's test holds its environment. */
const ELSEWHERE = ['replay'];

const provisioned = Template.fromStack(aProvisionedPlatform());
const onDemand = Template.fromStack(anOnDemandPlatform());

function environmentKeys(template: Template, idPrefix: string): string[] | undefined {
  const found = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith(idPrefix));
  return found && Object.keys(found[1].Properties.Environment?.Variables ?? {}).sort();
}

test('this test knows every function', () => {
  const folders = readdirSync(join(__dirname, '../../lambdas'), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(names.sort()).toEqual([...FUNCTIONS.map(([name]) => name), ...ELSEWHERE].sort());
});

test.each(FUNCTIONS)('%s publishes its metrics as the service that alarms look for', (name) => {
  expect(CONTRACTS[name]).toMatchObject({ SERVICE: name, METRIC_NAMESPACE: 'KinesisPlatform' });
});

test.each(FUNCTIONS)('the environment of %s has exactly the keys of its contract', (name, idPrefix) => {
  expect(environmentKeys(provisioned, idPrefix)).toEqual([...CONTRACTS[name].ENV_KEYS].sort());
});

test.each(FUNCTIONS.filter(([name]) => name !== 'autoscaler'))('so has that of %s on demand', (name, idPrefix) => {
  expect(environmentKeys(onDemand, idPrefix)).toEqual([...CONTRACTS[name].ENV_KEYS].sort());
});

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

test('the provisioned platform keeps the ids of what holds data', () => {
  expect(statefulIds(provisioned)).toEqual(IDS);
});

test('the on-demand platform keeps the ids of what holds data', () => {
  expect(statefulIds(onDemand)).toEqual(IDS);
});

test('what holds data is retained: a stack that is deleted, or a resource that is replaced, leaves it behind', () => {
  // The stacks' one key is not among them: it encrypts notifications on their way.
  const types = ['AWS::DynamoDB::Table', 'AWS::Kinesis::Stream', 'AWS::S3::Bucket'];
  for (const type of types) {
    provisioned.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  }
});
