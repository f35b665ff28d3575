import { describe, expect, test } from '@jest/globals';
import { type AlertLog, type AlertPorts, alert as alertOn, type ShardState } from '../../lambdas/alert/alert.js';
import type { AlertMessage } from '../../lambdas/alert/contract.js';
import { SERIES_MAX, watchReadings } from '../../lambdas/alert/watch-readings.js';
import type { KinesisBatch } from '../../runtime/consumer/kinesis-event.js';
import { decodeMark } from '../../runtime/consumer/mark.js';
import { anAggregate } from '../support/aggregated-records.js';
import { keptFailures } from '../support/kept-failures.js';
import { aBatch, anEvent, aRecord, SHARD, sequenceNumber } from '../support/kinesis-batch.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

/** Ports with a state that is kept as the table keeps it. */
function fakePorts(changes: Partial<AlertPorts> = {}) {
  const states = new Map<string, ShardState>();
  const published: AlertMessage[] = [];
  const { failures, put } = keptFailures();
  const telemetry = recordedTelemetry<AlertLog>();
  const ports: AlertPorts = {
    readState: async (shardId) => states.get(shardId),
    async writeState(shardId, { mark, version, expectedVersion }, series) {
      if (states.get(shardId)?.version !== expectedVersion) throw new Error('another writer');
      states.set(shardId, { mark, version, series });
    },
    publish: async (message) => void published.push(message),
    failureStore: put,
    telemetry,
    ...changes,
  };
  return { ports, states, published, failures, telemetry };
}

const alert = (ports: AlertPorts, batch: KinesisBatch, valueField: string) =>
  alertOn(ports, { valueField, functionName: 'f' }, batch);

/** Sequence number that a shard has come to. */
const lastOf = (states: ReadonlyMap<string, ShardState>) => {
  const state = states.get(SHARD);
  return state && decodeMark(state.mark).through?.sequenceNumber;
};

const down = async () => {
  throw Object.assign(new Error('down'), { name: 'ThrottlingException' });
};

/** Readings that stay around 10, so that 99 is a spike. */
const usual = Array.from({ length: 300 }, (_, i) => 10 + (i % 3));
const learned = aBatch(usual);
const after = usual.length + 1;

test('publishes the onset of an anomaly, once, with what it needs and no payload', async () => {
  const { ports, published, telemetry } = fakePorts();
  await alert(ports, learned, 'value');
  const reply = await alert(ports, aBatch([99, 99, 11], after), 'value');
  expect(reply).toEqual({ batchItemFailures: [] });
  expect(published).toEqual([
    {
      series: 'reading',
      id: `e-${after}`,
      time: '2026-11-21T00:00:00.000Z',
      value: 99,
      expected: expect.closeTo(11, 0),
      score: expect.any(Number),
    },
  ]);
  expect(telemetry.measured[1]).toMatchObject({ RecordsProcessed: 3, RecordsFailed: 0, Alerts: 1 });
});

test('a series is what has one type', async () => {
  const { ports, published } = fakePorts();
  await alert(ports, learned, 'value');
  const other = aRecord(after, anEvent({ type: 'other', payload: { value: 99 } }));
  await alert(ports, { Records: [other] }, 'value');
  expect(published).toEqual([]);
});

test('a redelivered batch changes nothing', async () => {
  const { ports, published, states, telemetry } = fakePorts();
  await alert(ports, learned, 'value');
  const batch = aBatch([99], after);
  await alert(ports, batch, 'value');
  const before = states.get(SHARD);
  expect(await alert(ports, batch, 'value')).toEqual({ batchItemFailures: [] });
  expect([published.length, states.get(SHARD)]).toEqual([1, before]);
  expect(telemetry.measured.at(-1)).toMatchObject({ RecordsProcessed: 0, RecordsFailed: 0, Alerts: 0 });
});

test('of a batch that overlaps what took effect only the new records count', async () => {
  const { ports, states, telemetry } = fakePorts();
  await alert(ports, aBatch([1, 2, 3]), 'value');
  await alert(ports, aBatch([2, 3, 4], 2), 'value');
  expect(states.get(SHARD)!.series.get('reading')!.readings).toBe(4);
  expect(telemetry.events).toContainEqual({ type: 'consumer.skipped', level: 'info', shardId: SHARD, records: 2 });
});

