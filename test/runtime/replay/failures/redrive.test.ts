import { expect, test } from '@jest/globals';
import { encodeAggregated } from '../../../../core/records/aggregated/aggregate-builder.js';
import type { FailureFilter } from '../../../../runtime/replay/failures/choose-failed.js';
import { readBucket } from '../../../../runtime/replay/failures/read-bucket.js';
import { Redrive } from '../../../../runtime/replay/failures/redrive.js';
import { redriveBucket } from '../../../../runtime/replay/failures/redrive-bucket.js';
import { redriveQueue } from '../../../../runtime/replay/failures/redrive-queue.js';
import type { ReplayRecord } from '../../../../runtime/replay/ports.js';
import { aReader, aRecord, aTarget, aTimer } from '../../../support/fake-replay.js';
import { aBucket, aLambdaRecord, aLine, anEventRecord, aQueue } from '../../../support/memory-failures.js';

const EVERYTHING: FailureFilter = { keys: new Set() };
const STORE = 'records/billing/shardId-000000000000';

function aRedrive(filter: Partial<FailureFilter> = {}, refuse?: (record: ReplayRecord) => boolean) {
  const { target, records } = aTarget(refuse);
  const told: string[] = [];
  const redrive = new Redrive({
    ...{ filter: { ...EVERYTHING, ...filter }, target, takeTurn: async () => undefined },
    onFailed: (failed) => told.push(...failed.map(({ reason }) => reason)),
    signal: new AbortController().signal,
  });
  const texts = () =>
    records().flatMap(({ chosen }) => chosen.map(({ record }) => Buffer.from(record.data).toString()));
  return { redrive, texts, told, records };
}

async function fromBucket(
  objects: Readonly<Record<string, string>>,
  options: { filter?: Partial<FailureFilter>; refuse?: (record: ReplayRecord) => boolean; deletes?: boolean } = {},
) {
  const bucket = aBucket(objects);
  const { redrive, texts, told, records } = aRedrive(options.filter, options.refuse);
  const totals = await redriveBucket({
    ...{ bucket, redrive, deletes: options.deletes ?? false, isDryRun: false, onTotals: () => undefined },
    objects: readBucket(bucket, { ...EVERYTHING, ...options.filter }),
    tell: (line) => told.push(line),
    signal: new AbortController().signal,
  });
  return { totals, texts: texts(), told, left: Object.fromEntries(bucket.objects), records };
}

test('failed records are delivered in the order of their shard, and their objects move away', async () => {
  const { totals, texts, left } = await fromBucket({
    [`${STORE}/100.ndjson`]: `${aLine('100')}\n${aLine('105')}\n`,
    [`${STORE}/20.ndjson`]: `${aLine('20')}\n`,
  });
  expect(texts).toEqual(['r20', 'r100', 'r105']);
  expect(totals).toEqual({ read: 3, redriven: 3, filtered: 0, failed: 0, lost: 0 });
  expect(Object.keys(left)).toEqual([`redriven/${STORE}/20.ndjson`, `redriven/${STORE}/100.ndjson`]);
});

test('with --delete nothing is kept', async () => {
  const { left } = await fromBucket({ [`${STORE}/20.ndjson`]: aLine('20') }, { deletes: true });
  expect(left).toEqual({});
});

test('what fails again stays, what took effect does not', async () => {
  const { totals, left, told } = await fromBucket(
    { [`${STORE}/1.ndjson`]: `${aLine('1')}\n${aLine('2')}\n` },
    { refuse: ({ stored }) => stored.sequenceNumber === '2' },
  );
  expect(totals).toMatchObject({ read: 2, redriven: 1, failed: 1 });
  expect(left).toEqual({ [`${STORE}/1.ndjson`]: `${aLine('2')}\n`, [`redriven/${STORE}/1.ndjson`]: `${aLine('1')}\n` });
  expect(told).toEqual(['refused']);
});

test('only what is asked for goes: class, time, key', async () => {
  const lines = [
    aLine('1', { errorType: 'InvalidJson' }),
    aLine('2'),
    aLine('3', { partitionKey: 'other' }),
    aLine('4', { arrivalTime: '2026-11-19T10:00:00.000Z' }),
  ];
  const filter = { errorType: 'InvalidEvent', fromMs: Date.UTC(2026, 10, 20), keys: new Set(['k']) };
  const { totals, texts, left } = await fromBucket({ [`${STORE}/1.ndjson`]: lines.join('\n') }, { filter });
  expect(texts).toEqual(['r2']);
  expect(totals).toEqual({ read: 4, redriven: 1, filtered: 3, failed: 0, lost: 0 });
  expect(left[`${STORE}/1.ndjson`]!.split('\n')).toHaveLength(4);
});

