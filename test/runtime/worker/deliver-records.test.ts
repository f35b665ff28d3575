// What is done again, what is put aside, and what a handler's answer means.
import { expect, test } from '@jest/globals';
import type { KinesisBatch } from '../../../runtime/consumer/kinesis-event.js';
import { deliverRecords } from '../../../runtime/worker/deliver-records.js';
import type { ShardRecord, WorkerPorts } from '../../../runtime/worker/ports.js';
import {
  type BatchHandler,
  resolveWorkerSettings,
  type WorkerSettings,
} from '../../../runtime/worker/worker-options.js';
import { zeroCounts } from '../../../runtime/worker/worker-parts.js';

const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/readings';
const records = Array.from({ length: 8 }, (_, i): ShardRecord => {
  return { sequenceNumber: `${i}`, partitionKey: 'k', data: Buffer.from(`text ${i}`), arrivalMs: 1_500 };
});
const numbersOf = (batch: KinesisBatch) => batch.Records.map(({ kinesis }) => kinesis.sequenceNumber).join('');

async function deliver(handler: BatchHandler, settings: Partial<WorkerSettings> = {}, mayGoOn = () => true) {
  const batches: string[] = [];
  const done: string[] = [];
  const events: string[] = [];
  const counts = zeroCounts();
  const parts = {
    ports: { nowMs: () => 0, sleep: async () => undefined, random: () => 0.5 } as unknown as WorkerPorts,
    settings: resolveWorkerSettings({
      ...settings,
      handler: (batch, context) => {
        batches.push(numbersOf(batch));
        return handler(batch, context);
      },
    }),
    ...{ workerId: 'w', counts, emit: ({ type }: { readonly type: string }) => void events.push(type) },
  };
  const onDone = async (all: readonly ShardRecord[]) => void done.push(...all.map((it) => it.sequenceNumber));
  const signal = new AbortController().signal;
  await deliverRecords(parts, { streamArn: ARN, shardId: 'shard-1', signal, mayGoOn, onDone }, records);
  return { batches, done: done.join(''), events, counts };
}

const failing = (...itemIdentifiers: string[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

test('a record is as Lambda would give it', async () => {
  const { Records } = await new Promise<KinesisBatch>((resolve) => void deliver(async (batch) => resolve(batch)));
  expect(Records[1]).toMatchObject({
    eventSourceARN: ARN,
    awsRegion: 'us-east-1',
    eventID: 'shard-1:1',
    kinesis: { partitionKey: 'k', sequenceNumber: '1', data: 'dGV4dCAx', approximateArrivalTimestamp: 1.5 },
  });
});

test('goes on from the first failure of a batch, and from there only', async () => {
  let calls = 0;
  const { batches, done } = await deliver(async () => (calls++ === 0 ? failing('6', '3') : undefined));
  expect(batches).toEqual(['01234567', '34567']);
  expect(done).toBe('01234567');
});

test('an identifier that was not in the batch fails all of it', async () => {
  let calls = 0;
  const { batches } = await deliver(async () => (calls++ === 0 ? failing('99') : failing()));
  expect(batches.slice(0, 2)).toEqual(['01234567', '0123']);
});

test('a handler that throws gets half as many, down to the record it cannot take', async () => {
  const kept: string[] = [];
  const discard = { afterAttempts: 2, put: async (it: { readonly eventID: string }) => void kept.push(it.eventID) };
  const handler = async (batch: KinesisBatch) => {
    if (numbersOf(batch).includes('2')) throw new Error('no');
  };
  const { done, counts } = await deliver(handler, { discard });
  expect(kept).toEqual(['shard-1:2']);
  expect(done).toBe('01234567');
  expect(counts.discarded).toBe(1);
});

test('a record that cannot be put aside is tried on', async () => {
  let puts = 0;
  const discard = {
    afterAttempts: 1,
    put: async () => {
      puts += 1;
      if (puts === 1) throw new Error('no room');
    },
  };
  const handler = async (batch: KinesisBatch) => (numbersOf(batch).includes('5') ? failing('5') : undefined);
  const { done, events } = await deliver(handler, { discard });
  expect(done).toBe('01234567');
  expect([puts, events.filter((type) => type === 'record.discarded').length]).toEqual([2, 1]);
});

test('calls nobody once the lease is gone', async () => {
  let left = 2;
  const { batches, done } = await deliver(
    async () => undefined,
    { batchSize: 2 },
    () => left-- > 0,
  );
  expect(batches).toEqual(['01', '23']);
  expect(done).toBe('0123');
});

test('fails when a setting cannot be', () => {
  const handler = async () => undefined;
  expect(() => resolveWorkerSettings({ handler, batchSize: 0 })).toThrow(
    "'batchSize' must be a whole number of at least 1, got 0; give 1 or more",
  );
});
