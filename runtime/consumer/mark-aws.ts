// Marks in a DynamoDB table, an item each. The SDK stops here.
import { DynamoDBClient, GetItemCommand, PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { MARK_TABLE_ENV, MARK_TABLE_KEY } from '../../core/consumer-contract.js';
import { readText } from '../environment/environment-variable.js';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import type { MarkPort, MarkWrite } from './mark-port.js';

export { MARK_TABLE_KEY };

/** Marks in a DynamoDB table. */
export interface DynamoDbMarks extends MarkPort {
  /** The write of a mark for a transaction that also holds the effects, for `markWrite: 'with-effects'`. */
  transactItem(write: MarkWrite): TransactWriteItem;
}

/**
 * Keeps marks in `tableName`, by default the table that `LambdaConsumer` gave to the function with `mark`. Each write is one conditional PutItem; a read is strongly consistent.
 */
export function dynamoDbMarks(tableName = readText(process.env, MARK_TABLE_ENV)): DynamoDbMarks {
  const client = new DynamoDBClient({ requestHandler: keepAliveHandler() });
  return {
    async readMark(key) {
      const Key = { [MARK_TABLE_KEY]: { S: key } };
      const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
      return Item?.text?.S === undefined ? undefined : { mark: Item.text.S, version: Number(Item.version?.N) };
    },
    async writeMark(write) {
      await client.send(new PutItemCommand(renderPut(tableName, write)));
    },
    transactItem: (write) => ({ Put: renderPut(tableName, write) }),
  };
}

function renderPut(TableName: string, { key, mark, version, expectedVersion }: MarkWrite) {
  const Item = { [MARK_TABLE_KEY]: { S: key }, text: { S: mark }, version: { N: String(version) } };
  if (expectedVersion === undefined) {
    return { TableName, Item, ConditionExpression: `attribute_not_exists(${MARK_TABLE_KEY})` };
  }
  return {
    TableName,
    Item,
    ConditionExpression: 'version = :expected',
    ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
  };
}
