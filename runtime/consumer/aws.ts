// Entry `cdk-kinesis-platform/consumer/aws`: failure store and marks on S3 and DynamoDB, telemetry on Powertools, with the SDK
// in it.
export {
  type LogEvent,
  lambdaTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from '../telemetry/lambda-telemetry.js';
export { s3FailureStore } from './failure-store-aws.js';
export { type DynamoDbMarks, dynamoDbMarks, MARK_TABLE_KEY } from './mark-aws.js';
