// What a producer makes of callers, ports and clocks that do not keep to their part.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import { createProducerOn } from '../../../runtime/producer/create-producer.js';
import type { ProducerPorts } from '../../../runtime/producer/ports.js';
import type { ProducerSettings } from '../../../runtime/producer/producer-options.js';
import { steadyClock } from '../../../runtime/producer/steady-clock.js';
import { FakeStream, type FakeStreamOptions } from '../../support/fake-stream.js';

function aProducer(
  settings: ProducerSettings = {},
  options: FakeStreamOptions = {},
  ports: Partial<ProducerPorts> = {},
) {
  const stream = new FakeStream(options);
  return { stream, producer: createProducerOn({ ...stream.ports, ...ports }, 'orders', settings) };
}

const record = (partitionKey: string, text = 'data') => ({ partitionKey, data: Buffer.from(text) });

test.each([
  ['a key that is not there', { data: Buffer.from('x') }, 'InvalidPartitionKey'],
  ['a key that is a number', { partitionKey: 7, data: Buffer.from('x') }, 'InvalidPartitionKey'],
  ['data that are text', { partitionKey: 'k', data: 'text' }, 'InvalidData'],
  [
    'a hash key that is a number',
    { partitionKey: 'k', data: Buffer.from('x'), explicitHashKey: 5 },
    'InvalidExplicitHashKey',
  ],
])('settles a record with %s, and its marks still hold', async (_what, wrong, errorCode) => {
  const { stream, producer } = aProducer({ aggregation: 'by-key', maxBufferedBytes: 10 });
  expect(await producer.put(wrong as unknown as UserRecord)).toMatchObject({ kind: 'failed', errorCode, attempts: 0 });
  const first = producer.put(record('a', '123456'));
  expect(await producer.put(record('b', '123456'))).toMatchObject({ errorCode: 'ProducerFull' });
  expect(await stream.time.until(first)).toMatchObject({ kind: 'put' });
});

test.each<[string, Partial<ProducerPorts>, string]>([
  [
    'throws at once',
    {
      putRecords: () => {
        throw new Error('no such port');
      },
    },
    'UnknownError',
  ],
  [
    'answers for fewer entries than it was given',
    { putRecords: async () => ({ kind: 'replied', entries: [] }) },
    'ResultCountMismatch',
  ],
])('every record settles when the port %s', async (_what, ports, errorCode) => {
  const { stream, producer } = aProducer({}, {}, ports);
  expect(await stream.time.until(producer.put(record('a')))).toMatchObject({ kind: 'failed', errorCode });
  await stream.time.until(producer.close());
});

test('a listing that throws at once is one that failed', async () => {
  const listShards = () => {
    throw new Error('no such port');
  };
  const { stream, producer } = aProducer({}, {}, { listShards });
  expect(await stream.time.until(producer.put(record('a')))).toMatchObject({ kind: 'put' });
});

test('a wait that rejects when it is cut short harms nothing', async () => {
  const stream = new FakeStream();
  const sleep: ProducerPorts['sleep'] = async (ms, signal) => {
    await stream.time.sleep(ms, signal);
    signal?.throwIfAborted();
  };
  const producer = createProducerOn({ ...stream.ports, sleep }, 'orders', {
    maxAttempts: 1,
    spill: { waitMs: 1_000, spill: async () => undefined },
  });
  const puts = Promise.all(Array.from({ length: 20 }, (_, i) => producer.put(record(`k${i}`))));
  await stream.time.until(producer.flush({ signal: AbortSignal.abort() }));
  expect(new Set((await stream.time.until(puts)).map(({ kind }) => kind))).toEqual(new Set(['spilled']));
});

test('a second close with a signal ends the wait of the first', async () => {
  const { stream, producer } = aProducer(
    { recordTtlMs: Number.POSITIVE_INFINITY },
    { refuse: () => 'InternalFailure' },
  );
  const put = producer.put(record('a'));
  const closed = producer.close();
  await stream.time.until(stream.time.sleep(10_000));
  void producer.close({ signal: AbortSignal.abort() });
  expect(await stream.time.until(put)).toMatchObject({ kind: 'failed', errorCode: 'Aborted' });
  await stream.time.until(closed);
});

test('a sequence that is aborted ends, also when its source never gives another record', async () => {
  const { stream, producer } = aProducer();
  const stop = new AbortController();
  async function* idle() {
    yield record('a');
    await new Promise(() => undefined);
  }
  const summary = producer.putAll(idle(), { signal: stop.signal });
  await stream.time.until(stream.time.sleep(1_000));
  stop.abort();
  expect(await stream.time.until(summary)).toEqual({ put: 1, spilled: 0, failed: 0 });
});

