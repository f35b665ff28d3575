// Entry `cdk-kinesis-platform/consumer`: what a function imports to consume a stream. There is no SDK in it; what stands on
// AWS is `cdk-kinesis-platform/consumer/aws`.
export type { BatchResponse } from '../../core/batching/render-batch-response.js';
export type { RecordTag } from '../../core/records/aggregated/user-record.js';
export type { ReplayMark } from '../../core/records/replay-mark.js';
export type { Codec, CodecChoice } from './codec.js';
export {
  type BatchContext,
  type ConsumedRecord,
  type ConsumerOptions,
  type RecordOf,
  StoppedAt,
} from './consumer-options.js';
export { CONSUMER_METRICS, type ConsumerLog, type ConsumerTelemetry } from './consumer-telemetry.js';
export { type Consumer, createConsumer } from './create-consumer.js';
export type { FailedRecord } from './failed-record.js';
export type { PutFailures } from './failure-store.js';
export type { KinesisBatch, KinesisEventRecord, KinesisWindowBatch, RemainingTime } from './kinesis-event.js';
export type { MarkPort, MarkWrite, StoredMark } from './mark-port.js';
export { type ErrorClass, PermanentError } from './permanent-error.js';
export type { RecordMeta } from './record-meta.js';
export { NUMBER_TAG, PRODUCER_TAG, TRACE_TAG } from './record-tags.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';
export { asyncLocalTrace, type LocalTrace, type TraceScope } from './trace-scope.js';
export {
  createWindowConsumer,
  WINDOW_STATE_MAX_BYTES,
  type WindowOptions,
  type WindowPlace,
  type WindowResponse,
} from './windows.js';
