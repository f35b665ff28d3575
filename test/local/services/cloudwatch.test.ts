import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AlarmEvaluator } from '../../../local/metrics/alarm-evaluator.js';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import { MetricService } from '../../../local/services/cloudwatch/metric-service.js';
import type { Endpoint } from '../../../local/services/http-endpoint.js';
import { anAlarm } from '../../support/an-alarm.js';
import { clientFor } from '../../support/lab-client.js';
import { ManualClock } from '../../support/manual-clock.js';

const M = 60_000;
const clock = new ManualClock();
const start = clock.nowMs();
const store = new MetricStore();
const topics = { publish: async () => {} };
const alarms = new AlarmEvaluator({
  alarms: [anAlarm({ name: 'one' }), anAlarm({ name: 'two' })],
  metrics: store,
  topics,
  clock,
});
let endpoint: Endpoint;
let client: CloudWatchClient;

beforeAll(async () => {
  endpoint = await new MetricService({ store, alarms, clock }).listen();
  client = new CloudWatchClient(clientFor(endpoint.url));
  const dimensions = { StreamName: 's' };
  for (const [minute, value] of [10, 20, 60].entries()) {
    const at = { namespace: 'AWS/Kinesis', dimensions, atMs: start + minute * M };
    store.put({ ...at, name: 'IncomingBytes', value });
    store.put({ ...at, name: 'IncomingRecords', value: value / 10 });
  }
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

const stat = (Id: string, MetricName: string, Stat = 'Sum', Period = 60) => ({
  Id,
  MetricStat: {
    Metric: { Namespace: 'AWS/Kinesis', MetricName, Dimensions: [{ Name: 'StreamName', Value: 's' }] },
    Period,
    Stat,
  },
});
const range = { StartTime: new Date(start), EndTime: new Date(start + 3 * M) };

test('gives metric data newest first, or oldest first when asked', async () => {
  const input = { ...range, MetricDataQueries: [stat('bytes', 'IncomingBytes')] };
  const { MetricDataResults } = await client.send(new GetMetricDataCommand(input));
  expect(MetricDataResults).toEqual([
    {
      Id: 'bytes',
      Label: 'IncomingBytes',
      Timestamps: [2, 1, 0].map((minute) => new Date(start + minute * M)),
      Values: [60, 20, 10],
      StatusCode: 'Complete',
    },
  ]);
  const ascending = await client.send(new GetMetricDataCommand({ ...input, ScanBy: 'TimestampAscending' }));
  expect(ascending.MetricDataResults?.[0]?.Values).toEqual([10, 20, 60]);
});

test('evaluates expressions and returns only what returns data', async () => {
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      ...range,
      MetricDataQueries: [
        { ...stat('bytes', 'IncomingBytes'), ReturnData: false },
        { ...stat('records', 'IncomingRecords'), ReturnData: false },
        { Id: 'size', Expression: 'bytes / records', Label: 'mean size' },
      ],
    }),
  );
  expect(MetricDataResults).toMatchObject([{ Id: 'size', Label: 'mean size', Values: [10, 10, 10] }]);
});

test('gives several statistics of one metric', async () => {
  const { Datapoints } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Kinesis',
      MetricName: 'IncomingBytes',
      Dimensions: [{ Name: 'StreamName', Value: 's' }],
      ...range,
      Period: 180,
      Statistics: ['Average', 'Maximum'],
      ExtendedStatistics: ['p50'],
    }),
  );
  expect(Datapoints).toHaveLength(1);
  expect(Datapoints?.[0]).toMatchObject({ Timestamp: new Date(start), Average: 30, Maximum: 60 });
  expect(Datapoints?.[0]?.ExtendedStatistics?.p50).toBeCloseTo(20, 0);
});

test('takes values, counted values and statistic sets, compressed when the SDK does so', async () => {
  const MetricData = Array.from({ length: 300 }, (_, index) => ({
    MetricName: `${'padding-'.repeat(8)}${index}`,
    Value: 1,
  }));
  await client.send(new PutMetricDataCommand({ Namespace: 'Mine', MetricData }));
  const name = { MetricName: 'mixed', Timestamp: new Date(start) };
  await client.send(
    new PutMetricDataCommand({
      Namespace: 'Mine',
      MetricData: [
        { ...name, Value: 1 },
        { ...name, Values: [2, 3], Counts: [2, 1] },
        { ...name, StatisticValues: { SampleCount: 4, Sum: 12, Minimum: 0, Maximum: 9 } },
      ],
    }),
  );
  const read = (metric: string, statistic: string) =>
    store.statistics({ namespace: 'Mine', name: metric, dimensions: {}, statistic }, start, start + M, M).get(start);
  expect(read(`${'padding-'.repeat(8)}299`, 'Sum')).toBe(1);
  expect(['Sum', 'SampleCount', 'Minimum', 'Maximum'].map((statistic) => read('mixed', statistic))).toEqual([
    20, 8, 0, 9,
  ]);
});

test('describes the alarms with their states', async () => {
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['two'] }));
  expect(MetricAlarms).toMatchObject([
    { AlarmName: 'two', StateValue: 'INSUFFICIENT_DATA', StateUpdatedTimestamp: new Date(start), Threshold: 0 },
  ]);
});

test.each([
  [
    'an expression',
    () => new GetMetricDataCommand({ ...range, MetricDataQueries: [{ Id: 'e', Expression: 'SLICE(m)' }] }),
    'SLICE()',
  ],
  [
    'a statistic',
    () => new GetMetricDataCommand({ ...range, MetricDataQueries: [stat('m', 'IncomingBytes', 'TM90')] }),
    'TM90',
  ],
  [
    'a period',
    () => new GetMetricDataCommand({ ...range, MetricDataQueries: [stat('m', 'IncomingBytes', 'Sum', 10)] }),
    'Period',
  ],
])('fails when %s is not one of the lab, by its name', async (_, command, reason) => {
  await expect(client.send(command())).rejects.toThrow(reason);
});

test('fails when an operation is not one of the lab, by its name', async () => {
  await expect(client.send(new ListMetricsCommand({}))).rejects.toThrow("does not have the operation 'ListMetrics'");
});

test('fails when a client puts into a namespace of AWS', async () => {
  const command = new PutMetricDataCommand({ Namespace: 'AWS/Kinesis', MetricData: [{ MetricName: 'm', Value: 1 }] });
  await expect(client.send(command)).rejects.toThrow("must not begin with 'AWS/'");
});
