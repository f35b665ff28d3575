import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KeptEntries } from '../../../local/data-dir/kept-entries.js';
import { TableService } from '../../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import type { TableModel } from '../../../local/template/model.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const table: TableModel = {
  logicalId: 'Table',
  path: 'Table',
  name: 'statistics',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/statistics',
  definition: {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'key', KeyType: 'HASH' },
      { AttributeName: 'window', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'key', AttributeType: 'S' },
      { AttributeName: 'window', AttributeType: 'S' },
    ],
    SSESpecification: { SSEEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  },
};
const service = new TableService({ tables: [table], clock: new ManualClock(), metrics: new RecordedMetrics() });
let endpoint: Endpoint;
let client: DynamoDBClient;

beforeAll(async () => {
  endpoint = await service.listen();
  client = new DynamoDBClient(clientFor(endpoint.url));
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

const TableName = 'statistics';
const key = (name: string, window = 'w1') => ({ key: { S: name }, window: { S: window } });
const get = async (name: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: key(name), ConsistentRead: true }))).Item;

test('has the tables of the template, ready', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: table.definition.KeySchema });
});

test('puts, gets, updates and deletes an item', async () => {
  await client.send(new PutItemCommand({ TableName, Item: { ...key('one'), count: { N: '1' } } }));
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName,
      Key: key('one'),
      UpdateExpression: 'ADD #c :n SET note = if_not_exists(note, :note)',
      ExpressionAttributeNames: { '#c': 'count' },
      ExpressionAttributeValues: { ':n': { N: '4' }, ':note': { S: 'new' } },
      ReturnValues: 'ALL_NEW',
    }),
  );
  expect(Attributes).toEqual({ ...key('one'), count: { N: '5' }, note: { S: 'new' } });
  await client.send(new DeleteItemCommand({ TableName, Key: key('one') }));
  expect(await get('one')).toBeUndefined();
});

test('queries one key in the order of its windows, and reads and writes batches', async () => {
  const items = ['w3', 'w1', 'w2'].map((window) => key('many', window));
  await client.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#k = :k',
      ExpressionAttributeNames: { '#k': 'key' },
      ExpressionAttributeValues: { ':k': { S: 'many' } },
    }),
  );
  expect(Items?.map(({ window }) => window?.S)).toEqual(['w1', 'w2', 'w3']);
  const batch = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: items } } }));
  expect(batch.Responses?.[TableName]).toHaveLength(3);
  expect(await service.scan(TableName)).toHaveLength(3);
});

test.each([
  ['put', (more: object) => new PutItemCommand({ TableName, Item: key('held'), ...more })],
  [
    'update',
    (more: object) => new UpdateItemCommand({ TableName, Key: key('held'), UpdateExpression: 'SET a = :v', ...more }),
  ],
] as const)(
  'fails when the condition of a %s does not hold, with the item that stands there',
  async (name, command) => {
    const Item = { ...key('held'), version: { N: '7' } };
    await client.send(new PutItemCommand({ TableName, Item }));
    const conditional = command({
      ConditionExpression: 'version = :v',
      ExpressionAttributeValues: { ':v': { N: '6' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const sent = client.send(conditional as PutItemCommand);
    await expect(sent).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item });
    expect(name).toBeDefined();
  },
);

test('fails when a condition does not hold, without the item when it was not asked for', async () => {
  await client.send(new PutItemCommand({ TableName, Item: key('plain') }));
  const again = new PutItemCommand({
    TableName,
    Item: key('plain'),
    ConditionExpression: 'attribute_not_exists(#k)',
    ExpressionAttributeNames: { '#k': 'key' },
  });
  const error = await client.send(again).catch((caught) => caught);
  expect(error.name).toBe('ConditionalCheckFailedException');
  expect(error.Item).toBeUndefined();
});

test('lets exactly one of many conditional writes win', async () => {
  const writes = Array.from({ length: 20 }, () =>
    client.send(
      new PutItemCommand({
        TableName,
        Item: key('contended'),
        ConditionExpression: 'attribute_not_exists(#k)',
        ExpressionAttributeNames: { '#k': 'key' },
      }),
    ),
  );
  const outcomes = await Promise.allSettled(writes);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('fails when a table is not in the template', async () => {
  const lost = client.send(new GetItemCommand({ TableName: 'nowhere', Key: key('k') }));
  await expect(lost).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('fails when an operation is not one of the lab, by its name', async () => {
  const command = new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('t') } }] });
  await expect(client.send(command)).rejects.toThrow("does not have the operation 'TransactGetItems'");
});

describe('with a file of items', () => {
  const folder = aFolder();
  const path = join(folder.path, 'tables.ndjson');
  afterAll(() => folder.remove());

  /** What a service that starts now has, before and after `work`. */
  async function withTables<T>(
    work: (client: DynamoDBClient) => Promise<T>,
    definition = table.definition,
  ): Promise<T> {
    const entries = new KeptEntries<never>(path);
    const [clock, metrics] = [new ManualClock(), new RecordedMetrics()];
    const kept = new TableService({ tables: [{ ...table, definition }], clock, metrics, entries });
    const served = await kept.listen();
    const own = new DynamoDBClient(clientFor(served.url));
    try {
      return await work(own);
    } finally {
      own.destroy();
      await served.close();
      // The file is left as it is, as a kill would leave it.
    }
  }

  const TableName = table.name;
  const keyOf = (key: string) => ({ key: { S: key }, window: { S: 'w' } });

  test('what was written by any operation, and answered, is there for the next run', async () => {
    await withTables(async (own) => {
      for (const key of ['put', 'gone', 'updated']) {
        await own.send(new PutItemCommand({ TableName, Item: { ...keyOf(key), n: { N: '1' } } }));
      }
      await own.send(
        new UpdateItemCommand({
          ...{ TableName, Key: keyOf('updated'), UpdateExpression: 'SET n = n + :one' },
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );
      await own.send(new DeleteItemCommand({ TableName, Key: keyOf('gone') }));
      const RequestItems = { [TableName]: [{ PutRequest: { Item: keyOf('batch') } }] };
      await own.send(new BatchWriteItemCommand({ RequestItems }));
    });
    const { Items = [] } = await withTables((own) => own.send(new ScanCommand({ TableName })));
    expect(Items.map(({ key, n }) => [key!.S, n?.N]).sort()).toEqual([
      ['batch', undefined],
      ['put', '1'],
      ['updated', '2'],
    ]);
  });

  test('fails when the template has given the table another key', async () => {
    const definition = {
      ...table.definition,
      KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    };
    await expect(withTables(async () => undefined, definition)).rejects.toThrow(
      "table 'statistics' no longer takes the items that '--data-dir' has for it",
    );
  });
});
