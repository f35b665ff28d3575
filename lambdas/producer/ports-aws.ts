// The stream, by the producer of the run-time library; the connections live as long as the function's instance.
import { createProducer } from '../../runtime/producer/index.js';
import type { ProducePorts } from './produce.js';

/** A call without a reply is lost after this; the function keeps as much to answer in. */
export const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Makes the port that puts to `streamName`.
 */
export function streamPort(streamName: string): ProducePorts['put'] {
  const producer = createProducer({ streamName, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  return (entries, signal) => producer.put(entries, { signal });
}
