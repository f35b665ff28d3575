import { expect, test } from '@jest/globals';
import { FailureStorage } from '../../../local/totals/failure-storage.js';

const SOURCES = [
  { mappingUuid: 'uuid-a', functionName: 'alert' },
  { mappingUuid: 'uuid-b', functionName: 'aggregate' },
];

const DONE = () => true;

function ndjson(...sequenceNumbers: string[]): Buffer {
  const lines = sequenceNumbers.map((sequenceNumber) => JSON.stringify({ shardId: 'shard-0', sequenceNumber }));
  return Buffer.from(`${lines.join('\n')}\n`);
}

function invocation(...sequenceNumbers: string[]): Buffer {
  const Records = sequenceNumbers.map((sequenceNumber) => ({ eventID: `shard-0:${sequenceNumber}` }));
  return Buffer.from(JSON.stringify({ version: '1.0', payload: JSON.stringify({ Records }) }));
}

test('records of the function count once however often they were stored', () => {
  const storage = new FailureStorage(SOURCES);
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2'));
  storage.readObject('records/alert/shard-0/2.ndjson', ndjson('2', '3'));
  expect(storage.countFailed('uuid-a', DONE)).toBe(3);
  expect(storage.countPassed('uuid-a', DONE)).toBe(3);
  expect(storage.countFailed('uuid-b', DONE)).toBe(0);
});

test("invocations that Lambda stored count by the records in them, beside the function's own", () => {
  const storage = new FailureStorage(SOURCES);
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2'));
  storage.readObject('aws/lambda/uuid-a/shard-0/2026/01/01/x', invocation('2', '3', '4'));
  expect(storage.countFailed('uuid-a', DONE)).toBe(4);
  expect(storage.countPassed('uuid-a', DONE)).toBe(1);
});

test('records that the function stored and is still at are unread, not failed', () => {
  const storage = new FailureStorage(SOURCES);
  const isDone = (shardId: string, sequenceNumber: string) => shardId === 'shard-0' && sequenceNumber === '1';
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2'));
  expect(storage.countFailed('uuid-a', isDone)).toBe(1);
  expect(storage.countPassed('uuid-a', isDone)).toBe(1);
});

test('records that Lambda gave up to a queue count once, also when the function had stored some of them', () => {
  const storage = new FailureStorage(SOURCES);
  const records = ['5', '7', '9'].map((sequenceNumber) => ({ shardId: 'shard-0', sequenceNumber }));
  storage.addKept('uuid-b', records);
  storage.addKept('uuid-b', records.slice(1));
  // 6 is of another lane of the shard: within the range of the notice, and not in the batch.
  storage.readObject('records/aggregate/shard-0/5.ndjson', ndjson('5', '6'));
  expect(storage.countFailed('uuid-b', DONE)).toBe(4);
  expect(storage.countPassed('uuid-b', DONE)).toBe(1);
});

test('other objects are passed over', () => {
  const storage = new FailureStorage(SOURCES);
  storage.readObject('events/2026/01/01/x.json', Buffer.from('not json'));
  storage.readObject('records/unknown/shard-0/1.ndjson', Buffer.from('not json'));
  storage.readObject(
    'records/alert/report.ndjson',
    Buffer.from('not json\n{"a":1}\n{"shardId":"s","sequenceNumber":"x"}'),
  );
  expect(storage.countFailed('uuid-a', DONE)).toBe(0);
});

test('a long run forgets records behind the checkpoint, whose number stays', () => {
  const storage = new FailureStorage(SOURCES, 3);
  const count = () => [storage.countFailed('uuid-a', DONE), storage.countPassed('uuid-a', DONE)];
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2', '5', '6'));
  storage.readObject('aws/lambda/uuid-a/shard-0/2026/01/01/x', invocation('2', '3', '7'));
  expect(count()).toEqual([6, 3]);
  storage.forget('uuid-a', () => '5');
  expect(count()).toEqual([6, 3]);
  // A second copy from behind the checkpoint counts no more than one that is remembered.
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2', '5', '6'));
  storage.readObject('aws/lambda/uuid-a/shard-0/2026/01/01/x', invocation('3', '7'));
  expect(count()).toEqual([6, 3]);
  storage.readObject('records/alert/shard-0/8.ndjson', ndjson('8', '9', '10'));
  storage.forget('uuid-a', () => '10');
  expect(count()).toEqual([9, 6]);
});

test('a run with few failures forgets none', () => {
  const storage = new FailureStorage(SOURCES, 3);
  storage.readObject('records/alert/shard-0/1.ndjson', ndjson('1', '2'));
  storage.forget('uuid-a', () => '9');
  storage.readObject('records/alert/shard-0/3.ndjson', ndjson('3'));
  expect(storage.countFailed('uuid-a', DONE)).toBe(3);
});
