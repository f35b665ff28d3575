// The public surface of the constructs: named exports only, sorted by module.
export { DataStream, type DataStreamProps } from './constructs/data-stream.js';
export { FailureDestination } from './constructs/failure-destination.js';
export { LambdaConsumer } from './constructs/lambda-consumer.js';
export type { LambdaConsumerProps } from './constructs/lambda-consumer-props.js';
export { RecordDistributionStrategy } from './constructs/record-distribution-strategy.js';
export {
  type AggregateConsumerOptions,
  type AlertConsumerOptions,
  ReferenceConsumer,
  type ReferenceConsumerOptions,
} from './constructs/reference-consumer.js';
export { StreamProducer, type StreamProducerProps } from './constructs/stream-producer.js';
export { ConfigError } from './errors.js';
