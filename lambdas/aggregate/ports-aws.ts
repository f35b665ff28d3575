// The statistics table on DynamoDB. The SDK stops here.
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { FieldStatistics } from '../../core/aggregation/key-statistics.js';
import { keepAliveHandler } from '../../runtime/transport/keep-alive-handler.js';
import type { AggregatePorts, WindowStatistics } from './aggregate.js';
import { TABLE_PARTITION_KEY, TABLE_SORT_KEY } from './contract.js';

/** Items written at a time. */
const CONCURRENCY = 16;

/** Below this DynamoDB stores no number; it is zero for any statistic. */
const SMALLEST = 1e-100;

/**
 * Makes the writer of the statistics table: one item per key, the same for the same records.
 */
export function statisticsTable(tableName: string): AggregatePorts['writeStatistics'] {
  const client = new DynamoDBClient({ requestHandler: keepAliveHandler(CONCURRENCY) });
  return async (shardId, statistics) => {
    const waiting = statistics.values();
    const worker = async () => {
      for (const entry of waiting) {
        const Item = renderItem(shardId, entry);
        await client.send(new PutItemCommand({ TableName: tableName, Item }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, statistics.length) }, worker));
  };
}

function renderItem(shardId: string, { key, first, windowStart, events, fields }: WindowStatistics) {
  return {
    [TABLE_PARTITION_KEY]: { S: key },
    [TABLE_SORT_KEY]: { S: `${windowStart}#${shardId}#${first}` },
    windowStart: { S: windowStart },
    shardId: { S: shardId },
    events: { N: String(events) },
    fields: { M: Object.fromEntries([...fields].map(([field, values]) => [field, renderField(values)])) },
  } satisfies Record<string, AttributeValue>;
}

function renderField({ count, sum, min, max }: FieldStatistics): AttributeValue {
  return { M: { count: { N: String(count) }, sum: number(sum), min: number(min), max: number(max) } };
}

function number(value: number): AttributeValue {
  return { N: String(Math.abs(value) < SMALLEST ? 0 : value) };
}