test('a Node stream that is aborted settles what it was given', async () => {
  const { stream, producer } = aProducer({}, { refuse: () => 'InternalFailure' });
  const stop = new AbortController();
  const outcomes: string[] = [];
  const writable = producer.writable({
    signal: stop.signal,
    onOutcome: (_record, outcome) => outcomes.push(outcome.kind === 'put' ? 'put' : outcome.errorCode),
  });
  writable.on('error', () => undefined);
  writable.write(record('a'));
  await stream.time.until(stream.time.sleep(1_000));
  stop.abort();
  await turn();
  await stream.time.until(stream.time.sleep(20));
  expect(outcomes).toEqual(['Aborted']);
});

test('a key without room for its salt, and a record without, go as they are', async () => {
  const salting = { ways: 2, isBusy: () => true };
  const { stream, producer } = aProducer({ salting, maxRecordBytes: 1_000, maxAggregateBytes: 500 });
  const long = 'k'.repeat(256);
  const puts = Promise.all([producer.put(record(long)), producer.put(record('a', 'x'.repeat(999)))]);
  expect((await stream.time.until(puts)).map(({ kind }) => kind)).toEqual(['put', 'put']);
  expect(stream.stored.map(({ entry }) => entry.partitionKey).sort()).toEqual(['a', long]);
});

test('a clock that is set back stands for as long as it takes to go on', () => {
  let wallMs = 1_000_000;
  const nowMs = steadyClock(() => wallMs);
  const before = nowMs();
  wallMs += 50;
  expect(nowMs() - before).toBe(50);
  wallMs -= 3_600_000;
  expect(nowMs() - before).toBe(50);
  wallMs += 25;
  expect(nowMs() - before).toBe(75);
});

test('while the listing of a reshard is late, the shards are not listed for every reply', async () => {
  const stream = new FakeStream();
  const stale = [...stream.openShards];
  let listings = 0;
  const listShards: ProducerPorts['listShards'] = async () => {
    listings += 1;
    await stream.time.sleep(5);
    return { kind: 'listed', shards: stale };
  };
  const producer = createProducerOn({ ...stream.ports, listShards }, 'orders', { lingerMs: 0 });
  await stream.time.until(producer.put(record('a')));
  stream.split('shardId-000000000000');
  for (let i = 0; i < 100; i += 1) await stream.time.until(producer.put(record(`k${i}`)));
  // A hundred calls of 10 ms: what is asked at once, and a second later.
  expect(listings).toBeLessThanOrEqual(4);
});

test('keys that look like a key with a hash key share no record with it', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-key' });
  const puts = [
    producer.put({ ...record('a'), explicitHashKey: '5' }),
    producer.put(record('a\u00005')),
    producer.put(record('a\u00005')),
  ];
  await stream.time.until(Promise.all(puts));
  expect(stream.stored.map(({ entry }) => entry.partitionKey).sort()).toEqual(['a', 'a\u00005']);
});

test('a sink that takes no records at a time is given one', async () => {
  const spill = { maxRecords: 0, spill: async () => undefined };
  const { stream, producer } = aProducer({ spill, maxAttempts: 1 }, { refuse: () => 'InternalFailure' });
  expect(await stream.time.until(producer.put(record('a')))).toMatchObject({ kind: 'spilled' });
});

test('the last minute with traffic is told when it is over, not with the next record', async () => {
  const lines: string[] = [];
  const { stream, producer } = aProducer({ embeddedMetrics: { write: (line) => lines.push(line) } });
  await stream.time.until(producer.put(record('a')));
  await stream.time.until(stream.time.sleep(61_000));
  expect(lines.map((line) => JSON.parse(line).UserRecordsPut)).toEqual([1]);
  expect(stream.time.timers).toBe(0);
});

test('a name for a key that cannot be made stops no record', async () => {
  const nameKey = () => {
    throw new Error('no name');
  };
  const { stream, producer } = aProducer({ skew: { nameKey } });
  expect(await stream.time.until(producer.put(record('a')))).toMatchObject({ kind: 'put' });
  await stream.time.until(producer.close());
  expect(stream.closed).toBe(1);
});

test('a question about busy keys that throws fails the record, and does not reject', async () => {
  const isBusy = () => {
    throw new Error('who knows');
  };
  const { producer } = aProducer({ salting: { ways: 2, isBusy } });
  expect(await producer.put(record('a'))).toMatchObject({ kind: 'failed', errorCode: 'UnknownError', attempts: 0 });
});
