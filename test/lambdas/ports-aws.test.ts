import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand, KinesisClient, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { observeReading } from '../../core/anomaly/observe-reading.js';
import { statisticsTable } from '../../lambdas/aggregate/ports-aws.js';
import { alertTopic, stateTable } from '../../lambdas/alert/ports-aws.js';
import { metricPorts, streamPorts } from '../../lambdas/autoscaler/ports-aws.js';
import { SHARD, sequenceNumber } from '../support/kinesis-batch.js';

const dynamodb = mockClient(DynamoDBClient);
const sns = mockClient(SNSClient);
const kinesis = mockClient(KinesisClient);
const cloudwatch = mockClient(CloudWatchClient);
afterEach(() => {
  for (const mock of [dynamodb, sns, kinesis, cloudwatch]) mock.reset();
});

const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 30);

describe('the statistics table', () => {
  const windowStart = '2026-11-21T00:00:00Z';
  const statistics = (key: string, sum = 3) => ({
    key,
    windowStart,
    first: sequenceNumber(1),
    events: 2,
    fields: new Map([['value', { count: 2, sum, min: 1, max: 2 }]]),
  });

  test('has one item per key, named after window, shard and first record', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    await statisticsTable('t')(SHARD, [statistics('a')]);
    expect(dynamodb.commandCalls(PutItemCommand)[0]!.args[0].input).toEqual({
      TableName: 't',
      Item: {
        key: { S: 'a' },
        window: { S: `${windowStart}#${SHARD}#${sequenceNumber(1)}` },
        windowStart: { S: windowStart },
        shardId: { S: SHARD },
        events: { N: '2' },
        fields: { M: { value: { M: { count: { N: '2' }, sum: { N: '3' }, min: { N: '1' }, max: { N: '2' } } } } },
      },
    });
  });

  test('writes every key once, and a number too small for the table as zero', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
    const all = keys.map((key) => statistics(key, 1e-200));
    await statisticsTable('t')(SHARD, all);
    const items = dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input.Item!);
    expect(items.map((item) => item.key!.S).sort()).toEqual([...keys].sort());
    expect(items[0]!.fields!.M!.value!.M!.sum).toEqual({ N: '0' });
  });

  test('fails when one write fails', async () => {
    dynamodb.on(PutItemCommand).resolvesOnce({}).rejectsOnce(new Error('throttled')).resolves({});
    const all = ['a', 'b', 'c'].map((key) => statistics(key));
    await expect(statisticsTable('t')(SHARD, all)).rejects.toThrow('throttled');
  });
});

describe('the state table', () => {
  const series = new Map([['s', observeReading(undefined, 1).state]]);
  const write = (version: number, expectedVersion?: number) => ({ key: 'k', mark: '{}', version, expectedVersion });

  test('gives back what was written', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    const { readState, writeState } = stateTable('t');
    await writeState(SHARD, write(1), series);
    const { Item } = dynamodb.commandCalls(PutItemCommand)[0]!.args[0].input;
    dynamodb.on(GetItemCommand, { Key: { shardId: { S: SHARD } }, ConsistentRead: true }).resolves({ Item });
    expect(await readState(SHARD)).toEqual({ mark: '{}', version: 1, series });
  });

  test('gives nothing of a shard that has none', async () => {
    dynamodb.on(GetItemCommand).resolves({});
    expect(await stateTable('t').readState(SHARD)).toBeUndefined();
  });

  test('writes on the condition that nobody else did', async () => {
    dynamodb.on(PutItemCommand).resolves({});
    const { writeState } = stateTable('t');
    await writeState(SHARD, write(1), series);
    await writeState(SHARD, write(2, 1), series);
    const [first, next] = dynamodb.commandCalls(PutItemCommand).map(({ args }) => args[0].input);
    expect(first!.ConditionExpression).toBe('attribute_not_exists(version)');
    expect(next!.ConditionExpression).toBe('version = :expected');
    expect(next!.ExpressionAttributeValues).toEqual({ ':expected': { N: '1' } });
  });
});

