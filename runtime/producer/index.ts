// Entry `cdk-kinesis-platform/producer`: what an application imports to put records.
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { type AwsProducerOptions, awsProducerPorts } from './ports-aws.js';
import { type PutOptions, type PutOutcome, putEntries } from './put-entries.js';

export type { PutEntry, PutRule } from '../../core/batching/check-put-entry.js';
export type { PutLimits } from '../../core/batching/plan-put-records.js';
export { type RenderedEvent, renderEvent, renderEventEntry, type StreamEvent } from '../../core/records/event.js';
export { type AwsProducerOptions, type AwsProducerPorts, awsProducerPorts } from './ports-aws.js';
export {
  type EntryReply,
  type ProducerPorts,
  type PutOptions,
  type PutOutcome,
  putEntries,
  type RequestReply,
} from './put-entries.js';

/** Where a producer puts to, and how patiently. */
export interface ProducerOptions extends AwsProducerOptions, Omit<PutOptions, 'signal'> {
  /** Stream to put to. */
  readonly streamName: string;
}

/** Puts records to one stream over kept-alive connections. */
export interface Producer {
  /**
   * Puts `entries` in order and returns what became of each, in their order; only failed entries are sent again.
   */
  put(entries: readonly PutEntry[], options?: { readonly signal?: AbortSignal }): Promise<PutOutcome[]>;

  /** Closes the connections; calls in flight fail. */
  close(): void;
}

/**
 * Makes a producer for one stream. Make one and keep it: connections are reused from call to call.
 */
export function createProducer(options: ProducerOptions): Producer {
  const ports = awsProducerPorts(options);
  return {
    put: (entries, { signal } = {}) => putEntries(ports, options.streamName, entries, { ...options, signal }),
    close: () => ports.close(),
  };
}
