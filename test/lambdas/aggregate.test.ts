import { describe, expect, test } from '@jest/globals';
import type { StoredStatistics } from '../../core/aggregation/key-statistics.js';
import {
  type AggregateLog,
  type AggregatePorts,
  createAggregate,
  type WindowStatistics,
} from '../../lambdas/aggregate/aggregate.js';
import type { KinesisWindowBatch } from '../../runtime/consumer/kinesis-event.js';
import { WINDOW_STATE_MAX_BYTES } from '../../runtime/consumer/windows.js';
import { anAggregate } from '../support/aggregated-records.js';
import { keptFailures } from '../support/kept-failures.js';
import { aBatch, anEvent, aRecord, SHARD, sequenceNumber } from '../support/kinesis-batch.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

function fakePorts(changes: Partial<AggregatePorts> = {}) {
  const written: (readonly WindowStatistics[])[] = [];
  const { failures, put } = keptFailures();
  const telemetry = recordedTelemetry<AggregateLog>();
  const ports: AggregatePorts = {
    writeStatistics: async (_shardId, statistics) => void written.push(statistics),
    failureStore: put,
    telemetry,
    ...changes,
  };
  return { ports, written, failures, telemetry };
}

const aggregate = async (ports: AggregatePorts, batch: KinesisWindowBatch) => {
  const reply = await createAggregate(ports, 'f')(batch);
  return reply as typeof reply & { readonly state: { readonly statistics?: StoredStatistics } };
};

const down = async () => {
  throw Object.assign(new Error('down'), { name: 'ThrottlingException' });
};

const inWindow = (batch: Pick<KinesisWindowBatch, 'Records'>, changes: Partial<KinesisWindowBatch> = {}) => ({
  window: { start: '2026-11-21T00:00:00Z', end: '2026-11-21T00:01:00Z' },
  state: {},
  shardId: SHARD,
  isFinalInvokeForWindow: false,
  isWindowTerminatedEarly: false,
  ...batch,
  ...changes,
});

const statistic = (count: number, sum: number, min: number, max: number) =>
  new Map([['value', { count, sum, min, max }]]);

describe('with a tumbling window', () => {
  test('carries statistics from batch to batch and writes them when it ends', async () => {
    const { ports, written, telemetry } = fakePorts();
    const first = await aggregate(ports, inWindow(aBatch([1, 2])));
    const second = await aggregate(ports, inWindow(aBatch([6], 3), { state: JSON.parse(JSON.stringify(first.state)) }));
    expect(written).toEqual([]);
    const last = await aggregate(
      ports,
      inWindow({ Records: [] }, { state: second.state, isFinalInvokeForWindow: true }),
    );
    expect(last).toEqual({ state: {}, batchItemFailures: [] });
    const windowStart = '2026-11-21T00:00:00Z';
    expect(written).toEqual([
      [{ key: 'k', first: sequenceNumber(1), events: 3, fields: statistic(3, 9, 1, 6), windowStart }],
    ]);
    expect(telemetry.measured.map(({ RecordsProcessed }) => RecordsProcessed)).toEqual([2, 1, 0]);
  });

  test('writes what there is when Lambda ends it early', async () => {
    const { ports, written } = fakePorts();
    const reply = await aggregate(ports, inWindow(aBatch([1]), { isWindowTerminatedEarly: true }));
    expect([reply.state, written.length]).toEqual([{}, 1]);
  });

  test('writes nothing for a window without records', async () => {
    const { ports, written } = fakePorts();
    await aggregate(ports, inWindow({ Records: [] }, { isFinalInvokeForWindow: true }));
    expect(written).toEqual([]);
  });

  test('fails when the last write of a window fails, so that Lambda repeats it', async () => {
    const { ports } = fakePorts({ writeStatistics: down });
    const { state } = await aggregate(ports, inWindow(aBatch([1])));
    const last = inWindow({ Records: [] }, { state, isFinalInvokeForWindow: true });
    await expect(aggregate(ports, last)).rejects.toThrow('down');
  });

  /** Records of so many keys that the state outgrows its limit about twice. */
  const large = Array.from({ length: 12_000 }, (_, i) => aRecord(i + 1, anEvent({ key: `key-${i}` })));

  test('state never outgrows its limit: parts are written early, the same ones however the batches are cut', async () => {
    const whole = fakePorts();
    const { state } = await aggregate(whole.ports, inWindow({ Records: large }));
    expect(whole.written.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(WINDOW_STATE_MAX_BYTES + 1_000);

    const cut = fakePorts();
    const half = await aggregate(cut.ports, inWindow({ Records: large.slice(0, 7_000) }));
    const rest = await aggregate(cut.ports, inWindow({ Records: large.slice(7_000) }, { state: half.state }));
    expect(cut.written).toEqual(whole.written);
    expect(rest.state).toEqual(state);
  });

  test('stops before the record that does not fit when a part cannot be written', async () => {
    const { ports, telemetry } = fakePorts({ writeStatistics: down });
    const reply = await aggregate(ports, inWindow({ Records: large }));
    const done = telemetry.measured[0]!.RecordsProcessed!;
    expect(reply.batchItemFailures).toEqual([{ itemIdentifier: sequenceNumber(done + 1) }]);
    expect(reply.state.statistics).toHaveLength(done);
  });
});

describe('without a window', () => {
  test('writes each batch, named after the first arrival of each key', async () => {
    const { ports, written } = fakePorts();
    expect(await aggregate(ports, aBatch([4, 2]))).toEqual({ state: {}, batchItemFailures: [] });
    expect(written).toMatchObject([
      [{ key: 'k', windowStart: '2026-11-21T00:00:01.000Z', fields: statistic(2, 6, 2, 4) }],
    ]);
  });

  test('reports the whole batch when the write fails', async () => {
    const { ports, telemetry } = fakePorts({ writeStatistics: down });
    const reply = await aggregate(ports, aBatch([4, 2]));
    expect(reply.batchItemFailures).toEqual([{ itemIdentifier: sequenceNumber(1) }]);
    expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 0, RecordsFailed: 0 }]);
    expect(telemetry.events).toMatchObject([{ type: 'consumer.stopped', error: 'ThrottlingException' }]);
  });
});

