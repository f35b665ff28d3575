// The consumers' handlers with their real adapters, on the lab's tables, buckets and topics.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TableService } from '../../local/services/dynamodb/table-service.js';
import type { Endpoint } from '../../local/services/http-endpoint.js';
import { ObjectService } from '../../local/services/s3/object-service.js';
import { RecordingTopicService } from '../../local/services/sns/topic-service.js';
import type { TableModel } from '../../local/template/model.js';
import type { KinesisWindowBatch } from '../../runtime/consumer/kinesis-event.js';
import { anAggregate } from '../support/aggregated-records.js';
import { aBatch, SHARD, sequenceNumber } from '../support/kinesis-batch.js';
import { aFolder } from '../support/lab-client.js';
import { ManualClock } from '../support/manual-clock.js';
import { RecordedMetrics } from '../support/recorded-metrics.js';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:alerts';

function aTable(name: string, keys: readonly string[]): TableModel {
  const KeySchema = keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
  const AttributeDefinitions = keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const definition = { BillingMode: 'PAY_PER_REQUEST', KeySchema, AttributeDefinitions };
  return {
    logicalId: name,
    path: name,
    name,
    arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
    definition,
  };
}

const clock = new ManualClock(Date.now());
const folder = aFolder();
const directory = folder.path;
const tables = new TableService({
  metrics: new RecordedMetrics(),
  tables: [aTable('statistics', ['key', 'window']), aTable('state', ['shardId']), aTable('marks', ['mark'])],
  clock,
});
const objects = new ObjectService({ directory, buckets: ['failures'], clock });
const topics = new RecordingTopicService({ directory, topicArns: [TOPIC_ARN], clock });
const endpoints: Endpoint[] = [];
const environment = { ...process.env };

beforeAll(async () => {
  endpoints.push(await tables.listen(), await objects.listen(), await topics.listen());
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_LAMBDA_FUNCTION_NAME: 'fn',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints[0]!.url,
    AWS_ENDPOINT_URL_S3: endpoints[1]!.url,
    AWS_ENDPOINT_URL_SNS: endpoints[2]!.url,
    TABLE_NAME: 'statistics',
    STATE_TABLE: 'state',
    MARK_TABLE: 'marks',
    FAILURE_BUCKET: 'failures',
    VALUE_FIELD: 'value',
    TOPIC_ARN,
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});

afterAll(async () => {
  process.env = environment;
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  folder.remove();
});

test('aggregate: statistics reach the table, bad records the bucket', async () => {
  const { handler } = await import('../../lambdas/aggregate/handler.js');
  const window = { start: '2026-11-21T00:00:00Z', end: '2026-11-21T00:01:00Z' };
  const batch: KinesisWindowBatch = { ...aBatch([1, 'bad', 5]), window, state: {}, shardId: SHARD };
  const { state, batchItemFailures } = await handler(batch);
  expect(batchItemFailures).toEqual([]);
  await handler({ ...batch, Records: [], state, isFinalInvokeForWindow: true });
  expect(await tables.scan('statistics')).toEqual([
    {
      key: { S: 'k' },
      window: { S: `${window.start}#${SHARD}#${sequenceNumber(1)}` },
      windowStart: { S: window.start },
      shardId: { S: SHARD },
      events: { N: '2' },
      fields: { M: { value: { M: { count: { N: '2' }, sum: { N: '6' }, min: { N: '1' }, max: { N: '5' } } } } },
    },
  ]);
  const file = join(directory, 'buckets/failures/records/fn', SHARD, `${sequenceNumber(2)}.ndjson`);
  const failure = JSON.parse(readFileSync(file, 'utf8')) as { data: string };
  expect(Buffer.from(failure.data, 'base64').toString()).toBe('bad');
});

test('alert: an anomaly reaches the topic once, however often its batch comes', async () => {
  const { handler } = await import('../../lambdas/alert/handler.js');
  const usual = Array.from({ length: 300 }, (_, i) => 10 + (i % 3));
  expect(await handler(aBatch(usual))).toEqual({ batchItemFailures: [] });
  const spike = aBatch([99, 11], usual.length + 1);
  expect(await handler(spike)).toEqual({ batchItemFailures: [] });
  expect(await handler(spike)).toEqual({ batchItemFailures: [] });
  const messages = readFileSync(join(directory, 'topics/alerts.ndjson'), 'utf8').trimEnd().split('\n');
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(`e-${usual.length + 1}`);
});

test('alert: the state of a shard is not written over what another wrote', async () => {
  const { stateTable } = await import('../../lambdas/alert/ports-aws.js');
  const { readState, writeState } = stateTable('state');
  const write = (version: number, expectedVersion?: number) =>
    writeState('shard', { key: 'k', mark: `{"n":${version}}`, version, expectedVersion }, new Map());
  await write(1);
  await expect(write(1)).rejects.toThrow('conditional');
  await write(2, 1);
  await expect(write(3, 1)).rejects.toThrow('conditional');
  expect((await readState('shard'))?.version).toBe(2);
});

test('a consumer resumes amid an aggregated record by its mark in a table, and writes it once an invocation', async () => {
  const { createConsumer } = await import('../../runtime/consumer/index.js');
  const { dynamoDbMarks, s3FailureStore } = await import('../../runtime/consumer/aws.js');
  const seen: unknown[] = [];
  let healthy = false;
  const consumer = createConsumer({
    mark: dynamoDbMarks(),
    failureStore: s3FailureStore(),
    handle: async (record) => {
      if (record === 3 && !healthy) throw new Error('down');
      seen.push(record);
    },
  });
  const texts = ['1', 'no JSON', '3', '4'];
  const batch = {
    Records: [
      anAggregate(
        50,
        texts.map((text) => ({ key: 'k', text })),
      ),
    ],
  };
  expect(await consumer(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumber(50) }] });
  const [stopped] = (await tables.scan('marks')) as { version: { N: string } }[];
  healthy = true;
  expect(await consumer(batch)).toEqual({ batchItemFailures: [] });
  expect(await consumer(batch)).toEqual({ batchItemFailures: [] });
  expect(seen).toEqual([1, 3, 4]);
  const [done] = (await tables.scan('marks')) as { version: { N: string }; mark: { S: string } }[];
  expect([stopped!.version.N, done!.version.N, done!.mark.S]).toEqual(['1', '2', `fn##${SHARD}`]);
  const file = join(directory, 'buckets/failures/records/fn', SHARD, `${sequenceNumber(50)}.1.ndjson`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ subSequenceNumber: 1, errorType: 'InvalidJson' });
});

test('a mark is not written over what another wrote', async () => {
  const { dynamoDbMarks } = await import('../../runtime/consumer/aws.js');
  const { readMark, writeMark } = dynamoDbMarks('marks');
  const write = (version: number, expectedVersion?: number) =>
    writeMark({ key: 'other', mark: `{"n":${version}}`, version, expectedVersion });
  await write(1);
  await expect(write(1)).rejects.toThrow('conditional');
  await write(2, 1);
  await expect(write(3, 1)).rejects.toThrow('conditional');
  expect(await readMark('other')).toEqual({ mark: '{"n":2}', version: 2 });
  expect(await readMark('none')).toBeUndefined();
});
