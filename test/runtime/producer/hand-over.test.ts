// The ways in beside put: sequences, Node streams, Lambda handlers.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from '@jest/globals';
import { createProducerOn } from '../../../runtime/producer/create-producer.js';
import { flushBeforeReturn } from '../../../runtime/producer/hand-over/flush-before-return.js';
import type { PutOutcome } from '../../../runtime/producer/producer.js';
import { FakeStream, type FakeStreamOptions } from '../../support/fake-stream.js';

const records = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ partitionKey: `k${i % 3}`, data: Buffer.from(String(i)) }));

function aProducer(settings = {}, options: FakeStreamOptions = {}) {
  const stream = new FakeStream(options);
  return { stream, producer: createProducerOn(stream.ports, 's', settings) };
}

test('puts an async sequence, and tells what became of each record', async () => {
  const { stream, producer } = aProducer({ maxBufferedRecords: 4 });
  const told: string[] = [];
  const onOutcome = ({ data }: { data: Uint8Array }, { kind }: PutOutcome) => told.push(`${Buffer.from(data)} ${kind}`);
  const summary = await stream.time.until(producer.putAll(Readable.from(records(10)), { onOutcome }));
  expect(summary).toEqual({ put: 10, spilled: 0, failed: 0 });
  expect(new Set(told)).toEqual(new Set(records(10).map((_, i) => `${i} put`)));
});

test('a sequence that is aborted settles what was read, and reads no more', async () => {
  const { stream, producer } = aProducer({ maxBufferedRecords: 5 }, { refuse: () => 'InternalFailure' });
  const stop = new AbortController();
  void stream.time.sleep(500).then(() => stop.abort());
  let read = 0;
  function* endless() {
    for (const record of records(1_000)) {
      read += 1;
      yield record;
    }
  }
  const other = producer.put({ partitionKey: 'other', data: Buffer.from('not part of it') });
  const { put, failed } = await stream.time.until(producer.putAll(endless(), { signal: stop.signal }));
  expect([put, failed]).toEqual([0, 4]);
  expect(read).toBe(5);
  expect(producer.metrics()).toMatchObject({ bufferedRecords: 1, errors: { Aborted: 4 } });
  await stream.time.until(producer.close({ signal: AbortSignal.abort() }));
  expect(await other).toMatchObject({ errorCode: 'Aborted' });
});

test('a sequence that throws rejects with what it threw', async () => {
  const { stream, producer } = aProducer();
  function* broken() {
    yield* records(2);
    throw new Error('the file ended badly');
  }
  await expect(stream.time.until(producer.putAll(broken()))).rejects.toThrow('the file ended badly');
});

test('a listener that throws stops no record, and is heard of at the end', async () => {
  const { stream, producer } = aProducer();
  const onOutcome = () => {
    throw new Error('listener failed');
  };
  await expect(stream.time.until(producer.putAll(records(3), { onOutcome }))).rejects.toThrow('listener failed');
  expect(producer.metrics()).toMatchObject({ userRecordsPut: 3, bufferedRecords: 0 });
  const written = pipeline(Readable.from(records(1)), producer.writable({ onOutcome }));
  await expect(stream.time.until(written)).rejects.toThrow('listener failed');
});

test('a sequence ends when its producer is closed', async () => {
  const { stream, producer } = aProducer({ maxBufferedRecords: 2 });
  function* endless() {
    for (;;) yield* records(1);
  }
  void stream.time.sleep(500).then(() => producer.close());
  await expect(stream.time.until(producer.putAll(endless()))).rejects.toThrow('the producer is closed');
});

test('a Node stream finishes when all that was written to it has settled', async () => {
  const { stream, producer } = aProducer({ aggregation: 'by-shard', maxBufferedRecords: 7 });
  let settled = 0;
  const sink = producer.writable({
    onOutcome() {
      settled += 1;
    },
  });
  await stream.time.until(pipeline(Readable.from(records(50)), sink));
  expect([settled, producer.metrics().userRecordsPut]).toEqual([50, 50]);
});

test('fails when bytes are piped where records belong', async () => {
  const { stream, producer } = aProducer();
  const written = pipeline(Readable.from([Buffer.from('{}')]), producer.writable());
  await expect(stream.time.until(written)).rejects.toThrow(
    "'chunk' must be a record of partitionKey and data, got bytes",
  );
});

test('fails when a wrapped handler is called without a context', async () => {
  const handler = flushBeforeReturn(aProducer().producer, () => 'done');
  await expect(handler(undefined, undefined as never)).rejects.toThrow(
    "'context' must be the Lambda context, got none",
  );
});

test('a Lambda handler returns when everything it has put has settled, also when it throws', async () => {
  const { stream, producer } = aProducer({ lingerMs: 60_000 });
  const puts: Promise<PutOutcome>[] = [];
  const handler = flushBeforeReturn(producer, (event: 'return' | 'throw') => {
    puts.push(producer.put(records(1)[0]!));
    if (event === 'throw') throw new Error('handler failed');
    return 'done';
  });
  const context = { getRemainingTimeInMillis: () => 30_000 };
  expect(await stream.time.until(handler('return', context))).toBe('done');
  await expect(stream.time.until(handler('throw', context))).rejects.toThrow('handler failed');
  expect(producer.metrics()).toMatchObject({ userRecordsPut: 2, bufferedRecords: 0 });
});

test('a Lambda handler whose time runs out answers for what could not be put', async () => {
  const settings = { recordTtlMs: Number.POSITIVE_INFINITY };
  const { stream, producer } = aProducer(settings, { refuse: () => 'InternalFailure' });
  const put = producer.put(records(1)[0]!);
  const handler = flushBeforeReturn(producer, () => 'done');
  await stream.time.until(handler(undefined, { getRemainingTimeInMillis: () => 20 }));
  expect(await put).toMatchObject({ kind: 'failed', errorCode: 'Aborted' });
});

test('a busy key is spread over its ways, and can be told again', async () => {
  const { stream, producer } = aProducer({ salting: { ways: 2, isBusy: (key: string) => key === 'k0' } });
  await stream.time.until(producer.putAll(records(9)));
  const keys = stream.stored.map(({ entry }) => entry.partitionKey);
  expect(new Set(keys)).toEqual(new Set(['k0#0', 'k0#1', 'k1', 'k2']));
});
