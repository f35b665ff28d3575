import { expect, test } from '@jest/globals';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import type { InvocationResult } from '../../../local/services/lambda/invoker.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText } from '../../support/an-engine.js';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:transform';

interface TransformEvent {
  readonly deliveryStreamArn: string;
  readonly records: readonly { readonly recordId: string; readonly data: string }[];
}
type Reply = { recordId: string; result: string; data?: string };

const success = (records: unknown): InvocationResult => ({ kind: 'success', payload: { records }, requestId: 'r' });
const failure = (errorMessage: string): InvocationResult => ({
  ...{ kind: 'failure', functionError: 'Unhandled', errorType: 'Error', errorMessage, requestId: 'r' },
});
const decode = (data: string) => Buffer.from(data, 'base64').toString('utf8');
const encode = (text: string) => Buffer.from(text).toString('base64');

function aRunner(answer: (event: TransformEvent, attempt: number) => InvocationResult, retries = 2) {
  const { engine, clock, metrics } = anEngine({ shards: 2 });
  const objects = new MemoryObjects();
  const events: TransformEvent[] = [];
  const functions = {
    async invoke(name: string, event: unknown) {
      expect(name).toBe(functionArn);
      events.push(event as TransformEvent);
      return answer(event as TransformEvent, events.length);
    },
  };
  const transform = { functionArn, bufferBytes: 100, bufferMs: 10_000, retries };
  const delivery = aDelivery({ transform });
  const runner = new DeliveryRunner({ delivery, kinesis: engine, objects, functions, metrics, clock });
  const finish = async () => {
    await clock.advance(20_000);
    await runner.stop();
    await runner.flush();
    return runner.totals();
  };
  return { engine, clock, metrics, objects, events, runner, finish };
}

const upper = ({ records }: TransformEvent): Reply[] =>
  records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data: encode(decode(data).toUpperCase()) }));

test('delivers what the function returns, batch by batch of one shard', async () => {
  const { engine, runner, objects, events, finish, metrics } = aRunner((event) => success(upper(event)));
  await runner.start();
  for (let index = 0; index < 20; index += 1) await putText(engine, `record-${index}`);
  expect(await finish()).toMatchObject({ read: 20, delivered: 20, failed: 0, pending: 0 });
  expect(new Set(objects.lines('objects/events/'))).toEqual(
    new Set(Array.from({ length: 20 }, (_, index) => `RECORD-${index}`)),
  );
  expect(events.length).toBeGreaterThan(2);
  for (const { records, deliveryStreamArn } of events) {
    expect(records.reduce((sum, { data }) => sum + decode(data).length, 0)).toBeLessThanOrEqual(100);
    expect(new Set(records.map(({ recordId }) => recordId.slice(0, 20))).size).toBe(1);
    expect(deliveryStreamArn).toBe(aDelivery().arn);
  }
  expect(metrics.sum('SucceedProcessing.Records')).toBe(20);
  expect(metrics.values('ExecuteProcessing.Success')).toEqual(events.map(() => 1));
});

test('waits for the buffer interval before a batch that is not full', async () => {
  const { engine, clock, runner, events } = aRunner((event) => success(upper(event)));
  await runner.start();
  await putText(engine, 'one');
  await clock.advance(9_000);
  expect(events).toHaveLength(0);
  await clock.advance(3_000);
  expect(events).toHaveLength(1);
  await runner.stop();
});

test('drops, fails and delivers record by record as the function says', async () => {
  const { engine, runner, objects, finish } = aRunner(({ records }) => {
    const replies = records.flatMap(({ recordId, data }): Reply[] => {
      const text = decode(data);
      if (text === 'lost') return [];
      if (text === 'twice') return [1, 2].map(() => ({ recordId, result: 'Ok', data }));
      const result = { drop: 'Dropped', bad: 'ProcessingFailed', odd: 'Maybe' }[text] ?? 'Ok';
      return [{ recordId, result, data }];
    });
    return success(replies);
  });
  await runner.start();
  for (const text of ['good', 'drop', 'bad', 'odd', 'lost', 'twice']) await putText(engine, text, 'one shard');
  const ends = { read: 6, delivered: 1, failed: 4, dropped: 1, pending: 0 };
  expect(await finish()).toEqual({ ...ends, objects: 1, deliveredUserRecords: 1 });
  expect(objects.lines('objects/events/')).toEqual(['good']);
  const failed = objects.lines('objects/errors/processing-failed/').map((line) => JSON.parse(line));
  expect(failed.map(({ errorCode, rawData }) => [decode(rawData), errorCode])).toEqual([
    ['bad', 'Lambda.ProcessingFailedStatus'],
    ['odd', 'Lambda.InvalidReturnFormat'],
    ['lost', 'Lambda.MissingRecordId'],
    ['twice', 'Lambda.DuplicatedRecordId'],
  ]);
  expect(failed[0]).toMatchObject({ attemptsMade: 1, lambdaArn: functionArn, arrivalTimestamp: expect.any(Number) });
});

test('tries a failing function again, and goes on when it recovers', async () => {
  const { engine, runner, events, finish, metrics } = aRunner((event, attempt) =>
    attempt < 3 ? failure('not yet') : success(upper(event)),
  );
  await runner.start();
  await putText(engine, 'one');
  expect(await finish()).toMatchObject({ delivered: 1, failed: 0 });
  expect(events).toHaveLength(3);
  expect(metrics.values('ExecuteProcessing.Success')).toEqual([0, 0, 1]);
});

test.each([
  ['fails', failure('broken'), 'Lambda.FunctionError'],
  ['times out', failure('2026-01-05 Task timed out after 3.00 seconds'), 'Lambda.FunctionTimedOut'],
  ['returns no records', { kind: 'success', payload: null, requestId: 'r' } as const, 'Lambda.InvalidReturnFormat'],
])('sends the whole batch to the error prefix when the function %s every time', async (_, result, errorCode) => {
  const { engine, runner, objects, events, finish } = aRunner(() => result, 1);
  await runner.start();
  for (const text of ['a', 'b']) await putText(engine, text, 'one shard');
  expect(await finish()).toMatchObject({ read: 2, delivered: 0, failed: 2, pending: 0 });
  expect(events).toHaveLength(2);
  const failed = objects.lines('objects/errors/processing-failed/').map((line) => JSON.parse(line));
  expect(failed).toMatchObject([
    { errorCode, attemptsMade: 2, rawData: encode('a') },
    { errorCode, attemptsMade: 2, rawData: encode('b') },
  ]);
});

test('uses up no attempt while no concurrency is free', async () => {
  const { engine, runner, finish } = aRunner(
    (event, attempt) => (attempt < 6 ? { kind: 'throttled' } : success(upper(event))),
    0,
  );
  await runner.start();
  await putText(engine, 'one');
  expect(await finish()).toMatchObject({ delivered: 1, failed: 0 });
});
