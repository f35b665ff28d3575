// Transactions of the lab's DynamoDB: all of their writes or none, to every reader and to the next run.
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { KeptEntries } from '../../../local/data-dir/kept-entries.js';
import { TableService } from '../../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { aTable } from '../../support/a-table.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const folder = aFolder();
const path = join(folder.path, 'tables.ndjson');
const clock = new ManualClock();
let endpoint: Endpoint | undefined;
let client: DynamoDBClient;
let service: TableService;

/** Begins the service again with what its file has, as after a kill. */
async function start(): Promise<void> {
  await stop();
  entries = new KeptEntries<never>(path);
  const tables = [aTable('orders'), aTable('marks'), aTable('numbers', 'id', 'N')];
  service = new TableService({ tables, clock, metrics: new RecordedMetrics(), entries });
  endpoint = await service.listen();
  client = new DynamoDBClient({ ...clientFor(endpoint.url), maxAttempts: 1 });
}

let entries: KeptEntries<never>;

async function stop(): Promise<void> {
  client?.destroy();
  await endpoint?.close();
}

beforeEach(async () => {
  appendFileSync(path, '');
  truncateSync(path);
  await start();
  await client.send(new PutItemCommand({ TableName: 'orders', Item: item('old', 1) }));
});
afterAll(async () => {
  await stop();
  folder.remove();
});

const item = (id: string, n: number) => ({ id: { S: id }, n: { N: String(n) } });
const key = (id: string) => ({ id: { S: id } });
const put = (id: string, n = 0, TableName = 'orders'): TransactWriteItem => ({ Put: { TableName, Item: item(id, n) } });
const unlessThere = { ConditionExpression: 'attribute_not_exists(id)' };
const add = (id: string, attribute = 'n'): TransactWriteItem => ({
  Update: {
    ...{ TableName: 'orders', Key: key(id), UpdateExpression: 'ADD #n :one' },
    ...{ ExpressionAttributeNames: { '#n': attribute }, ExpressionAttributeValues: { ':one': { N: '1' } } },
  },
});
const transact = (
  TransactItems: TransactWriteItemsCommandInput['TransactItems'],
  more: Partial<TransactWriteItemsCommandInput> = {},
) => client.send(new TransactWriteItemsCommand({ TransactItems, ...more }));

async function stored(): Promise<Record<string, number>> {
  const items = [...(await service.scan('orders')), ...(await service.scan('marks'))];
  return Object.fromEntries(items.map(({ id, n }) => [(id as { S: string }).S, Number((n as { N: string }).N)]));
}

test('puts, updates, deletes and checks in several tables at once', async () => {
  await transact([put('gone', 5)]);
  await transact([
    put('new', 2),
    add('old'),
    { Delete: { TableName: 'orders', Key: key('gone'), ConditionExpression: 'attribute_exists(id)' } },
    put('mark', 3, 'marks'),
    { ConditionCheck: { TableName: 'marks', Key: key('nobody'), ...unlessThere } },
  ]);
  const after = { old: 2, new: 2, mark: 3 };
  expect(await stored()).toEqual(after);
  await start();
  expect(await stored()).toEqual(after);
});

test('a condition that does not hold cancels all, and is told with its item where that was asked for', async () => {
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD' as const;
  await transact([put('kept', 1)]);
  const cancelled = transact([
    put('new'),
    { Put: { TableName: 'orders', Item: item('old', 9), ...unlessThere, ReturnValuesOnConditionCheckFailure } },
    { ConditionCheck: { TableName: 'orders', Key: key('kept'), ...unlessThere } },
    { Delete: { TableName: 'orders', Key: key('other') } },
    add('third'),
  ]);
  const Message = 'The conditional request failed';
  await expect(cancelled).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, None, None]',
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message, Item: item('old', 1) },
      { Code: 'ConditionalCheckFailed', Message },
      { Code: 'None' },
      { Code: 'None' },
    ],
  });
  expect(await stored()).toEqual({ old: 1, kept: 1 });
  await start();
  expect(await stored()).toEqual({ old: 1, kept: 1 });
});

test('a key that is not the one of its table cancels all', async () => {
  const stray: TransactWriteItem = { Delete: { TableName: 'orders', Key: { other: { S: 'x' } } } };
  await expect(transact([put('new'), stray])).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
  });
  expect(await stored()).toEqual({ old: 1 });
});

test('a write that the item in the table does not allow cancels all, as a validation error', async () => {
  await expect(transact([put('new'), add('old', 'n'), add('old2', 'id')])).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'None' }, { Code: 'ValidationError' }],
  });
  expect(await stored()).toEqual({ old: 1 });
});

const many = (count: number) => Array.from({ length: count }, (_, i) => put(`many-${i}`));
const large = (id: string): TransactWriteItem => ({
  Put: { TableName: 'orders', Item: { ...item(id, 0), text: { S: 'x'.repeat(390_000) } } },
});

