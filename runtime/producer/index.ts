// Entry `cdk-kinesis-platform/producer`: what an application imports to put records.
import { createProducerOn } from './create-producer.js';
import { type AwsProducerOptions, awsProducerPorts } from './ports-aws.js';
import type { Producer } from './producer.js';
import type { ProducerSettings } from './producer-options.js';

export type { RecordTag, UserRecord } from '../../core/records/aggregated/user-record.js';
export { type RenderedEvent, renderEvent, renderEventEntry, type StreamEvent } from '../../core/records/event.js';
export {
  digestKey,
  type SkewReport,
  type TrafficShare,
  type TrafficSkewOptions,
} from '../../core/sharding/traffic-skew.js';
export { type SaltingOptions, unsaltKey } from './buffering/salt.js';
export { NUMBER_TAG, PRODUCER_TAG } from './buffering/tag-record.js';
export { createProducerOn } from './create-producer.js';
export {
  type FlushBeforeReturnOptions,
  flushBeforeReturn,
  type RemainingTime,
} from './hand-over/flush-before-return.js';
export type { SpilledRecord, SpillSink } from './outcomes/spill.js';
export { type S3SpillOptions, s3Spill } from './outcomes/spill-s3.js';
export type { EntryReply, ProducerPorts, RequestReply, ShardListing } from './ports.js';
export { type AwsProducerOptions, awsProducerPorts } from './ports-aws.js';
export type { FlushOptions, Producer, ProducerErrorCode, PutAllOptions, PutOutcome, PutSummary } from './producer.js';
export type { Aggregation, ProducerSettings } from './producer-options.js';
export type { EmbeddedMetricsOptions } from './telemetry/embedded-metrics.js';
export type { ProducerEvent } from './telemetry/producer-events.js';
export type { ProducerMetrics } from './telemetry/producer-metrics.js';

/** Where a producer puts to, and how. */
export interface ProducerOptions extends Omit<AwsProducerOptions, 'maxSockets'>, ProducerSettings {
  /** Stream to put to. */
  readonly streamName: string;
}

/**
 * Makes a producer for one stream. Make one and keep it: its connections, its buffers and what it learns of the shards
 * serve from put to put.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { maxCalls = 24 } = options;
  return createProducerOn(awsProducerPorts({ ...options, maxSockets: maxCalls }), options.streamName, options);
}
