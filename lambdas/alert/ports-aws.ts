// The state table on DynamoDB and the topic on SNS. The SDK stops here.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SeriesState } from '../../core/anomaly/observe-reading.js';
import { keepAliveHandler } from '../../runtime/transport/keep-alive-handler.js';
import type { AlertPorts } from './alert.js';
import { TABLE_PARTITION_KEY } from './contract.js';

/**
 * Makes the ports that keep the state of each shard in one item of `tableName`.
 */
export function stateTable(tableName: string): Pick<AlertPorts, 'readState' | 'writeState'> {
  const client = new DynamoDBClient({ requestHandler: keepAliveHandler() });
  return {
    async readState(shardId) {
      const Key = { [TABLE_PARTITION_KEY]: { S: shardId } };
      const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
      if (Item?.mark?.S === undefined) return undefined;
      const series = JSON.parse(Item.series?.S ?? '[]') as [string, SeriesState][];
      return { mark: Item.mark.S, version: Number(Item.version?.N), series: new Map(series) };
    },
    async writeState(shardId, { mark, version, expectedVersion }, series) {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            [TABLE_PARTITION_KEY]: { S: shardId },
            mark: { S: mark },
            version: { N: String(version) },
            series: { S: JSON.stringify([...series]) },
          },
          ...(expectedVersion === undefined
            ? { ConditionExpression: 'attribute_not_exists(version)' }
            : {
                ConditionExpression: 'version = :expected',
                ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
              }),
        }),
      );
    },
  };
}

/**
 * Makes the port that publishes alerts to `topicArn`.
 */
export function alertTopic(topicArn: string): AlertPorts['publish'] {
  const client = new SNSClient({ requestHandler: keepAliveHandler() });
  return async (message) => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(message) }));
  };
}