test.each<[string, readonly TransactWriteItem[], string, string]>([
  [
    'is on one item twice',
    [put('a'), add('a')],
    'ValidationException',
    'cannot include multiple operations on one item',
  ],
  ['has 101 actions', many(101), 'ValidationException', 'less than or equal to 100'],
  ['has no action', [], 'ValidationException', 'greater than or equal to 1'],
  [
    'has two actions in one',
    [{ ...put('a'), ...add('b') }],
    'ValidationException',
    'one of Check, Put, Update or Delete',
  ],
  ['is above 4 MB', Array.from({ length: 11 }, (_, i) => large(`${i}`)), 'ValidationException', '4 MB'],
  ['names a table that is not there', [put('a'), put('b', 0, 'nowhere')], 'ResourceNotFoundException', ''],
  [
    'has an expression that cannot be read',
    [put('a'), { Delete: { TableName: 'orders', Key: key('b'), ConditionExpression: 'id ==' } }],
    'ValidationException',
    'Invalid ConditionExpression',
  ],
])('fails when a transaction %s, and writes nothing', async (_, items, name, message) => {
  const error = await transact([...items]).catch((caught) => caught);
  expect(error).toMatchObject({ name, message: expect.stringContaining(message) });
  expect(await stored()).toEqual({ old: 1 });
});

test('a number is one key however it is spelled, in a transaction and in the file', async () => {
  const numbered = (N: string) => ({ Put: { TableName: 'numbers', Item: { id: { N } } } });
  await expect(transact([numbered('1'), numbered('1.0')])).rejects.toThrow('multiple operations on one item');
  await transact([numbered('1.0')]);
  await client.send(new DeleteItemCommand({ TableName: 'numbers', Key: { id: { N: '10e-1' } } }));
  await start();
  expect(await service.scan('numbers')).toEqual([]);
});

test('takes 100 actions', async () => {
  await transact(many(100));
  expect(Object.keys(await stored())).toHaveLength(101);
});

test('fails when it is asked for what the lab does not give, by its name', async () => {
  const asked = transact([put('a')], { ReturnConsumedCapacity: 'TOTAL' });
  await expect(asked).rejects.toThrow("'ReturnConsumedCapacity'");
});

test('a request token is good for one transaction in ten minutes, over a restart too', async () => {
  const once = { ClientRequestToken: 'token' };
  await transact([add('old')], once);
  await transact([add('old')], once);
  await expect(transact([add('other')], once)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  await start();
  await transact([add('old')], once);
  expect(await stored()).toEqual({ old: 2 });
  await clock.advance(10 * 60_000 + 1);
  await transact([add('old')], once);
  expect(await stored()).toEqual({ old: 3 });
});

test('a token of a transaction that was cancelled is free again', async () => {
  const more = { ClientRequestToken: 'token' };
  const items: TransactWriteItem[] = [{ Put: { TableName: 'orders', Item: item('new', 1), ...unlessThere } }];
  await transact([put('new')]);
  await expect(transact(items, more)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  await client.send(new PutItemCommand({ TableName: 'orders', Item: item('unrelated', 1) }));
  await transact([{ Delete: { TableName: 'orders', Key: key('new') } }]);
  await transact(items, more);
  expect(await stored()).toMatchObject({ new: 1 });
});

test('nobody sees half of a transaction, and none of one that is cancelled', async () => {
  await transact([put('a'), put('b')]);
  const both = (n: number, ...more: TransactWriteItem[]) => transact([put('a', n), put('b', n), ...more]);
  const failing: TransactWriteItem = { Put: { TableName: 'orders', Item: item('old', 0), ...unlessThere } };
  const scans: Promise<readonly number[]>[] = [];
  const writes: Promise<unknown>[] = [];
  for (let n = 1; n <= 30; n += 1) {
    writes.push(n % 2 === 0 ? both(n) : both(n, failing).catch(() => undefined));
    scans.push(
      client
        .send(new ScanCommand({ TableName: 'orders', ConsistentRead: true }))
        .then(({ Items = [] }) => ['a', 'b'].map((id) => Number(Items.find((one) => one.id?.S === id)?.n?.N))),
    );
  }
  await Promise.all(writes);
  for (const [a, b] of await Promise.all(scans)) {
    expect(a).toBe(b);
    expect(a! % 2).toBe(0);
  }
});

test('a transaction that cannot be written to the file has not taken place', async () => {
  entries.change = () => {
    throw new Error('no space left on device');
  };
  await expect(transact([put('new'), add('old')])).rejects.toThrow('no space left');
  expect(await stored()).toEqual({ old: 1 });
});

test('a transaction of which a kill has cut the file anywhere is there whole or not at all', async () => {
  const before = readFileSync(path).length;
  await transact([put('x', 1), add('old'), put('y', 1, 'marks')], { ClientRequestToken: 'token' });
  const whole = readFileSync(path).length;
  for (const cut of [whole - 1, Math.floor((before + whole) / 2), before + 1]) {
    truncateSync(path, cut);
    await start();
    expect(await stored()).toEqual({ old: 1 });
    await transact([put('x', 1), add('old'), put('y', 1, 'marks')], { ClientRequestToken: 'token' });
    expect(await stored()).toEqual({ old: 2, x: 1, y: 1 });
  }
});
