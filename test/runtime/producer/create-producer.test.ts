import { expect, test } from '@jest/globals';
import { decodeRecord } from '../../../core/records/aggregated/decode-record.js';
import { createProducerOn } from '../../../runtime/producer/create-producer.js';
import type { SpilledRecord } from '../../../runtime/producer/outcomes/spill.js';
import type { ProducerSettings } from '../../../runtime/producer/producer-options.js';
import type { ProducerEvent } from '../../../runtime/producer/telemetry/producer-events.js';
import { FakeStream, type FakeStreamOptions } from '../../support/fake-stream.js';

function aProducer(settings: ProducerSettings = {}, options: FakeStreamOptions = {}) {
  const stream = new FakeStream(options);
  const events: ProducerEvent[] = [];
  const producer = createProducerOn(stream.ports, 'orders', { onEvent: (event) => events.push(event), ...settings });
  return { stream, producer, events };
}

const record = (partitionKey: string, text = 'data') => ({ partitionKey, data: Buffer.from(text) });
const decoded = (data: Uint8Array) => {
  const result = decodeRecord(data);
  return result.kind === 'plain' ? result : result.records.map(({ partitionKey }) => partitionKey);
};

test('puts records that come together with one call, and answers for each', async () => {
  const { stream, producer } = aProducer();
  const outcomes = await stream.time.until(Promise.all([producer.put(record('a')), producer.put(record('b'))]));
  expect(outcomes).toEqual([
    { kind: 'put', shardId: 'shardId-000000000000', sequenceNumber: '1', attempts: 1 },
    { kind: 'put', shardId: 'shardId-000000000000', sequenceNumber: '2', attempts: 1 },
  ]);
  expect(stream.calls).toHaveLength(1);
});

test('aggregates the records of a shard, and tells the place of each', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-shard' }, { shards: 2 });
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const outcomes = await stream.time.until(Promise.all(keys.map((key) => producer.put(record(key)))));
  expect(stream.stored.map(({ entry }) => entry.partitionKey)).toEqual(['a', 'a']);
  const inOrder = stream.stored.flatMap(({ entry }) => decoded(entry.data) as string[]);
  expect([...inOrder].sort()).toEqual(keys);
  for (const [at, outcome] of outcomes.entries()) {
    const { shardId, sequenceNumber, subSequenceNumber } = outcome as Extract<typeof outcome, { kind: 'put' }>;
    const home = stream.stored.find((stored) => stored.sequenceNumber === sequenceNumber)!;
    expect(home.shardId).toBe(shardId);
    expect(decoded(home.entry.data)).toHaveProperty(String(subSequenceNumber), keys[at]);
  }
});

test('keeps the keys of a bucket under one partition key', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-shard', keyBuckets: 4 });
  const keys = Array.from({ length: 40 }, (_, i) => `key ${i}`);
  for (let round = 0; round < 2; round += 1) {
    await stream.time.until(Promise.all(keys.map((key) => producer.put(record(key)))));
  }
  const bucketsOf = new Map<string, Set<string>>();
  for (const { entry } of stream.stored) {
    for (const key of decoded(entry.data) as string[]) {
      bucketsOf.set(key, (bucketsOf.get(key) ?? new Set()).add(entry.partitionKey));
    }
  }
  expect(bucketsOf.size).toBe(40);
  expect([...bucketsOf.values()].every(({ size }) => size === 1)).toBe(true);
  expect(new Set([...bucketsOf.values()].flatMap((buckets) => [...buckets]))).toEqual(new Set(['0', '1', '2', '3']));
});

test('aggregates by key without ever mixing two', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-key' }, { shards: 2 });
  const puts = ['a', 'b', 'a', 'b', 'a', 'c'].map((key) => producer.put(record(key)));
  await stream.time.until(Promise.all(puts));
  expect(Object.fromEntries(stream.stored.map(({ entry }) => [entry.partitionKey, decoded(entry.data)]))).toEqual({
    a: ['a', 'a', 'a'],
    b: ['b', 'b'],
    c: { kind: 'plain' },
  });
});

test('lets records go by themselves while the shards cannot be listed, and aggregates once they can', async () => {
  const { stream, producer, events } = aProducer({ aggregation: 'by-shard' });
  stream.listingError = 'AccessDeniedException';
  await stream.time.until(Promise.all(['a', 'b'].map((key) => producer.put(record(key)))));
  expect(stream.stored.map(({ entry }) => entry.partitionKey)).toEqual(['a', 'b']);
  expect(events).toContainEqual({
    type: 'shard-map-failed',
    errorCode: 'AccessDeniedException',
    message: 'no listing',
    retryInMs: 1_000,
  });
  stream.listingError = undefined;
  await stream.time.until(stream.time.sleep(1_000));
  await stream.time.until(Promise.all(['c', 'd'].map((key) => producer.put(record(key)))));
  await stream.time.until(Promise.all(['e', 'f'].map((key) => producer.put(record(key)))));
  expect(decoded(stream.stored.at(-1)!.entry.data)).toEqual(['e', 'f']);
});

