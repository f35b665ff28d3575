// The stream, by the producer of the run-time library; the connections live as long as the function's instance.
import { createProducer } from '../../runtime/producer/index.js';
import type { ProducePorts } from './produce.js';
import { settledPuts } from './settled-puts.js';

/** A call without a reply is lost after this; the function keeps as much to answer in. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** The platform's consumers read one event from a record of the stream. */
const AGGREGATION = 'off';

/** Times that an event is sent before it is reported as failed. */
const MAX_ATTEMPTS = 10;

/**
 * Makes the port that puts to `streamName`.
 */
export function streamPort(streamName: string): ProducePorts['put'] {
  const producer = createProducer({
    streamName,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    aggregation: AGGREGATION,
    maxAttempts: MAX_ATTEMPTS,
    // The invocation's own end is the limit.
    recordTtlMs: Number.POSITIVE_INFINITY,
  });
  return settledPuts(producer);
}
