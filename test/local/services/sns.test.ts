import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { RecordingTopicService } from '../../../local/services/sns/topic-service.js';
import { aFolder, clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:alerts';
const folder = aFolder();
const clock = new ManualClock(Date.UTC(2031, 4, 6, 7, 8, 9));
const topics = new RecordingTopicService({ directory: folder.path, topicArns: [TopicArn], clock });
let endpoint: Endpoint;
let client: SNSClient;

beforeAll(async () => {
  endpoint = await topics.listen();
  client = new SNSClient(clientFor(endpoint.url));
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  folder.remove();
});

test('takes messages from a client and from the lab itself, counts them and writes each down', async () => {
  const heard: string[] = [];
  topics.onPublish(({ body }) => heard.push(body));
  const { MessageId } = await client.send(
    new PublishCommand({
      TopicArn,
      Subject: 'Anomaly & co',
      Message: '{"a":"é + b"}\nsecond line',
      MessageAttributes: { type: { DataType: 'String', StringValue: 'reading' } },
    }),
  );
  await topics.publish(TopicArn, { body: 'from an alarm' });
  expect(topics.count(TopicArn)).toBe(2);
  expect(heard).toEqual(['{"a":"é + b"}\nsecond line', 'from an alarm']);
  const lines = readFileSync(join(folder.path, 'topics/alerts.ndjson'), 'utf8').trimEnd().split('\n');
  expect(JSON.parse(lines[0]!)).toEqual({
    messageId: MessageId,
    topicArn: TopicArn,
    publishedAt: '2031-05-06T07:08:09.000Z',
    subject: 'Anomaly & co',
    body: '{"a":"é + b"}\nsecond line',
    attributes: { type: 'reading' },
  });
  expect(JSON.parse(lines[1]!).body).toBe('from an alarm');
});

test('fails when the topic is not in the template', async () => {
  const lost = client.send(new PublishCommand({ TopicArn: `${TopicArn}-other`, Message: 'x' }));
  await expect(lost).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('fails when a message is over the limit', async () => {
  const large = client.send(new PublishCommand({ TopicArn, Message: 'x'.repeat(256 * 1024 + 1) }));
  await expect(large).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('fails when an operation or a member is not one of the lab, by its name', async () => {
  await expect(client.send(new ListTopicsCommand({}))).rejects.toThrow("does not have the operation 'ListTopics'");
  const fifo = client.send(new PublishCommand({ TopicArn, Message: 'x', MessageGroupId: 'g' }));
  await expect(fifo).rejects.toThrow("does not have the member 'MessageGroupId'");
});