describe('when a call fails', () => {
  test('a publish that fails ends the batch at its record, and comes again', async () => {
    let healthy = false;
    const { ports, states, published } = fakePorts();
    const flaky = { ...ports, publish: async (message: AlertMessage) => (healthy ? ports.publish(message) : down()) };
    await alert(flaky, learned, 'value');
    const batch = aBatch([11, 99, 11], after);
    expect(await alert(flaky, batch, 'value')).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(after + 1) }],
    });
    expect(lastOf(states)).toBe(sequenceNumber(after));
    healthy = true;
    await alert(flaky, { Records: batch.Records.slice(1) }, 'value');
    expect(published.map(({ id }) => id)).toEqual([`e-${after + 1}`]);
  });

  test('a bad record that cannot be set aside ends the batch there', async () => {
    const { ports, states } = fakePorts({ failureStore: down });
    expect(await alert(ports, aBatch([1, 'bad', 3]), 'value')).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(2) }],
    });
    expect(lastOf(states)).toBe(sequenceNumber(1));
  });

  test('a state that cannot be written fails the whole batch', async () => {
    const { ports, telemetry } = fakePorts({ writeState: down });
    expect(await alert(ports, aBatch([1, 2]), 'value')).toEqual({
      batchItemFailures: [{ itemIdentifier: sequenceNumber(1) }],
    });
    expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 0, RecordsFailed: 0, Alerts: 0 }]);
    expect(telemetry.events).toMatchObject([{ type: 'consumer.stopped', error: 'ThrottlingException' }]);
  });

  test('a state that cannot be read fails the invocation', async () => {
    const { ports } = fakePorts({ readState: down });
    await expect(alert(ports, aBatch([1]), 'value')).rejects.toThrow('down');
  });
});

test('bad records are set aside together and the batch goes on', async () => {
  const { ports, failures, states, telemetry } = fakePorts();
  const text = aRecord(3, anEvent({ payload: { value: 'n/a' } }));
  const batch = { Records: [...aBatch([1, 'bad']).Records, text, ...aBatch([4], 4).Records] };
  expect(await alert(ports, batch, 'value')).toEqual({ batchItemFailures: [] });
  expect(failures.map((records) => records.map(({ errorType, reason }) => [errorType, reason]))).toEqual([
    [
      ['InvalidJson', 'data must be JSON in UTF-8'],
      ['InvalidValue', "'value' must be a number"],
    ],
  ]);
  expect(lastOf(states)).toBe(sequenceNumber(4));
  expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 2, RecordsFailed: 2, Alerts: 0 }]);
});

test('an event without the field is processed and is no reading', async () => {
  const { ports, failures, states, telemetry } = fakePorts();
  await alert(ports, aBatch([1, 2]), 'constructor');
  expect([failures, states.get(SHARD)!.series.size]).toEqual([[], 0]);
  expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 2, RecordsFailed: 0, Alerts: 0 }]);
});

test('the series not read for longest is forgotten when there are too many', () => {
  const reading = (type: string) => ({ id: type, time: '2026-11-21T00:00:00Z', type, value: 1 });
  const readings = Array.from({ length: SERIES_MAX + 1 }, (_, i) => reading(`t${i}`));
  const { series } = watchReadings(new Map(), [...readings.slice(0, SERIES_MAX), reading('t0'), readings[SERIES_MAX]!]);
  expect(series.size).toBe(SERIES_MAX);
  expect([series.has('t0'), series.has('t1')]).toEqual([true, false]);
});

test('an aggregated record is as many readings, and resumes amid it when an alert cannot be published', async () => {
  let healthy = false;
  const { ports, states, published } = fakePorts();
  const flaky = { ...ports, publish: async (message: AlertMessage) => (healthy ? ports.publish(message) : down()) };
  await alert(flaky, learned, 'value');
  const inner = [11, 99, 11].map((value, i) => ({
    key: 'k',
    text: JSON.stringify(anEvent({ id: `a-${i}`, payload: { value } })),
  }));
  const batch = { Records: [anAggregate(after, inner)] };
  expect(await alert(flaky, batch, 'value')).toEqual({
    batchItemFailures: [{ itemIdentifier: sequenceNumber(after) }],
  });
  expect(decodeMark(states.get(SHARD)!.mark).through).toEqual({
    sequenceNumber: sequenceNumber(after),
    subSequenceNumber: 0,
  });
  healthy = true;
  await alert(flaky, batch, 'value');
  expect(published.map(({ id }) => id)).toEqual(['a-1']);
  expect(states.get(SHARD)!.series.get('reading')!.readings).toBe(usual.length + 3);
});
