import { expect, test } from '@jest/globals';
import { putEntries } from '../../../runtime/producer/put-entries.js';
import { aRequestFailure, fakeProducerPorts } from '../../support/fake-producer-ports.js';
import { aPutEntry } from '../../support/put-entry.js';

const THROTTLED = 'ProvisionedThroughputExceededException';
const keyed = (...keys: string[]) => keys.map((partitionKey) => aPutEntry({ partitionKey }));

test('answers for each entry, in the order given', async () => {
  const outcomes = await putEntries(fakeProducerPorts(), 'orders', keyed('a', 'b'));
  const shardId = 'shardId-000000000000';
  expect(outcomes).toEqual([
    { kind: 'put', shardId, sequenceNumber: '1', attempts: 1 },
    { kind: 'put', shardId, sequenceNumber: '2', attempts: 1 },
  ]);
});

test('makes no call for nothing', async () => {
  const ports = fakeProducerPorts();
  expect(await putEntries(ports, 'orders', [])).toEqual([]);
  expect(ports.calls).toEqual([]);
});

test.each([THROTTLED, 'InternalFailure'])('sends only the entries that failed with %s again', async (errorCode) => {
  const ports = fakeProducerPorts(({ partitionKey }, call) =>
    partitionKey === 'b' && call < 3 ? errorCode : undefined,
  );
  const outcomes = await putEntries(ports, 'orders', keyed('a', 'b', 'c'));
  expect(ports.calls).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  expect(outcomes.map(({ kind, attempts }) => [kind, attempts])).toEqual([
    ['put', 1],
    ['put', 3],
    ['put', 1],
  ]);
});

test('puts what failed before any later batch', async () => {
  const ports = fakeProducerPorts(({ partitionKey }, call) =>
    partitionKey === 'a' && call === 1 ? THROTTLED : undefined,
  );
  await putEntries(ports, 'orders', keyed('a', 'b', 'c'), { maxRecords: 2 });
  expect(ports.calls).toEqual([['a', 'b'], ['a'], ['c']]);
});

test('sends the whole batch again when the request failed for a while', async () => {
  const ports = fakeProducerPorts(undefined, (call) => (call === 1 ? aRequestFailure() : undefined));
  const outcomes = await putEntries(ports, 'orders', keyed('a', 'b'));
  expect(ports.calls).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  expect(outcomes).toEqual([expect.objectContaining({ attempts: 2 }), expect.objectContaining({ attempts: 2 })]);
});

test('fails when the request is refused for good, and goes on with the next batch', async () => {
  const refusal = aRequestFailure({ errorCode: 'AccessDeniedException', message: 'no', retryable: false });
  const ports = fakeProducerPorts(undefined, (call) => (call === 1 ? refusal : undefined));
  const outcomes = await putEntries(ports, 'orders', keyed('a', 'b'), { maxRecords: 1 });
  expect(outcomes).toEqual([
    { kind: 'failed', errorCode: 'AccessDeniedException', message: 'no', attempts: 1 },
    expect.objectContaining({ kind: 'put' }),
  ]);
});

test('fails when an entry is refused for good, after one attempt', async () => {
  const ports = fakeProducerPorts(() => 'ValidationException');
  expect(await putEntries(ports, 'orders', keyed('a'))).toEqual([
    { kind: 'failed', errorCode: 'ValidationException', message: 'ValidationException of the entry', attempts: 1 },
  ]);
  expect(ports.calls).toHaveLength(1);
});

test('fails when the attempts are used up', async () => {
  const ports = fakeProducerPorts(() => THROTTLED);
  const [outcome] = await putEntries(ports, 'orders', keyed('a'), { maxAttempts: 3 });
  expect(ports.calls).toHaveLength(3);
  expect(outcome).toMatchObject({ kind: 'failed', errorCode: THROTTLED, attempts: 3 });
});

test('fails when an entry breaks a rule of the service, without sending it', async () => {
  const ports = fakeProducerPorts();
  const large = aPutEntry({ data: Buffer.alloc(1_048_576) });
  const outcomes = await putEntries(ports, 'orders', [large, aPutEntry({ partitionKey: 'a' })]);
  expect(ports.calls).toEqual([['a']]);
  expect(outcomes).toEqual([
    { kind: 'failed', errorCode: 'RecordTooLarge', message: expect.stringContaining('1048577'), attempts: 0 },
    expect.objectContaining({ kind: 'put' }),
  ]);
});

test('waits longer before each retry, up to the cap, and not before the first attempt', async () => {
  const ports = fakeProducerPorts(() => THROTTLED);
  await putEntries(ports, 'orders', keyed('a'), { maxAttempts: 6, retryBaseMs: 100, retryCapMs: 500 });
  expect(ports.sleptMs).toEqual([50, 100, 200, 250, 250]);
});

test('starts with a short wait again in each batch', async () => {
  const ports = fakeProducerPorts((_entry, call) => (call % 2 === 1 ? THROTTLED : undefined));
  await putEntries(ports, 'orders', keyed('a', 'b'), { maxRecords: 1 });
  expect(ports.sleptMs).toEqual([50, 50]);
});

test('stops between two attempts when aborted, and says what was not put', async () => {
  const abort = new AbortController();
  const ports = fakeProducerPorts(({ partitionKey }) => {
    abort.abort();
    return partitionKey === 'b' ? THROTTLED : undefined;
  });
  const options = { maxRecords: 2, maxAttempts: Number.POSITIVE_INFINITY, signal: abort.signal };
  const outcomes = await putEntries(ports, 'orders', keyed('a', 'b', 'c'), options);
  expect(ports.calls).toEqual([['a', 'b']]);
  expect(outcomes).toEqual([
    expect.objectContaining({ kind: 'put' }),
    expect.objectContaining({ kind: 'failed', errorCode: 'Aborted', attempts: 1 }),
    expect.objectContaining({ kind: 'failed', errorCode: 'Aborted', attempts: 0 }),
  ]);
});

test.each([0, -1, 1.5, Number.NaN])("fails when 'maxAttempts' is %p", async (maxAttempts) => {
  const ports = fakeProducerPorts();
  await expect(putEntries(ports, 'orders', keyed('a'), { maxAttempts })).rejects.toThrow(
    `'maxAttempts' must be a whole number from 1, or Infinity, got ${maxAttempts}`,
  );
  expect(ports.calls).toEqual([]);
});

test('passes on the bytes, keys and hash keys as given', async () => {
  const sent: unknown[] = [];
  const ports = fakeProducerPorts((entry) => {
    sent.push(entry);
    return undefined;
  });
  const entry = aPutEntry({ explicitHashKey: '7' });
  await putEntries(ports, 'orders', [entry]);
  expect(sent).toEqual([expect.objectContaining(entry)]);
});
