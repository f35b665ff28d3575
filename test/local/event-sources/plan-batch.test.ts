import { expect, test } from '@jest/globals';
import { planBatch } from '../../../local/event-sources/plan-batch.js';
import { renderedBytes, renderRecord } from '../../../local/event-sources/stream-record.js';
import { aStreamRecord } from '../../support/a-mapping.js';

const settings = { batchSize: 3, batchingWindowMs: 0, tumblingWindowMs: 0, eventSourceArn: 'arn', roleArn: 'role' };
const lane = { records: [], window: undefined, stateBytes: 0, ended: false, caughtUpMs: 0, graceMs: 0 };
const records = (...numbers: number[]) => numbers.map((number) => aStreamRecord(number));
const tumbling = { ...settings, tumblingWindowMs: 100 };
const window = { startMs: 0, endMs: 100 };
const large = (number: number) => aStreamRecord(number, { data: Buffer.alloc(2_000_000) });

test.each([
  ['waits while there is nothing', lane, settings, 0, { kind: 'wait', untilMs: undefined }],
  ['ends with its shard', { ...lane, ended: true }, settings, 0, { kind: 'end' }],
  [
    'sends what there is without a batching window',
    { ...lane, records: records(1, 2) },
    settings,
    1,
    { kind: 'invoke', count: 2 },
  ],
  ['cuts at the batch size', { ...lane, records: records(1, 2, 3, 4) }, settings, 1, { kind: 'invoke', count: 3 }],
  [
    'cuts before the payload is too large',
    { ...lane, records: [large(1), large(2), large(3)] },
    settings,
    1,
    { kind: 'invoke', count: 2 },
  ],
  [
    'leaves room for the state of the window in the payload',
    { ...lane, window, stateBytes: 1_000_000, records: [large(1), large(2)] },
    tumbling,
    1,
    { kind: 'invoke', count: 1 },
  ],
  [
    'waits for the batching window, from the first record on',
    { ...lane, records: records(5, 9) },
    { ...settings, batchingWindowMs: 20 },
    24,
    { kind: 'wait', untilMs: 25 },
  ],
  [
    'sends when the batching window is over',
    { ...lane, records: records(5, 9) },
    { ...settings, batchingWindowMs: 20 },
    25,
    { kind: 'invoke', count: 2 },
  ],
  [
    'sends a full batch before the batching window is over',
    { ...lane, records: records(5, 6, 7) },
    { ...settings, batchingWindowMs: 20 },
    7,
    { kind: 'invoke', count: 3 },
  ],
  [
    'sends the last records of a shard at once',
    { ...lane, records: records(5), ended: true },
    { ...settings, batchingWindowMs: 20 },
    7,
    { kind: 'invoke', count: 1 },
  ],
  [
    'keeps tumbling windows apart',
    { ...lane, records: records(98, 99, 101) },
    tumbling,
    101,
    { kind: 'invoke', count: 2 },
  ],
  [
    'closes a window when a record of a later one comes',
    { ...lane, window, records: records(101) },
    tumbling,
    101,
    { kind: 'close-window' },
  ],
  [
    'leaves a window open until everything in it is read',
    { ...lane, window, caughtUpMs: 99 },
    tumbling,
    150,
    { kind: 'wait', untilMs: 100 },
  ],
  [
    'closes a window once everything in it is read',
    { ...lane, window, caughtUpMs: 100 },
    tumbling,
    150,
    { kind: 'close-window' },
  ],
  ['closes a window at the end of the shard', { ...lane, window, ended: true }, tumbling, 50, { kind: 'close-window' }],
] as const)('%s', (_rule, view, options, nowMs, plan) => {
  expect(planBatch(view, options, nowMs)).toEqual(plan);
});

test.each(['plain', '"quoted"\\', '\u0001'.repeat(256), 'ünï→😀', '\ud800'])(
  'no record takes more bytes in an event than is reckoned with, with the key %j',
  (partitionKey) => {
    const record = aStreamRecord(2 ** 52, { partitionKey, arrivalMs: 1_767_607_200_123 });
    const event = JSON.stringify(renderRecord(record, settings));
    expect(renderedBytes(record, settings)).toBeGreaterThanOrEqual(Buffer.byteLength(event));
  },
);
