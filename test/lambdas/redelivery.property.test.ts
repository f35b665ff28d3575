// Whatever fails and however Lambda cuts the batches that come again, the effects are those of a run without failures.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../core/records/seeded-random.js';
import { type AggregatePorts, createAggregate } from '../../lambdas/aggregate/aggregate.js';
import { type AlertPorts, alert, type ShardState } from '../../lambdas/alert/alert.js';
import type { KinesisEventRecord } from '../../runtime/consumer/kinesis-event.js';
import { anEvent, aRecord } from '../support/kinesis-batch.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

interface Effects {
  readonly alerts: Set<string>;
  readonly items: Map<string, unknown>;
  readonly failures: Set<string>;
  state: ShardState | undefined;
}

const noEffects = (): Effects => ({
  alerts: new Set(),
  items: new Map(),
  failures: new Set(),
  state: undefined,
});

/** Readings around 10 with spikes, a bad record now and then, some keys. */
function records(seed: number): KinesisEventRecord[] {
  const random = seededRandom(seed);
  return Array.from({ length: 500 }, (_, i) => {
    if (random() < 0.02) return aRecord(i, 'bad');
    const value = i > 220 && random() < 0.01 ? 500 : 10 + random();
    return aRecord(i, anEvent({ id: `e-${i}`, key: `k${Math.floor(random() * 5)}`, payload: { value } }));
  });
}

/** Ports that fail as often as asked, before or after the effect. */
function flakyPorts(effects: Effects, random: () => number, failureRate: number) {
  const flaky = async (effect: () => void) => {
    const fails = random() < failureRate;
    if (!fails || random() < 0.5) effect();
    if (fails) throw new Error('flaky');
  };
  const failureStore = (_key: string, body: string) =>
    flaky(() => {
      for (const line of body.trimEnd().split('\n')) effects.failures.add(JSON.parse(line).sequenceNumber);
    });
  const ports: AlertPorts = {
    readState: async () => effects.state,
    writeState: (_shardId, { mark, version, expectedVersion }, series) =>
      flaky(() => {
        if (effects.state?.version !== expectedVersion) throw new Error('another writer');
        effects.state = { mark, version, series };
      }),
    publish: ({ id }) => flaky(() => effects.alerts.add(id)),
    failureStore,
    telemetry: recordedTelemetry(),
  };
  const writeStatistics: AggregatePorts['writeStatistics'] = (_shardId, statistics) =>
    flaky(() => {
      for (const entry of statistics) effects.items.set(`${entry.key} ${entry.windowStart}#${entry.first}`, entry);
    });
  return { alert: ports, aggregate: { writeStatistics, failureStore, telemetry: recordedTelemetry<never>() } };
}

/** Delivers like Lambda: batches of any size, and again from the reported record. */
async function deliver(
  all: readonly KinesisEventRecord[],
  random: () => number,
  invoke: (batch: readonly KinesisEventRecord[]) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>,
) {
  for (let at = 0; at < all.length; ) {
    const batch = all.slice(at, at + 1 + Math.floor(random() * 60));
    const reply = await invoke(batch);
    const failed = reply.batchItemFailures[0]?.itemIdentifier;
    const position = batch.findIndex(({ kinesis }) => kinesis.sequenceNumber === failed);
    at += position < 0 ? batch.length : position;
  }
}

const stored = ({ failures }: Effects) => [...failures].sort();

const seeds = fc.record({ data: fc.nat(), faults: fc.nat() });
const FAILURE_RATE = 0.2;

test('alerts: the same alerts, the same state, the same failures', async () => {
  const run = async (data: number, faults: number, failureRate: number) => {
    const effects = noEffects();
    const random = seededRandom(faults);
    const ports = flakyPorts(effects, random, failureRate).alert;
    await deliver(records(data), random, (Records) =>
      alert(ports, { valueField: 'value', functionName: 'f' }, { Records }),
    );
    return effects;
  };
  await fc.assert(
    fc.asyncProperty(seeds, async ({ data, faults }) => {
      const clean = await run(data, faults, 0);
      const flaky = await run(data, faults, FAILURE_RATE);
      expect([...flaky.alerts].sort()).toEqual([...clean.alerts].sort());
      expect(flaky.state?.series).toEqual(clean.state?.series);
      expect(stored(flaky)).toEqual(stored(clean));
    }),
    { numRuns: 20 },
  );
});

test('statistics of a window: the same items, the same failures', async () => {
  const run = async (data: number, faults: number, failureRate: number) => {
    const effects = noEffects();
    const random = seededRandom(faults);
    const ports = flakyPorts(effects, random, failureRate).aggregate;
    const window = { start: '2026-11-21T00:00:00Z', end: '2026-11-21T00:01:00Z' };
    let state: unknown = {};
    const invoke = async (Records: readonly KinesisEventRecord[], isFinalInvokeForWindow = false) => {
      const reply = await createAggregate(ports, 'f')({ Records, window, state, shardId: 's', isFinalInvokeForWindow });
      state = JSON.parse(JSON.stringify(reply.state));
      return reply;
    };
    await deliver(records(data), random, invoke);
    const end = async (): Promise<unknown> => invoke([], true).catch(end);
    await end();
    return effects;
  };
  await fc.assert(
    fc.asyncProperty(seeds, async ({ data, faults }) => {
      const clean = await run(data, faults, 0);
      const flaky = await run(data, faults, FAILURE_RATE);
      expect(flaky.items).toEqual(clean.items);
      expect(stored(flaky)).toEqual(stored(clean));
    }),
    { numRuns: 20 },
  );
});

test('statistics without a window: no event is counted twice or lost', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async ({ data, faults }) => {
      const effects = noEffects();
      const random = seededRandom(faults);
      const ports = flakyPorts(effects, random, FAILURE_RATE).aggregate;
      const all = records(data);
      await deliver(all, random, (Records) => createAggregate(ports, 'f')({ Records }));
      const counted = [...effects.items.values()].reduce(
        (sum: number, entry) => sum + (entry as { events: number }).events,
        0,
      );
      expect(counted + stored(effects).length).toBe(all.length);
    }),
    { numRuns: 20 },
  );
});
