// A stream elsewhere: what is given its name or its Region's ARN would meet no stream, or another of that name.
import { expect, test } from '@jest/globals';
import type { Stack } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { LambdaConsumer, S3Delivery, StreamAutoscaler, StreamMonitoring, StreamProducer } from '../../lib/index.js';
import { aFunction, aStack } from '../support/a-stack.js';

type Define = (stack: Stack, stream: kinesis.IStream) => unknown;

const consumer: Define = (stack, stream) => new LambdaConsumer(stack, 'It', { stream, function: aFunction(stack) });
const delivery: Define = (stack, stream) => new S3Delivery(stack, 'It', { stream });
const autoscaler: Define = (stack, stream) => new StreamAutoscaler(stack, 'It', { stream, maxShards: 2 });
const monitoring: Define = (stack, stream) => new StreamMonitoring(stack, 'It', { stream });
const producer: Define = (stack, stream) => new StreamProducer(stack, 'It', { stream });
const ownProducer: Define = (stack, stream) => new StreamProducer(stack, 'It', { stream, function: aFunction(stack) });

function define(
  define: Define,
  region: string,
  account: string,
  env = { account: '111122223333', region: 'eu-west-1' },
) {
  const stack = aStack({ env });
  const arn = `arn:aws:kinesis:${region}:${account}:stream/orders`;
  return () => define(stack, kinesis.Stream.fromStreamArn(stack, 'Imported', arn));
}

test.each([
  ['consumer', consumer],
  ['delivery', delivery],
  ['autoscaler', autoscaler],
  ['monitoring', monitoring],
  ['producer', producer],
])('fails when a %s is given a stream of another Region', (_name, it) => {
  expect(define(it, 'us-east-1', '111122223333')).toThrow(
    "'stream' must be in the Region of the stack, eu-west-1, got one in us-east-1; define this in a stack of that Region [Stack/It]",
  );
});

test.each([
  ['autoscaler', autoscaler],
  ['monitoring', monitoring],
  ['producer', producer],
])('fails when the %s, which knows its stream by name, is given one of another account', (_name, it) => {
  expect(define(it, 'eu-west-1', '999922223333')).toThrow(
    "'stream' must be in the account of the stack, 111122223333, got one in 999922223333; define this in a stack of that account [Stack/It]",
  );
});

test('a consumer reads the stream of another account, which may let it in', () => {
  expect(define(consumer, 'eu-west-1', '999922223333')()).toBeInstanceOf(LambdaConsumer);
});

test("somebody's own producer may know its way to another Region", () => {
  expect(define(ownProducer, 'us-east-1', '999922223333')()).toBeInstanceOf(StreamProducer);
});
