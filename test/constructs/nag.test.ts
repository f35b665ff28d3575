import { expect, test } from '@jest/globals';
import { Duration, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStream, LambdaConsumer, ReferenceConsumer, StreamProducer, StreamReplay } from '../../lib/index.js';
import { aStack } from '../support/a-stack.js';

function aPlatform(stack: Stack, streamName: string, encryption: kinesis.StreamEncryption): void {
  const stream = new DataStream(stack, streamName, { encryption });
  const table = dynamodb.Table.fromTableName(stack, `${streamName}Table`, 'facts');
  const topic = sns.Topic.fromTopicArn(stack, `${streamName}Topic`, 'arn:aws:sns:eu-west-1:123456789012:alerts');
  new LambdaConsumer(stack, `${streamName}Aggregate`, { stream, reference: ReferenceConsumer.aggregate({ table }) });
  new LambdaConsumer(stack, `${streamName}Alert`, {
    stream,
    dedicated: true,
    reference: ReferenceConsumer.alert({ stateTable: table, topic }),
  });
  new StreamReplay(stack, `${streamName}Replay`, { stream, toStream: stream });
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:billing';
  const toFunction = lambda.Function.fromFunctionArn(stack, `${streamName}Target`, arn);
  new StreamReplay(stack, `${streamName}ToFunction`, { stream, toFunction });
  new StreamProducer(stack, `${streamName}Producer`, { stream, schedule: events.Schedule.rate(Duration.minutes(1)) });
}

test('streams, consumers and producers have no finding that is not acknowledged', () => {
  const stack = aStack();
  aPlatform(stack, 'Managed', kinesis.StreamEncryption.MANAGED);
  aPlatform(stack, 'Customer', kinesis.StreamEncryption.KMS);
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  const findings = violations.map(({ ruleName, violatingResources }) => [
    ruleName,
    violatingResources.map((it) => it.constructPath),
  ]);
  expect(findings).toEqual([]);
});

test('the check finds what is not acknowledged', () => {
  const stack = aStack();
  new kinesis.Stream(stack, 'Open', { encryption: kinesis.StreamEncryption.UNENCRYPTED });
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-KDS1']);
});
