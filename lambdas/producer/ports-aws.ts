// The stream, by the producer of the run-time library; the connections live as long as the function's instance.
import { createProducer } from '../../runtime/producer/index.js';
import type { ProducePorts } from './produce.js';

/**
 * Makes the port that puts to `streamName`.
 */
export function streamPort(streamName: string): ProducePorts['put'] {
  const producer = createProducer({ streamName });
  return (entries) => producer.put(entries);
}
