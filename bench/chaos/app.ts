// The stack that chaos is run against: one provisioned stream, read by two verifying consumers, polling and pushed.
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { DataStream, LambdaConsumer } from '../../lib/index.js';
import { CONSUMERS, STACK_NAME, STREAM_NAME } from './names.js';

const { VERIFIER_DIR = '' } = process.env;

const app = new App();
const stack = new Stack(app, STACK_NAME);
const stream = new DataStream(stack, 'Stream', { streamName: STREAM_NAME, shardCount: 3 });
const bucket = new s3.Bucket(stack, 'Effects');

for (const functionName of CONSUMERS) {
  const verifier = new lambda.Function(stack, `Verifier-${functionName}`, {
    functionName,
    runtime: lambda.Runtime.NODEJS_24_X,
    code: lambda.Code.fromAsset(VERIFIER_DIR),
    handler: 'index.handler',
    timeout: Duration.seconds(60),
    memorySize: 256,
    environment: { EFFECT_BUCKET: bucket.bucketName },
  });
  bucket.grantPut(verifier);
  const dedicated = functionName === 'pushed';
  new LambdaConsumer(stack, `Consumer-${functionName}`, {
    stream,
    function: verifier,
    dedicated,
    batchSize: 250,
    // Order per key must hold with batches of a shard in flight at once, too.
    parallelizationFactor: dedicated ? 2 : 1,
    // A record given up would be no loss, but no effect either.
    retryUntilExpiry: true,
  });
}
app.synth();
