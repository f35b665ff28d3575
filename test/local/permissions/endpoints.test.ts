// A refusal as the SDK gets it from each service, and as nobody else does.
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { listenKinesis } from '../../../local/engine/http/listen.js';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import { PermissionGuard } from '../../../local/permissions/guard.js';
import { MetricService } from '../../../local/services/cloudwatch/metric-service.js';
import { TableService } from '../../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { ObjectService } from '../../../local/services/s3/object-service.js';
import { RecordingTopicService } from '../../../local/services/sns/topic-service.js';
import { MemoryQueueService } from '../../../local/services/sqs/queue-service.js';
import { aTable } from '../../support/a-table.js';
import { anAccess, anAllow, FUNCTION_ARN } from '../../support/an-access.js';
import { anEngine } from '../../support/an-engine.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';
import { RecordedMetrics } from '../../support/recorded-metrics.js';

const guard = new PermissionGuard(anAccess([]), { enforced: true });
const folder = aFolder();
const clock = new ManualClock(Date.now());
const endpoints: Endpoint[] = [];
const { AWS_ACCESS_KEY_ID: accessKeyId = '' } = guard.credentials(FUNCTION_ARN);

afterAll(async () => {
  for (const endpoint of endpoints) await endpoint.close();
  folder.remove();
});

async function listening(service: { listen(): Promise<Endpoint> }) {
  const endpoint = await service.listen();
  endpoints.push(endpoint);
  return { ...clientFor(endpoint.url), credentials: { accessKeyId, secretAccessKey: 'lab', sessionToken: 'lab' } };
}

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const directory = folder.path;

test.each([
  [
    'Kinesis',
    'AccessDeniedException',
    400,
    async () => {
      const kinesis = {
        listen: () => listenKinesis(anEngine().engine, { clock, port: 0, authorize: guard.authorize('kinesis') }),
      };
      const client = new KinesisClient(await listening(kinesis));
      return client.send(new PutRecordCommand({ StreamName: 's', PartitionKey: 'k', Data: new Uint8Array() }));
    },
  ],
  [
    'DynamoDB',
    'AccessDeniedException',
    400,
    async () => {
      const client = new DynamoDBClient(
        await listening(
          new TableService({
            tables: [],
            metrics: new RecordedMetrics(),
            clock,
            authorize: guard.authorize('dynamodb'),
          }),
        ),
      );
      return client.send(new PutItemCommand({ TableName: 't', Item: {} }));
    },
  ],
  [
    'S3',
    'AccessDenied',
    403,
    async () => {
      const service = new ObjectService({ directory, buckets: ['b'], clock, authorize: guard.authorize('s3') });
      const client = new S3Client({ ...(await listening(service)), forcePathStyle: true });
      return client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }));
    },
  ],
  [
    'SNS',
    'AuthorizationErrorException',
    403,
    async () => {
      const service = new RecordingTopicService({ directory, topicArns: [], clock, authorize: guard.authorize('sns') });
      return new SNSClient(await listening(service)).send(
        new PublishCommand({ TopicArn: arn('sns', 't'), Message: 'm' }),
      );
    },
  ],
  [
    'SQS',
    'AccessDeniedException',
    403,
    async () => {
      const service = new MemoryQueueService({
        queues: [],
        clock,
        metrics: new MetricStore(),
        authorize: guard.authorize('sqs'),
      });
      const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/q';
      return new SQSClient(await listening(service)).send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
    },
  ],
  [
    'CloudWatch',
    'AccessDenied',
    403,
    async () => {
      const alarms = { states: () => [], compositeStates: () => [] };
      const service = new MetricService({
        store: new MetricStore(),
        alarms,
        clock,
        authorize: guard.authorize('cloudwatch'),
      });
      const input = { StartTime: new Date(0), EndTime: new Date(1), MetricDataQueries: [] };
      return new CloudWatchClient(await listening(service)).send(new GetMetricDataCommand(input));
    },
  ],
] as const)('%s refuses with %s', async (_service, name, status, call) => {
  const error = await (call as () => Promise<unknown>)().then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } });
  expect(error.message).toContain('assumed-role/reader/reader is not authorized to perform');
});

test('a transaction needs the action of each part on its table', async () => {
  const allowed = ['dynamodb:PutItem', 'dynamodb:DeleteItem'];
  const own = new PermissionGuard(anAccess([anAllow(allowed)]), { enforced: true });
  const metrics = new RecordedMetrics();
  const service = new TableService({
    tables: [aTable('orders')],
    metrics,
    clock,
    authorize: own.authorize('dynamodb'),
  });
  const { AWS_ACCESS_KEY_ID = '' } = own.credentials(FUNCTION_ARN);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: 'lab', sessionToken: 'lab' };
  const client = new DynamoDBClient({ ...(await listening(service)), credentials });
  const transact = (...TransactItems: TransactWriteItem[]) =>
    client.send(new TransactWriteItemsCommand({ TransactItems }));
  const id = (S: string) => ({ TableName: 'orders', Key: { id: { S } } });
  const put = { Put: { TableName: 'orders', Item: { id: { S: 'put' } } } };
  const check = { ConditionCheck: { ...id('other'), ConditionExpression: 'attribute_not_exists(id)' } };
  await expect(transact(put, check)).rejects.toThrow('dynamodb:ConditionCheckItem');
  expect(await service.scan('orders')).toEqual([]);
  await transact(put, { Delete: id('gone') });
  expect(await service.scan('orders')).toEqual([{ id: { S: 'put' } }]);
  client.destroy();
});
