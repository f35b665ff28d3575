import { expect, test } from '@jest/globals';
import { decodeRecord } from '../../../core/records/aggregated/decode-record.js';
import { readReplayMark } from '../../../core/records/replay-mark.js';
import { functionTarget, type InvokeReply } from '../../../runtime/replay/function-target.js';
import type { ReplayRecord } from '../../../runtime/replay/ports.js';
import { aRecord, aTimer } from '../../support/fake-replay.js';

const ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders';

function aReplayRecord(number: number, shardId = 'shardId-000000000001'): ReplayRecord {
  const stored = aRecord(shardId, number, `key-${number}`, 1_500 + number);
  const { partitionKey, data } = stored;
  const origin = { shardId, sequenceNumber: String(number) };
  return { stored, chosen: [{ record: { partitionKey, data }, origin }], isWhole: true };
}

/** Delivers to a function; gives the sequence numbers of each invocation. */
async function deliver(
  records: readonly ReplayRecord[],
  answer: (numbers: readonly string[]) => InvokeReply,
  options: { batchSize?: number } = {},
) {
  const invocations: string[][] = [];
  const events: unknown[] = [];
  const target = functionTarget({
    ...{ streamArn: ARN, replayId: 'r1', timer: aTimer(), ...options },
    async invoke(event) {
      events.push(event.Records[0]);
      invocations.push(event.Records.map(({ kinesis }) => kinesis.sequenceNumber));
      return answer(invocations.at(-1)!);
    },
  });
  const { failed } = await target.deliver(records);
  return { invocations, events, failed: failed.map(({ origin, reason }) => [origin?.sequenceNumber, reason]) };
}

const PASS: InvokeReply = { kind: 'answered', payload: { batchItemFailures: [] } };
const failing = (number: string): InvokeReply => ({
  kind: 'answered',
  payload: { batchItemFailures: [{ itemIdentifier: number }] },
});

test('an event is what a mapping sends, and says that it is a replay', async () => {
  const { events } = await deliver([aReplayRecord(7)], () => PASS);
  expect(events).toEqual([
    {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'key-7',
        sequenceNumber: '7',
        data: Buffer.from('key-7').toString('base64'),
        approximateArrivalTimestamp: 1.507,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000001:7',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: '',
      awsRegion: 'eu-west-1',
      eventSourceARN: ARN,
      replay: { replayId: 'r1', origin: 'shardId-000000000001:7' },
    },
  ]);
});

test('batches are of one shard and of the batch size at most', async () => {
  const records = [aReplayRecord(1), aReplayRecord(2), aReplayRecord(3), aReplayRecord(4, 'shardId-000000000002')];
  const { invocations } = await deliver(records, () => PASS, { batchSize: 2 });
  expect(invocations).toEqual([['1', '2'], ['3'], ['4']]);
});

test('from the first failed record on it goes again; what fails to the end is given up, and the rest goes on', async () => {
  const records = [1, 2, 3].map((number) => aReplayRecord(number));
  const { invocations, failed } = await deliver(records, (numbers) => (numbers.includes('2') ? failing('2') : PASS));
  expect(invocations).toEqual([['1', '2', '3'], ['2', '3'], ['2', '3'], ['3']]);
  expect(failed).toEqual([['2', 'the function returned it as failed']]);
});

test('a function that throws is asked in halves which record it is', async () => {
  const records = [1, 2, 3, 4].map((number) => aReplayRecord(number));
  const { failed, invocations } = await deliver(records, (numbers) =>
    numbers.includes('3') ? { kind: 'failed', reason: 'the function failed: TypeError' } : PASS,
  );
  expect(failed).toEqual([['3', 'the function failed: TypeError']]);
  expect(invocations).toContainEqual(['1', '2']);
  expect(invocations).toContainEqual(['4']);
});

test.each([
  ['no answer', undefined, 0],
  ['null', { batchItemFailures: null }, 0],
  ['an empty list', { batchItemFailures: [] }, 0],
  ['text', 'ok', 1],
  ['an unknown record', { batchItemFailures: [{ itemIdentifier: '99' }] }, 1],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 1],
])('%s', async (_, payload, failures) => {
  const { failed } = await deliver([aReplayRecord(1)], () => ({ kind: 'answered', payload }));
  expect(failed).toHaveLength(failures);
});

test('throttles are waited for, and end it when they do not', async () => {
  let throttles = 5;
  const { failed } = await deliver([aReplayRecord(1)], () => (throttles-- > 0 ? { kind: 'throttled' } : PASS));
  expect(failed).toEqual([]);
  await expect(deliver([aReplayRecord(1)], () => ({ kind: 'throttled' }))).rejects.toThrow('throttled 20 times');
});

test('chosen out of an aggregated record, user records go together with their places', async () => {
  const { stored } = aReplayRecord(7);
  const origin = { shardId: stored.shardId, sequenceNumber: '7', subSequenceNumber: 3 };
  const tags = [
    { key: 'p', value: 'producer' },
    { key: 'n', value: '4' },
    { key: 't', value: 'trace' },
  ];
  const record = { partitionKey: 'k', data: Buffer.from('three'), tags };
  const { events } = await deliver([{ stored, chosen: [{ record, origin }], isWhole: false }], () => PASS);
  const { kinesis } = events[0] as { kinesis: { data: string } };
  const decoded = decodeRecord(Buffer.from(kinesis.data, 'base64'));
  expect(decoded).toMatchObject({ kind: 'aggregated', records: [{ partitionKey: 'k' }] });
  const [user] = decoded.kind === 'aggregated' ? decoded.records : [];
  expect(readReplayMark(user!)).toEqual({ replayId: 'r1', origin: 'shardId-000000000001:7:3' });
  // The producer's number would make a consumer drop it as a copy; other tags stay.
  expect(user!.tags!.map(({ key }) => key)).toEqual(['t', 'r', 'o']);
});
