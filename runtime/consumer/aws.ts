// Entry `cdk-kinesis-platform/consumer/aws`: failure store and marks on S3 and DynamoDB, telemetry on Powertools, with the SDK
// in it.
export {
  type LogEvent,
  lambdaTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from '../telemetry/lambda-telemetry.js';
export {
  type BatchHandler,
  type Discard,
  LEASE_TABLE_KEYS,
  runWorker,
  type ServiceOptions,
  type Worker,
  type WorkerContext,
  type WorkerEvent,
  type WorkerMetrics,
  type WorkerOptions,
  type WorkerSettings,
} from '../worker/index.js';
export { s3FailureStore } from './failure-store-aws.js';
export { type DynamoDbMarks, dynamoDbMarks, MARK_TABLE_KEY } from './mark-aws.js';
