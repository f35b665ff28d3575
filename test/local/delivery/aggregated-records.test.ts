import { expect, test } from '@jest/globals';
import { AggregateBuilder } from '../../../core/records/aggregated/aggregate-builder.js';
import { digestMessage } from '../../../core/records/aggregated/digest-message.js';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';
import { memoryPositions } from '../../support/memory-positions.js';

interface TransformRecord {
  readonly recordId: string;
  readonly data: string;
  readonly kinesisRecordMetadata: { readonly subsequenceNumber: number; readonly partitionKey: string };
}

const decode = (data: string) => Buffer.from(data, 'base64').toString('utf8');

/** Upper case; drops what says so, and refuses what says so. */
function transformer() {
  const seen: TransformRecord[] = [];
  const results: Record<string, string> = { drop: 'Dropped', refuse: 'ProcessingFailed' };
  const invoke = async (_name: string, event: unknown) => {
    const { records } = event as { records: TransformRecord[] };
    seen.push(...records);
    const replies = records.map(({ recordId, data }) => ({
      ...{ recordId, result: results[decode(data)] ?? 'Ok' },
      data: Buffer.from(decode(data).toUpperCase()).toString('base64'),
    }));
    return { kind: 'success', payload: { records: replies }, requestId: 'r' } as const;
  };
  return { seen, invoke };
}

function aRunner(more: Parameters<typeof aDelivery>[0] = {}, positions = memoryPositions(), lab = anEngine()) {
  const objects = new MemoryObjects();
  const functions = transformer();
  const { engine, clock, metrics } = lab;
  const delivery = aDelivery({ bufferBytes: 1e6, ...more });
  const runner = new DeliveryRunner({ delivery, kinesis: engine, objects, functions, metrics, clock, positions });
  const finish = async () => {
    await clock.advance(5_000);
    await runner.stop();
    await runner.flush();
    return runner.totals();
  };
  return { lab, engine, clock, metrics, objects, seen: functions.seen, runner, positions, finish };
}

const transform = { functionArn: 'fn', bufferBytes: 1e6, bufferMs: 1_000, retries: 0 };

function aggregate(...texts: string[]): Buffer {
  const builder = new AggregateBuilder();
  for (const text of texts) builder.add({ partitionKey: `key of ${text}`, data: Buffer.from(text) });
  return Buffer.from(builder.build());
}

/** The same with a record at its end that names a key which is in no table. */
function withLostTail(...texts: string[]): Buffer {
  const whole = aggregate(...texts);
  const lost = Buffer.from([0x1a, 0x05, 0x08, 0x63, 0x1a, 0x01, 0x78]);
  const body = Buffer.concat([whole.subarray(0, -16), lost]);
  return Buffer.concat([body, digestMessage(body, body.length)]);
}

const put = ({ engine }: ReturnType<typeof aRunner>, Data: Uint8Array) =>
  engine.PutRecord({ StreamName: STREAM, Data, PartitionKey: 'outer' });

test('delivers the user records of an aggregated record one by one, and plain records as they are', async () => {
  const run = aRunner();
  await run.runner.start();
  await put(run, aggregate('a', 'b', 'c'));
  await putText(run.engine, 'plain');
  const totals = await run.finish();
  expect(run.objects.lines('objects/events/')).toEqual(['a', 'b', 'c', 'plain']);
  expect(run.objects.lines('objects/errors/')).toEqual([]);
  expect(totals).toMatchObject({ read: 2, delivered: 2, failed: 0, pending: 0, deliveredUserRecords: 4 });
  expect(run.metrics.sum('DataReadFromKinesisStream.Records')).toBe(2);
  expect(run.metrics.sum('DeliveryToS3.Records')).toBe(4);
});

test('hands each user record to the transform with an id, a sub-sequence number and a key of its own', async () => {
  const run = aRunner({ transform });
  await run.runner.start();
  await put(run, aggregate('a', 'a', 'drop'));
  await put(run, aggregate('drop', 'drop'));
  expect(await run.finish()).toMatchObject({ read: 2, delivered: 1, dropped: 1, pending: 0, deliveredUserRecords: 2 });
  expect(run.objects.lines('objects/events/')).toEqual(['A', 'A']);
  expect(new Set(run.seen.map(({ recordId }) => recordId)).size).toBe(5);
  expect(run.seen.map(({ kinesisRecordMetadata: of }) => [of.partitionKey, of.subsequenceNumber])).toEqual([
    ...[0, 1].map((sub) => ['key of a', sub]),
    ...[2, 0, 1].map((sub) => ['key of drop', sub]),
  ]);
});

test('keeps a refused user record with its own bytes, and counts its record of the stream as failed once', async () => {
  const run = aRunner({ transform });
  await run.runner.start();
  await put(run, aggregate('refuse', 'good', 'refuse'));
  expect(await run.finish()).toMatchObject({ read: 1, delivered: 0, failed: 1, pending: 0, deliveredUserRecords: 1 });
  expect(run.objects.lines('objects/events/')).toEqual(['GOOD']);
  const lines = run.objects.lines('objects/errors/').map((line) => JSON.parse(line));
  expect(lines.map(({ rawData }) => decode(rawData))).toEqual(['refuse', 'refuse']);
  expect(lines.map(({ kinesisRecordMetadata: of }) => of.subsequenceNumber)).toEqual([0, 2]);
});

test('keeps an end that cannot be read with the bytes of the whole record, and delivers what stands before it', async () => {
  const run = aRunner();
  await run.runner.start();
  const data = withLostTail('a', 'b');
  await put(run, data);
  expect(await run.finish()).toMatchObject({ read: 1, failed: 1, pending: 0, deliveredUserRecords: 2 });
  expect(run.objects.lines('objects/events/')).toEqual(['a', 'b']);
  const [line = ''] = run.objects.lines('objects/errors/processing-failed/');
  expect(JSON.parse(line)).toMatchObject({
    rawData: data.toString('base64'),
    errorCode: 'Deaggregation.MalformedData',
    errorMessage: expect.stringMatching(/^1 user record at the end/),
  });
});

test('an aggregated record is read again after a kill unless all its user records were in objects', async () => {
  // Full with two user records: the third of the aggregated record waits for the next object.
  const first = aRunner({ bufferBytes: 4 });
  await first.runner.start();
  await put(first, aggregate('a', 'b', 'c'));
  await first.clock.advance(2_000);
  expect(first.objects.lines('objects/events/')).toEqual(['a', 'b']);
  expect(first.runner.totals()).toMatchObject({ read: 1, delivered: 0, pending: 1 });
  const second = aRunner({}, first.positions.snapshot(), first.lab);
  await second.runner.start();
  await second.finish();
  expect(second.objects.lines('objects/events/')).toEqual(['a', 'b', 'c']);
  const third = aRunner({}, second.positions.snapshot(), first.lab);
  await third.runner.start();
  expect(await third.finish()).toMatchObject({ read: 0, delivered: 0 });
});