test('user records of an aggregated one go alone, those of the same one together', async () => {
  const body = [aLine('7', { subSequenceNumber: 3 }), aLine('7', { subSequenceNumber: 9 }), aLine('8')].join('\n');
  const { records } = await fromBucket({ [`${STORE}/7.3.ndjson`]: body });
  expect(
    records().map(({ chosen, isWhole }) => [chosen.map(({ origin }) => origin?.subSequenceNumber), isWhole]),
  ).toEqual([
    [[3, 9], false],
    [[undefined], true],
  ]);
});

test('a record that lies in two objects is redriven once, and both objects go', async () => {
  const { texts, left } = await fromBucket(
    { [`${STORE}/1.ndjson`]: `${aLine('1')}\n${aLine('2')}`, [`${STORE}/2.ndjson`]: aLine('2') },
    { deletes: true },
  );
  expect(texts).toEqual(['r1', 'r2']);
  expect(left).toEqual({});
});

test("Lambda's own object: every user record of the batch; what is left of a part goes on as single records", async () => {
  const user = ['a', 'b'].map((partitionKey) => ({ partitionKey, data: Buffer.from(`in-${partitionKey}`) }));
  const records = [anEventRecord('1', encodeAggregated(user)), anEventRecord('2', Buffer.from('two'), 'a')];
  const key = 'aws/lambda/uuid/shardId-000000000000/2026/11/20/2026-11-20T11.00.00-x';
  const { texts, totals, left } = await fromBucket(
    { [key]: aLambdaRecord('1', '2', 2, records) },
    { filter: { keys: new Set(['a']), functionName: 'billing' } },
  );
  expect(texts).toEqual(['in-a', 'two']);
  expect(totals).toMatchObject({ read: 3, redriven: 2, filtered: 1 });
  const rest = left[`${STORE}/1-rest.ndjson`]!;
  expect(JSON.parse(rest)).toMatchObject({
    subSequenceNumber: 1,
    partitionKey: 'b',
    errorType: 'RetryAttemptsExhausted',
  });
  expect(Buffer.from(JSON.parse(rest).data, 'base64').toString()).toBe('in-b');
  expect(Object.keys(left).sort()).toEqual([`${STORE}/1-rest.ndjson`, `redriven/${key}`]);
});

test('spilled records, which were never in the stream, are put with their hash keys', async () => {
  const line = aLine('', { shardId: '', explicitHashKey: '5', errorType: 'Expired' });
  const { records, left } = await fromBucket({ 'records/app/spilled/2026-x.ndjson': line }, { deletes: true });
  expect(records()[0]!.chosen).toMatchObject([{ record: { partitionKey: 'k', explicitHashKey: '5' } }]);
  expect(records()[0]!.chosen[0]!.origin).toBeUndefined();
  expect(left).toEqual({});
});

test('what is not understood stays, is told, and is no success', async () => {
  const { totals, left, told } = await fromBucket({
    [`${STORE}/1.ndjson`]: `${aLine('1')}\n{"torn":`,
    'aws/lambda/x': 'nothing',
  });
  expect(totals).toEqual({ read: 3, redriven: 1, filtered: 0, failed: 2, lost: 0 });
  expect(told).toHaveLength(2);
  expect(left[`${STORE}/1.ndjson`]).toBe('{"torn":\n');
  expect(left['aws/lambda/x']).toBe('nothing');
});

test('a queue: its ranges are read again, and what has expired is told and its message kept', async () => {
  const records = [3, 4, 5, 6, 7].map((number) => aRecord('shardId-000000000000', number, 'k', 0, `r${number}`));
  const reader = aReader([{ shardId: 'shardId-000000000000', parentIds: [], records }]);
  const queue = aQueue([aLambdaRecord('4', '5', 2), aLambdaRecord('1', '3', 3)]);
  const { redrive, texts, told } = aRedrive();
  const totals = await redriveQueue({
    ...{ queue, redrive, readerOf: () => reader, timer: aTimer(), share: 1, functionName: 'billing', isDryRun: false },
    tell: (line) => told.push(line),
    onTotals: () => undefined,
    signal: new AbortController().signal,
  });
  expect(texts()).toEqual(['r4', 'r5', 'r3']);
  expect(totals).toEqual({ read: 5, redriven: 3, filtered: 0, failed: 0, lost: 2 });
  expect(told).toEqual(['lost: 2 of 3 records of shardId-000000000000 have expired, from 1 up to before 3']);
  expect([...queue.left.keys()]).toEqual(['1']);
});
