import { Duration, Size, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  DataStream,
  DeliveryTransform,
  FailureDestination,
  LambdaConsumer,
  ReferenceConsumer,
  S3Delivery,
  StreamProducer,
} from '../../lib/index.js';
import { aStack } from './a-stack.js';

/** A stack in which everything that can be is under a customer key, and failures go to every kind of destination. */
export function anEncryptedPlatform(): Stack {
  const stack = aStack();
  const stream = new DataStream(stack, 'Stream', { encryption: kinesis.StreamEncryption.KMS });
  const key = new kms.Key(stack, 'Key');
  const filterKey = new kms.Key(stack, 'FilterKey');
  const bucket = (id: string) =>
    new s3.Bucket(stack, id, { encryption: s3.BucketEncryption.KMS, encryptionKey: key, enforceSSL: true });
  const table = (id: string, sortKey?: dynamodb.Attribute) =>
    new dynamodb.Table(stack, id, {
      partitionKey: { name: sortKey ? 'key' : 'shardId', type: dynamodb.AttributeType.STRING },
      sortKey,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryptionKey: key,
    });
  const statistics = table('Statistics', { name: 'window', type: dynamodb.AttributeType.STRING });
  const schedule = events.Schedule.rate(Duration.minutes(1));
  new StreamProducer(stack, 'Producer', { stream, schedule });
  new LambdaConsumer(stack, 'ToBucket', {
    stream,
    reference: ReferenceConsumer.aggregate({ table: statistics }),
    onFailure: FailureDestination.s3(bucket('Failures')),
  });
  new LambdaConsumer(stack, 'ToQueue', {
    stream,
    reference: ReferenceConsumer.aggregate({ table: statistics }),
    filters: [lambda.FilterCriteria.filter({ data: { type: lambda.FilterRule.exists() } })],
    filterEncryption: filterKey,
    onFailure: FailureDestination.sqs(new sqs.Queue(stack, 'Queue', { encryptionMasterKey: key })),
  });
  new LambdaConsumer(stack, 'ToTopic', {
    stream,
    dedicated: true,
    reference: ReferenceConsumer.alert({
      topic: new sns.Topic(stack, 'Alerts', { masterKey: key }),
      stateTable: table('State'),
    }),
    onFailure: FailureDestination.sns(new sns.Topic(stack, 'Topic', { masterKey: key })),
  });
  new S3Delivery(stack, 'Delivery', {
    stream,
    bucket: bucket('Objects'),
    bufferSize: Size.mebibytes(1),
    bufferInterval: Duration.seconds(60),
    transform: DeliveryTransform.platform(),
  });
  return stack;
}
