// Leases in DynamoDB: one item a lease, a worker's sign of life, or the application itself, all of an application under one
// partition key, so that many applications may share a table. The SDK stops here.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Lease } from '../../core/leasing/lease.js';
import type { LeaseChange, LeaseTable } from './ports.js';

/** Keys of the table: both are strings. */
export const LEASE_TABLE_KEYS = { partitionKey: 'application', sortKey: 'item' } as const;

const LEASE = 'lease#';
const WORKER = 'worker#';
const APPLICATION = 'application';

type Item = Record<string, AttributeValue>;

/** Makes the table's port for one application. */
export function dynamoLeaseTable(client: DynamoDBClient, tableName: string, application: string): LeaseTable {
  const TableName = tableName;
  const keyOf = (item: string): Item => ({ application: { S: application }, item: { S: item } });

  async function createItem(Item: Item): Promise<boolean> {
    const ConditionExpression = 'attribute_not_exists(#item)';
    const ExpressionAttributeNames = { '#item': 'item' };
    return isMet(client.send(new PutItemCommand({ TableName, Item, ConditionExpression, ExpressionAttributeNames })));
  }

  return {
    async openApplication(wanted) {
      const start: Item = wanted.startAtMs === undefined ? {} : { startAtMs: { N: String(wanted.startAtMs) } };
      if (await createItem({ ...keyOf(APPLICATION), ...start })) return wanted;
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: keyOf(APPLICATION), ConsistentRead: true }),
      );
      return { startAtMs: Item?.startAtMs?.N === undefined ? undefined : Number(Item.startAtMs.N) };
    },
    async read() {
      const items: Item[] = [];
      let ExclusiveStartKey: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: '#application = :application',
            ExpressionAttributeNames: { '#application': LEASE_TABLE_KEYS.partitionKey },
            ExpressionAttributeValues: { ':application': { S: application } },
            ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
          }),
        );
        items.push(...Items);
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      const under = (prefix: string) => items.filter(({ item }) => item?.S?.startsWith(prefix));
      return {
        leases: under(LEASE).map(readLease),
        heartbeats: under(WORKER).map(({ item, counter }) => ({
          workerId: item!.S!.slice(WORKER.length),
          counter: Number(counter?.N ?? 0),
        })),
      };
    },
    async createLease(lease) {
      await createItem({ ...keyOf(LEASE + lease.shardId), ...renderLease(lease) });
    },
    changeLease({ shardId, owner, ownerSwitches }, change) {
      const update = renderChange(change);
      const hasOwner = owner === undefined ? 'attribute_not_exists(#owner)' : '#owner = :fenceOwner';
      return isMet(
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf(LEASE + shardId),
            UpdateExpression: update.expression,
            ConditionExpression: `${hasOwner} AND #ownerSwitches = :fenceSwitches`,
            ExpressionAttributeNames: { ...update.names, '#owner': 'owner', '#ownerSwitches': 'ownerSwitches' },
            ExpressionAttributeValues: {
              ...update.values,
              ':fenceSwitches': { N: String(ownerSwitches) },
              ...(owner === undefined ? {} : { ':fenceOwner': { S: owner } }),
            },
          }),
        ),
      );
    },
    async removeLease(shardId) {
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf(LEASE + shardId) }));
    },
    async writeHeartbeat({ workerId, counter }) {
      const Item = { ...keyOf(WORKER + workerId), counter: { N: String(counter) } };
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    async removeHeartbeat(workerId) {
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf(WORKER + workerId) }));
    },
  };
}

/** Whether the condition of a write was met; other failures stay failures. */
async function isMet(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function renderLease({ shardId: _key, ...fields }: Lease): Item {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, attribute(value)]])),
  );
}

function attribute(value: string | number | boolean | readonly string[]): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { L: value.map((text) => ({ S: text })) };
}

function readLease(item: Item): Lease {
  return {
    shardId: item.item!.S!.slice(LEASE.length),
    parents: (item.parents?.L ?? []).map(({ S }) => S!),
    owner: item.owner?.S,
    pendingOwner: item.pendingOwner?.S,
    ownerSwitches: Number(item.ownerSwitches?.N ?? 0),
    checkpoint: item.checkpoint?.S,
    isEnded: item.isEnded?.BOOL ?? false,
    bytesPerSecond: item.bytesPerSecond?.N === undefined ? undefined : Number(item.bytesPerSecond.N),
  };
}

function renderChange(change: LeaseChange) {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const set = given.filter(([, value]) => value !== null) as [string, string | number | boolean][];
  const removed = given.filter(([, value]) => value === null).map(([name]) => `#${name}`);
  const parts = [
    set.length > 0 ? `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}` : '',
    removed.length > 0 ? `REMOVE ${removed.join(', ')}` : '',
  ];
  return {
    expression: parts.filter(Boolean).join(' '),
    names: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(set.map(([name, value]) => [`:${name}`, attribute(value)])),
  };
}