test('sends only what failed again, and says how often it was sent', async () => {
  const refused = new Set<string>();
  const refuse: FakeStreamOptions['refuse'] = ({ partitionKey }) => {
    if (partitionKey !== 'b' || refused.has(partitionKey)) return undefined;
    refused.add(partitionKey);
    return 'ProvisionedThroughputExceededException';
  };
  const { stream, producer, events } = aProducer({}, { refuse });
  const outcomes = await stream.time.until(Promise.all(['a', 'b', 'c'].map((key) => producer.put(record(key)))));
  expect(outcomes.map((outcome) => outcome.attempts)).toEqual([1, 2, 1]);
  expect(stream.calls.map((entries) => entries.map(({ partitionKey }) => partitionKey))).toEqual([
    ['a', 'b', 'c'],
    ['b'],
  ]);
  expect(events).toContainEqual({
    type: 'throttled',
    shardId: 'shardId-000000000000',
    records: 1,
    sharePercent: 75,
  });
});

test('a record that only the stream knows to be wrong fails alone, not with its whole call', async () => {
  const answer: FakeStreamOptions['answer'] = (_call, entries) =>
    entries.some(({ partitionKey }) => partitionKey === 'bad')
      ? { kind: 'failed', errorCode: 'ValidationException', message: 'too large', retryable: false }
      : undefined;
  const { stream, producer } = aProducer({}, { answer });
  const keys = ['a', 'b', 'c', 'bad', 'd', 'e', 'f'];
  const outcomes = await stream.time.until(Promise.all(keys.map((key) => producer.put(record(key)))));
  expect(outcomes.map(({ kind }) => kind)).toEqual(['put', 'put', 'put', 'failed', 'put', 'put', 'put']);
  expect(outcomes[3]).toMatchObject({ errorCode: 'ValidationException' });
  expect(stream.stored.map(({ entry }) => entry.partitionKey)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('a shard at its rate is not asked with a call for each record', async () => {
  const { stream, producer } = aProducer({ order: 'per-key' });
  const puts = Array.from({ length: 2_000 }, (_, i) => producer.put(record(`key ${i}`)));
  const startMs = stream.time.nowMs();
  await stream.time.until(Promise.all(puts));
  const seconds = (stream.time.nowMs() - startMs) / 1_000;
  // A quarter of a second is saved up at the start.
  expect(seconds).toBeGreaterThan(1.7);
  expect(seconds).toBeLessThan(2.1);
  expect(stream.calls.length / seconds).toBeLessThan(45);
});

test('a little for each of many shards goes with few calls, and no record waits longer for it', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-shard' }, { shards: 100, latencyMs: () => 1 });
  const puts = [];
  const startMs = stream.time.nowMs();
  for (let i = 0; i < 2_000; i += 1) {
    const putAtMs = stream.time.nowMs();
    puts.push(producer.put(record(`key ${i}`)).then(() => stream.time.nowMs() - putAtMs));
    await stream.time.until(stream.time.sleep(1));
  }
  const waits = await stream.time.until(Promise.all(puts));
  expect(Math.max(...waits)).toBeLessThanOrEqual(110);
  expect(stream.calls.length / ((stream.time.nowMs() - startMs) / 1_000)).toBeLessThan(45);
});

test.each([
  ['put-again', true, 8],
  ['accept', false, 0],
] as const)('an aggregated record that a split has sent astray: %s', async (wrongShard, isPutAgain, kept) => {
  const { stream, producer, events } = aProducer({ aggregation: 'by-shard', wrongShard });
  await stream.time.until(producer.put(record('first')));
  stream.split('shardId-000000000000');
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const outcomes = await stream.time.until(Promise.all(keys.map((key) => producer.put(record(key)))));
  expect(outcomes.every(({ kind, attempts }) => kind === 'put' && attempts === (isPutAgain ? 2 : 1))).toBe(true);
  expect(stream.allAsKclReads.filter(({ partitionKey }) => keys.includes(partitionKey))).toHaveLength(kept);
  expect(events.filter(({ type }) => type === 'wrong-shard')).toHaveLength(isPutAgain ? 1 : 0);
  await stream.time.until(stream.time.sleep(100));
  expect(events).toContainEqual({
    type: 'resharded',
    openShards: 2,
    opened: ['shardId-000000000001', 'shardId-000000000002'],
    closed: ['shardId-000000000000'],
  });
});

test('gives up what breaks a rule of the service without sending it', async () => {
  const { stream, producer } = aProducer();
  const outcomes = await stream.time.until(
    Promise.all([
      producer.put(record('')),
      producer.put({ partitionKey: 'a', explicitHashKey: '-1', data: Buffer.alloc(1) }),
      producer.put({ partitionKey: 'a', data: Buffer.alloc(1_048_576) }),
    ]),
  );
  expect(outcomes.map((outcome) => 'errorCode' in outcome && [outcome.errorCode, outcome.attempts])).toEqual([
    ['InvalidPartitionKey', 0],
    ['InvalidExplicitHashKey', 0],
    ['RecordTooLarge', 0],
  ]);
  expect(stream.calls).toEqual([]);
});

test('gives records up when their time is over', async () => {
  const { stream, producer, events } = aProducer({ recordTtlMs: 2_000 }, { refuse: () => 'InternalFailure' });
  const outcome = await stream.time.until(producer.put(record('a')));
  const message = expect.stringContaining('the last try was refused with InternalFailure');
  expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'Expired', message });
  expect(events).toContainEqual({ type: 'failed', errorCode: 'Expired', records: 1 });
});