test('an alert is published as JSON to its topic', async () => {
  sns.on(PublishCommand).resolves({});
  const message = { series: 's', id: 'e', time: 't', value: 9, expected: 1, score: 5 };
  await alertTopic('arn')(message);
  const { TopicArn, Message } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
  expect([TopicArn, JSON.parse(Message!)]).toEqual(['arn', message]);
});

describe('the stream', () => {
  test('is read from its summary; one without a mode is provisioned', async () => {
    const summary = { StreamStatus: 'ACTIVE', OpenShardCount: 3 } as never;
    kinesis.on(DescribeStreamSummaryCommand, { StreamName: 's' }).resolves({ StreamDescriptionSummary: summary });
    expect(await streamPorts().readStream('s')).toEqual({ mode: 'PROVISIONED', status: 'ACTIVE', openShards: 3 });
  });

  test('is resized uniformly', async () => {
    kinesis.on(UpdateShardCountCommand).resolves({});
    await streamPorts().resize('s', 6);
    expect(kinesis.commandCalls(UpdateShardCountCommand)[0]!.args[0].input).toEqual({
      StreamName: 's',
      TargetShardCount: 6,
      ScalingType: 'UNIFORM_SCALING',
    });
  });
});

describe('the metrics', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 11, minute));

  test('are sums per minute of the stream, over whole minutes, from every page', async () => {
    cloudwatch
      .on(GetMetricDataCommand)
      .resolvesOnce({
        MetricDataResults: [
          { Id: 'bytes', Timestamps: [at(58)], Values: [10] },
          { Id: 'records', Timestamps: [at(58)], Values: [1] },
        ],
        NextToken: 'more',
      })
      .resolvesOnce({ MetricDataResults: [{ Id: 'bytes', Timestamps: [at(59)], Values: [20] }] });
    expect(await metricPorts().readTraffic('s', NOW_MS, 20)).toEqual({
      incomingBytes: [
        { atMs: at(58).getTime(), value: 10 },
        { atMs: at(59).getTime(), value: 20 },
      ],
      incomingRecords: [{ atMs: at(58).getTime(), value: 1 }],
      throttledRecords: [],
    });
    const [first, second] = cloudwatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);
    expect([first!.StartTime, first!.EndTime]).toEqual([
      new Date(Date.UTC(2026, 10, 21, 11, 41)),
      new Date(Date.UTC(2026, 10, 21, 12, 1)),
    ]);
    expect(second!.NextToken).toBe('more');
    expect(first!.MetricDataQueries!.map(({ MetricStat }) => MetricStat)).toEqual(
      ['IncomingBytes', 'IncomingRecords', 'WriteProvisionedThroughputExceeded'].map((MetricName) => ({
        Metric: { Namespace: 'AWS/Kinesis', MetricName, Dimensions: [{ Name: 'StreamName', Value: 's' }] },
        Stat: 'Sum',
        Period: 60,
      })),
    );
  });

  test('count the resizes of a day in the metric that this function emits', async () => {
    const result = { Id: 'resized', Timestamps: [at(1), at(2), at(3)], Values: [1, 0, 1] };
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result] });
    expect(await metricPorts().countResizes('s', NOW_MS)).toBe(2);
    const { StartTime, EndTime, MetricDataQueries } = cloudwatch.commandCalls(GetMetricDataCommand)[0]!.args[0].input;
    expect(EndTime!.getTime() - StartTime!.getTime()).toBe(86_400_000);
    expect(MetricDataQueries![0]!.MetricStat!.Metric).toEqual({
      Namespace: 'KinesisPlatform',
      MetricName: 'Resized',
      Dimensions: [
        { Name: 'service', Value: 'autoscaler' },
        { Name: 'StreamName', Value: 's' },
      ],
    });
  });
});
