import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { readRequest } from '../../lambdas/replay/read-request.js';
import {
  ENDING_MS,
  type ReplayLog,
  type ReplayState,
  type ReplayStepPorts,
  replayStep,
} from '../../lambdas/replay/replay-step.js';
import { aReader, aRecord, aTarget, aTimer } from '../support/fake-replay.js';

const OF = { streamName: 'orders', target: 'stream:copies' };
const LONG = 900_000;
const EVENT = { name: 'incident-42', from: '1970-01-01T00:01:40Z', to: '1970-01-01T00:03:20Z' };

/** 30 records, one each 10 s; ten of them in the range of `EVENT`. */
const RECORDS = Array.from({ length: 30 }, (_, i) => aRecord('a', i, `k${i % 3}`, i * 10_000));

function ports(more: Partial<ReplayStepPorts> = {}) {
  const { target, records } = aTarget();
  const states = new Map<string, ReplayState>();
  const logs: ReplayLog[] = [];
  const all: ReplayStepPorts = {
    reader: { ...aReader([{ shardId: 'a', parentIds: [], records: RECORDS }]), nowMs: () => 1_000_000 },
    timer: aTimer(),
    readState: async (name) => states.get(name),
    writeState: async (name, state) => void states.set(name, structuredClone(state)),
    openTarget: async () => target,
    newId: () => 'r1',
    telemetry: { log: (event) => void logs.push(event) },
    ...more,
  };
  return { ports: all, records, logs, states };
}

test('replays its range, and invoked again it does nothing more', async () => {
  const { ports: own, records, logs } = ports();
  const result = await replayStep(own, OF, readRequest(EVENT), LONG);
  expect(result).toEqual({
    ...{ name: 'incident-42', replayId: 'r1', status: 'ended' },
    totals: { read: 10, replayed: 10, filtered: 0, failed: 0 },
  });
  expect(await replayStep(own, OF, readRequest({ name: 'incident-42' }), LONG)).toEqual(result);
  expect(records()).toHaveLength(10);
  expect(logs.map(({ type }) => type)).toEqual(['replay.begun', 'replay.stepped', 'replay.stepped']);
});

test('a step whose time is over leaves the rest to the next', async () => {
  // Waits that let other timers have their turn.
  const timer = { nowMs: () => performance.now(), sleep: () => wait(1) };
  const { ports: own, records } = ports({ timer });
  const first = await replayStep(own, OF, readRequest({ ...EVENT, ratePerSecond: 1 }), ENDING_MS);
  expect(first.status).toBe('more');
  const last = await replayStep(own, OF, readRequest(EVENT), LONG);
  expect(last).toMatchObject({ status: 'ended', totals: { read: 10, replayed: 10 } });
  expect(records()).toHaveLength(10);
});

test('says what had expired when it began', async () => {
  const reader = { ...ports().ports.reader, expiredUntilMs: async () => 150_000 };
  const { ports: own } = ports({ reader });
  expect(await replayStep(own, OF, readRequest(EVENT), LONG)).toMatchObject({
    expiredUntil: '1970-01-01T00:02:30.000Z',
  });
});

test('fails when the name is that of another replay', async () => {
  const { ports: own } = ports();
  await replayStep(own, OF, readRequest(EVENT), LONG);
  const other = readRequest({ ...EVENT, from: '1970-01-01T00:00:10Z' });
  await expect(replayStep(own, OF, other, LONG)).rejects.toThrow("'name' must be of this replay, got 'incident-42'");
  const keys = readRequest({ ...EVENT, keys: ['k1'] });
  await expect(replayStep(own, OF, keys, LONG)).rejects.toThrow("'name' must be of this replay");
});

test('fails when there is nothing by the name to go on with', async () => {
  await expect(replayStep(ports().ports, OF, readRequest({ name: 'x' }), LONG)).rejects.toThrow("'from' must be given");
});

test.each([
  [undefined, "'name' must be 1 to 100 letters"],
  [{ name: '../secret' }, "'name' must be 1 to 100 letters"],
  [{ name: 'a', from: 'yesterday' }, "'from' must be a time as 2026-11-20T10:00:00Z, got 'yesterday'"],
  [{ name: 'a', keys: 'k' }, "'keys' must be a list"],
  [{ name: 'a', ratePerSecond: 0 }, "'ratePerSecond' must be a number above 0, got '0'"],
])('fails when the event is %j', (event, message) => {
  expect(() => readRequest(event)).toThrow(message);
});