test('turns records away beyond the high-water mark, and tells when there is room', async () => {
  const { stream, producer, events } = aProducer({ maxBufferedRecords: 2 });
  const puts = ['a', 'b', 'c'].map((key) => producer.put(record(key)));
  expect(await puts[2]).toMatchObject({ kind: 'failed', errorCode: 'ProducerFull', attempts: 0 });
  expect(producer.metrics().bufferedRecords).toBe(2);
  await stream.time.until(producer.ready());
  expect(producer.metrics().bufferedRecords).toBe(0);
  expect(await stream.time.until(producer.put(record('d')))).toMatchObject({ kind: 'put' });
  expect(events.filter(({ type }) => type === 'full')).toHaveLength(1);
});

test('spills what could not be put, and says so only when it is kept', async () => {
  const spilled: SpilledRecord[] = [];
  let isBroken = true;
  const spill = {
    async spill(records: readonly SpilledRecord[]) {
      if (isBroken) throw new Error('bucket is gone');
      spilled.push(...records);
    },
  };
  const { stream, producer, events } = aProducer({ spill, maxAttempts: 2 }, { refuse: () => 'InternalFailure' });
  expect(await stream.time.until(producer.put(record('a')))).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('spilling it failed too: Error: bucket is gone'),
    attempts: 2,
  });
  isBroken = false;
  expect(await stream.time.until(producer.put(record('b')))).toMatchObject({
    kind: 'spilled',
    errorCode: 'InternalFailure',
    attempts: 2,
  });
  expect(spilled.map(({ record: { partitionKey }, errorCode }) => [partitionKey, errorCode])).toEqual([
    ['b', 'InternalFailure'],
  ]);
  expect(events).toContainEqual({ type: 'spill-failed', errorName: 'Error', records: 1 });
  expect(events).toContainEqual({ type: 'spilled', records: 1, bytes: 5 });
});

test('a flush sends at once, and ends when everything before it has settled', async () => {
  const { stream, producer } = aProducer({ lingerMs: 60_000 });
  const put = producer.put(record('a'));
  const startMs = stream.time.nowMs();
  await stream.time.until(producer.flush());
  expect(await put).toMatchObject({ kind: 'put' });
  expect(stream.time.nowMs() - startMs).toBeLessThan(1_000);
});

test('a flush that is aborted settles everything', async () => {
  const { stream, producer } = aProducer({}, { refuse: () => 'InternalFailure' });
  const put = producer.put(record('a'));
  const stop = new AbortController();
  void stream.time.sleep(1_000).then(() => stop.abort());
  await stream.time.until(producer.flush({ signal: stop.signal }));
  expect(await put).toMatchObject({ kind: 'failed', errorCode: 'Aborted' });
});

test('leaves no timer behind when it is closed, and takes nothing more', async () => {
  const { stream, producer } = aProducer();
  const put = producer.put(record('a'));
  await stream.time.until(producer.close());
  expect(await put).toMatchObject({ kind: 'put' });
  await new Promise((resolve) => setImmediate(resolve));
  expect([stream.time.timers, stream.closed]).toEqual([0, 1]);
  expect(await producer.put(record('b'))).toMatchObject({ kind: 'failed', errorCode: 'Closed' });
  await expect(producer.ready()).rejects.toThrow('closed');
});

test('says in the tags who has put a record and as which', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-shard', producerId: 'run-7' });
  await stream.time.until(Promise.all([producer.put(record('a')), producer.put(record('b'))]));
  const result = decodeRecord(stream.stored[0]!.entry.data);
  expect(result.kind === 'aggregated' && result.records.map(({ tags }) => tags)).toEqual([
    [
      { key: 'p', value: 'run-7' },
      { key: 'n', value: '0' },
    ],
    [
      { key: 'p', value: 'run-7' },
      { key: 'n', value: '1' },
    ],
  ]);
});

test('fails when made for a name that no stream can have', () => {
  const make = (name: string) => () => createProducerOn(new FakeStream().ports, name);
  expect(make('')).toThrow("'streamName' must be a stream's name (letters, digits, _ . -), got ''");
  expect(make(undefined as unknown as string)).toThrow("got 'undefined'");
});
