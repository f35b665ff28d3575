// The public surface of the constructs: named exports only, sorted by module. ConfigError and readConfig are not among
// them, because jsii has neither exceptions of one's own nor functions; an error's `name` tells it apart.
export type { PlatformConfig } from './config.js';
export { ConsumerLibrary } from './constructs/consumer-library.js';
export { DataStream, type DataStreamProps } from './constructs/data-stream.js';
export { DeliveryCompression } from './constructs/delivery-compression.js';
export { DeliveryTransform, type DeliveryTransformOptions } from './constructs/delivery-transform.js';
export { FailureDestination } from './constructs/failure-destination.js';
export { KclService } from './constructs/kcl-service.js';
export type { KclServiceProps } from './constructs/kcl-service-props.js';
export { LambdaConsumer } from './constructs/lambda-consumer.js';
export type { LambdaConsumerProps } from './constructs/lambda-consumer-props.js';
export { RecordDistributionStrategy } from './constructs/record-distribution-strategy.js';
export {
  type AggregateConsumerOptions,
  type AlertConsumerOptions,
  ReferenceConsumer,
  type ReferenceConsumerOptions,
} from './constructs/reference-consumer.js';
export { S3Delivery, type S3DeliveryProps } from './constructs/s3-delivery.js';
export { StreamAutoscaler, type StreamAutoscalerProps } from './constructs/stream-autoscaler.js';
export {
  type MonitorConsumerOptions,
  StreamMonitoring,
  type StreamMonitoringProps,
} from './constructs/stream-monitoring.js';
export { StreamProducer, type StreamProducerProps } from './constructs/stream-producer.js';
export { StreamReplay, type StreamReplayProps } from './constructs/stream-replay.js';
export { OnDemandPlatform } from './stacks/on-demand-platform.js';
export { ProvisionedPlatform } from './stacks/provisioned-platform.js';
export { ReferencePlatform, type ReferencePlatformProps, type StreamCapacity } from './stacks/reference-platform.js';
