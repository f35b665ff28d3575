import { join } from 'node:path';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KeptEntries } from '../../../local/data-dir/kept-entries.js';
import type { Datapoint } from '../../../local/metrics/metric-sink.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { MemoryQueueService } from '../../../local/services/sqs/queue-service.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';

const arn = 'arn:aws:sqs:us-east-1:000000000000:failures';
const clock = new ManualClock();
const reported: Datapoint[] = [];
const metrics = { put: (datapoint: Datapoint) => void reported.push(datapoint) };
const queues = new MemoryQueueService({ queues: [{ name: 'failures', arn }], clock, metrics });
let endpoint: Endpoint;
let client: SQSClient;
let QueueUrl: string;

beforeAll(async () => {
  endpoint = await queues.listen();
  client = new SQSClient(clientFor(endpoint.url));
  QueueUrl = `${endpoint.url}/000000000000/failures`;
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

const receive = async () =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];

test('hides a received message for a while and forgets a deleted one', async () => {
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'by client é' }));
  await queues.send(arn, 'by the lab');
  const first = await receive();
  expect(first.map(({ Body }) => Body)).toEqual(['by client é', 'by the lab']);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first[0]!.ReceiptHandle }));
  expect(await receive()).toEqual([]);
  await clock.advance(30_000);
  expect((await receive()).map(({ Body }) => Body)).toEqual(['by the lab']);
});

test('reports how many messages wait, and the age of the oldest, every lab minute', async () => {
  const stop = new AbortController();
  const running = queues.run(stop.signal);
  await clock.advance(60_000);
  stop.abort();
  await running;
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toEqual({
    QueueArn: arn,
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
  const value = (name: string) => reported.find((datapoint) => datapoint.name === name)?.value;
  expect(value('ApproximateNumberOfMessagesVisible')).toBe(1);
  expect(value('ApproximateAgeOfOldestMessage')).toBe(90);
});

test('fails when the queue is not in the template', async () => {
  const lost = client.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}-other`, MessageBody: 'x' }));
  await expect(lost).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

test('fails when an operation is not one of the lab, by its name', async () => {
  const purge = client.send(new PurgeQueueCommand({ QueueUrl }));
  await expect(purge).rejects.toThrow("does not have the operation 'PurgeQueue'");
});

test('messages outlive the lab where there is a file for them, until they are deleted', () => {
  const folder = aFolder();
  const start = () => {
    const entries = new KeptEntries<never>(join(folder.path, 'queues.ndjson'));
    return new MemoryQueueService({ queues: [{ name: 'failures', arn }], clock, metrics, entries });
  };
  const first = start();
  for (const body of ['a', 'b', 'c']) first.put('failures', body);
  const [received] = first.receive('failures', 1);
  first.delete('failures', received!.receiptHandle!);
  first.receive('failures', 1);
  expect(
    start()
      .receive('failures', 10)
      .map(({ body }) => body),
  ).toEqual(['b', 'c']);
  folder.remove();
});
