import { describe, expect, test } from '@jest/globals';
import { MAX_GENERATED_COUNT } from '../../lambdas/producer/contract.js';
import { type ProducePorts, type ProducerLog, produce } from '../../lambdas/producer/produce.js';
import { settledPuts } from '../../lambdas/producer/settled-puts.js';
import { createProducerOn, type PutOutcome, type UserRecord } from '../../runtime/producer/index.js';
import { FakeStream } from '../support/fake-stream.js';
import { anEvent } from '../support/kinesis-batch.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

const PUT: PutOutcome = { kind: 'put', shardId: 's', sequenceNumber: '1', attempts: 1 };

function fakePorts(outcome: (entry: UserRecord) => PutOutcome = () => PUT) {
  const entries: UserRecord[] = [];
  const telemetry = recordedTelemetry<ProducerLog>();
  const ports: ProducePorts = {
    async put(batch) {
      entries.push(...batch);
      return batch.map(outcome);
    },
    nowMs: () => Date.UTC(2026, 10, 21),
    telemetry,
  };
  return { ports, entries, telemetry };
}

const read = (entry: UserRecord) => JSON.parse(Buffer.from(entry.data).toString()) as { id: string; time: string };

test('puts events in order, keyed by their key', async () => {
  const { ports, entries, telemetry } = fakePorts();
  const events = [anEvent({ id: 'a', key: 'x' }), anEvent({ id: 'b', key: 'y' })];
  expect(await produce(ports, { events })).toEqual({ put: 2, failed: [], refused: [] });
  expect(entries.map((entry) => [read(entry).id, entry.partitionKey])).toEqual([
    ['a', 'x'],
    ['b', 'y'],
  ]);
  expect(telemetry.measured).toEqual([{ RecordsPut: 2, RecordsNotPut: 0 }]);
});

test.each(['ProducerFull', 'ShardFull', 'Closed'])(
  'an event for which there was no room (%s) has failed, not been refused',
  async (errorCode) => {
    const { ports } = fakePorts(() => ({ kind: 'failed', errorCode, message: 'too much waits', attempts: 0 }));
    const reply = await produce(ports, { events: [anEvent({ id: 'a' })] });
    expect(reply).toEqual({ put: 0, failed: [{ id: 'a', errorCode }], refused: [] });
  },
);

test('refuses what breaks the schema by its id, or its position, and puts the rest', async () => {
  const { ports, telemetry } = fakePorts();
  const reply = await produce(ports, { events: [anEvent(), { ...anEvent({ id: 'b' }), time: 'noon' }, 'text'] });
  expect(reply).toEqual({
    put: 1,
    failed: [],
    refused: [
      { id: 'b', reason: "'time' must be an ISO 8601 time" },
      { id: '#2', reason: 'event must be a JSON object' },
    ],
  });
  expect(telemetry.measured).toEqual([{ RecordsPut: 1, RecordsNotPut: 2 }]);
});

test('answers for every event when its time is up: what was not put by then has failed', async () => {
  const { ports } = fakePorts();
  const signal = AbortSignal.abort();
  const put = settledPuts(createProducerOn(new FakeStream().ports, 's'));
  const reply = await produce({ ...ports, put }, { events: [anEvent({ id: 'late' }), 'text'] }, signal);
  expect(reply).toMatchObject({ put: 0, failed: [{ id: 'late', errorCode: 'Aborted' }], refused: [{ id: '#1' }] });
});

test('tells what the stream did not take from what could never be sent', async () => {
  const { ports, telemetry } = fakePorts((entry) => {
    const { id } = read(entry);
    if (id === 'late') return { kind: 'failed', errorCode: 'InternalFailure', message: 'm', attempts: 10 };
    if (id === 'large') return { kind: 'failed', errorCode: 'RecordTooLarge', message: 'too large', attempts: 0 };
    return PUT;
  });
  const events = ['ok', 'late', 'large'].map((id) => anEvent({ id }));
  expect(await produce(ports, { events })).toEqual({
    put: 1,
    failed: [{ id: 'late', errorCode: 'InternalFailure' }],
    refused: [{ id: 'large', reason: 'too large' }],
  });
  expect(telemetry.events).toContainEqual({
    type: 'produce.not-put',
    level: 'error',
    failed: 1,
    errorCodes: ['InternalFailure'],
  });
});

test('generates as many events as asked for, the same for the same seed', async () => {
  const first = fakePorts();
  const second = fakePorts();
  expect(await produce(first.ports, { generate: { count: 4_500, seed: 7 } })).toMatchObject({ put: 4_500 });
  await produce(second.ports, { generate: { count: 4_500, seed: 7 } });
  expect(new Set(first.entries.map((entry) => read(entry).id)).size).toBe(4_500);
  expect(second.entries.map((entry) => read(entry))).toEqual(first.entries.map((entry) => read(entry)));
});

test('a schedule generates some, others each time', async () => {
  const { ports, entries } = fakePorts();
  const schedule = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
  await produce(ports, { ...schedule, time: '2026-11-21T00:00:00Z' });
  await produce(ports, { ...schedule, time: '2026-11-21T00:01:00Z' });
  expect(new Set(entries.map((entry) => read(entry).id)).size).toBe(200);
});

describe('fails when', () => {
  test.each([
    ['nothing is asked for', {}, "'events' or 'generate' must be given, got neither"],
    ['the input is none', null, "'input' must be an object, got object"],
    ['events are no list', { events: {} }, "'events' must be a list, got object"],
    [
      'the count is zero',
      { generate: { count: 0, seed: 1 } },
      `'generate.count' must be a whole number from 1 to 50000, got 0`,
    ],
    ['the count is too high', { generate: { count: MAX_GENERATED_COUNT + 1, seed: 1 } }, 'got 50001'],
    ['there is no seed', { generate: { count: 1 } }, "'generate.seed' must be a whole number, got undefined"],
  ])('%s', async (_rule, input, message) => {
    await expect(produce(fakePorts().ports, input)).rejects.toThrow(message);
  });
});
