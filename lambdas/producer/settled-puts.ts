// Puts with nothing left behind: the instance is frozen once it has answered, so nothing may wait for company.
import type { Producer } from '../../runtime/producer/index.js';
import type { ProducePorts } from './produce.js';

/**
 * Puts a batch and resolves when each of its records has its outcome.
 */
export function settledPuts(producer: Pick<Producer, 'put' | 'flush'>): ProducePorts['put'] {
  return async (records, signal) => {
    const outcomes = Promise.all(records.map((record) => producer.put(record)));
    await producer.flush(signal ? { signal } : {});
    return outcomes;
  };
}