test('numbers that are text count, other fields do not', async () => {
  const { ports, written } = fakePorts();
  const payload = { value: '2.5', name: 'x', nothing: null, deep: { value: 9 } };
  await aggregate(ports, { Records: [aRecord(1, anEvent({ payload }))] });
  expect(written[0]![0]!.fields).toEqual(statistic(1, 2.5, 2.5, 2.5));
});

test('bad records are set aside together and the batch goes on', async () => {
  const { ports, written, failures, telemetry } = fakePorts();
  const reply = await aggregate(ports, aBatch([1, 'bad', 3, 'worse']));
  expect(reply.batchItemFailures).toEqual([]);
  expect(failures.map((records) => records.map((record) => record.sequenceNumber))).toEqual([
    [sequenceNumber(2), sequenceNumber(4)],
  ]);
  expect(written[0]![0]!.events).toBe(2);
  expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 2, RecordsFailed: 2 }]);
});

test('stops at the first bad record when it cannot be set aside, and keeps what came before', async () => {
  const { ports, telemetry } = fakePorts({ failureStore: down });
  const reply = await aggregate(ports, inWindow(aBatch([1, 2, 'bad', 4])));
  expect(reply.batchItemFailures).toEqual([{ itemIdentifier: sequenceNumber(3) }]);
  expect(reply.state.statistics![0]![2]).toBe(2);
  expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 2, RecordsFailed: 0 }]);
});

test('an aggregated record that comes again in part leaves no trace of the first time in the state', async () => {
  const text = (value: number) => JSON.stringify(anEvent({ payload: { value } }));
  const record = anAggregate(2, [
    { key: 'k', text: text(1) },
    { key: 'k', text: 'bad' },
    { key: 'k', text: text(2) },
  ]);
  const batch = { Records: [...aBatch([5]).Records, record] };
  const broken = await aggregate(fakePorts({ failureStore: down }).ports, inWindow(batch));
  expect(broken.batchItemFailures).toEqual([{ itemIdentifier: sequenceNumber(2) }]);
  expect(broken.state.statistics![0]![2]).toBe(1);
  const { ports, failures } = fakePorts();
  const whole = await aggregate(ports, inWindow({ Records: [record] }, { state: broken.state }));
  expect(whole.state.statistics![0]![2]).toBe(3);
  expect(failures.flat().map((failed) => [failed.sequenceNumber, failed.subSequenceNumber])).toEqual([
    [sequenceNumber(2), 1],
  ]);
});
