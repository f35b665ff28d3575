// The stream on Kinesis and its metrics on CloudWatch. The SDK stops here.
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { DescribeStreamSummaryCommand, KinesisClient, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { CALL_BUDGET_WINDOW_MS, METRIC_PERIOD_MS } from '../../core/limits.js';
import type { MetricPoint } from '../../core/scaling/measure-load.js';
import { keepAliveHandler } from '../../runtime/transport/keep-alive-handler.js';
import type { AutoscalerPorts } from './autoscale.js';
import { METRIC_NAMESPACE, METRICS, SERVICE } from './contract.js';

/** Coarse enough for one page of a day, fine enough that a day's edge is off by minutes. */
const RESIZES_PERIOD_SECONDS = 300;

/**
 * Makes the ports that read and resize a stream.
 */
export function streamPorts(): Pick<AutoscalerPorts, 'readStream' | 'resize'> {
  const client = new KinesisClient({ requestHandler: keepAliveHandler() });
  return {
    async readStream(StreamName) {
      const output = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      const { StreamModeDetails, StreamStatus, OpenShardCount } = output.StreamDescriptionSummary!;
      return {
        // A stream from before there were modes has none, and is provisioned.
        mode: StreamModeDetails?.StreamMode ?? 'PROVISIONED',
        status: StreamStatus!,
        openShards: OpenShardCount!,
      };
    },
    async resize(StreamName, TargetShardCount) {
      await client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }));
    },
  };
}

/**
 * Makes the ports that read metrics.
 */
export function metricPorts(): Pick<AutoscalerPorts, 'readTraffic' | 'countResizes'> {
  const client = new CloudWatchClient({ requestHandler: keepAliveHandler() });
  return {
    async readTraffic(stream, nowMs, minutes) {
      const endMs = Math.ceil(nowMs / METRIC_PERIOD_MS) * METRIC_PERIOD_MS;
      const points = await readSums(client, endMs - minutes * METRIC_PERIOD_MS, endMs, [
        kinesisSum('bytes', 'IncomingBytes', stream),
        kinesisSum('records', 'IncomingRecords', stream),
        kinesisSum('throttled', 'WriteProvisionedThroughputExceeded', stream),
      ]);
      return {
        incomingBytes: points('bytes'),
        incomingRecords: points('records'),
        throttledRecords: points('throttled'),
      };
    },
    async countResizes(stream, nowMs) {
      const Dimensions = [
        { Name: 'service', Value: SERVICE },
        { Name: 'StreamName', Value: stream },
      ];
      const Metric = { Namespace: METRIC_NAMESPACE, MetricName: METRICS.resized, Dimensions };
      const query = { Id: 'resized', MetricStat: { Metric, Stat: 'Sum', Period: RESIZES_PERIOD_SECONDS } };
      const endMs = Math.ceil(nowMs / METRIC_PERIOD_MS) * METRIC_PERIOD_MS;
      const points = await readSums(client, endMs - CALL_BUDGET_WINDOW_MS, endMs, [query]);
      return points('resized').reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function kinesisSum(Id: string, MetricName: string, stream: string): MetricDataQuery {
  const Dimensions = [{ Name: 'StreamName', Value: stream }];
  const Metric = { Namespace: 'AWS/Kinesis', MetricName, Dimensions };
  return { Id, MetricStat: { Metric, Stat: 'Sum', Period: METRIC_PERIOD_MS / 1_000 } };
}

/** Reads every page; the answer gives the points of a query by its id. */
async function readSums(client: CloudWatchClient, startMs: number, endMs: number, queries: MetricDataQuery[]) {
  const points = new Map<string, MetricPoint[]>();
  let NextToken: string | undefined;
  do {
    const output = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(startMs),
        EndTime: new Date(endMs),
        MetricDataQueries: queries,
        ScanBy: 'TimestampAscending',
        NextToken,
      }),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of output.MetricDataResults ?? []) {
      const read = Timestamps.map((time, i) => ({ atMs: time.getTime(), value: Values[i] ?? 0 }));
      points.set(Id, [...(points.get(Id) ?? []), ...read]);
    }
    NextToken = output.NextToken;
  } while (NextToken !== undefined);
  return (id: string): readonly MetricPoint[] => points.get(id) ?? [];
}
