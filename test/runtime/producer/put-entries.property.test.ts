import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { putEntries } from '../../../runtime/producer/put-entries.js';
import { aRequestFailure, fakeProducerPorts } from '../../support/fake-producer-ports.js';
import { aPutEntry } from '../../support/put-entry.js';

/** For each call, whether the request fails as a whole, and which entry positions are throttled. */
const someTrouble = fc.array(fc.record({ request: fc.boolean(), entries: fc.infiniteStream(fc.boolean()) }), {
  maxLength: 8,
});

test('whatever fails: each entry has one outcome, and is accepted exactly when that outcome says so', async () => {
  await fc.assert(
    fc.asyncProperty(
      someTrouble,
      fc.nat(40),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 4 }),
      async (trouble, count, maxRecords, maxAttempts) => {
        const ports = fakeProducerPorts(
          (_entry, call) =>
            trouble[call - 1]?.entries.next().value ? 'ProvisionedThroughputExceededException' : undefined,
          (call) => (trouble[call - 1]?.request ? aRequestFailure() : undefined),
        );
        const entries = Array.from({ length: count }, (_, i) => aPutEntry({ partitionKey: `key-${i}` }));
        const outcomes = await putEntries(ports, 'orders', entries, { maxRecords, maxAttempts });

        const put = entries.filter((_, i) => outcomes[i]!.kind === 'put').map(({ partitionKey }) => partitionKey);
        expect(outcomes).toHaveLength(count);
        expect([...ports.accepted].sort()).toEqual([...put].sort());
        for (const [i, outcome] of outcomes.entries()) {
          expect(outcome.attempts).toBe(ports.calls.flat().filter((key) => key === `key-${i}`).length);
          if (outcome.kind === 'failed') expect(outcome.attempts).toBe(maxAttempts);
        }
      },
    ),
    { numRuns: 200 },
  );
});
