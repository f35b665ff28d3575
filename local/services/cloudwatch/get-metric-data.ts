// GetMetricData and GetMetricStatistics over the lab's metric store.

import { MetricQuerySet } from '../../metrics/metric-query.js';
import type { Dimensions } from '../../metrics/metric-sink.js';
import type { MetricStore } from '../../metrics/metric-store.js';
import { ServiceError } from '../../service-error.js';
import type { AlarmQuery } from '../../template/model.js';

type WireDimensions = readonly { readonly Name: string; readonly Value: string }[];

interface WireQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly ReturnData?: boolean;
  readonly Expression?: string;
  readonly Period?: number;
  readonly MetricStat?: {
    readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions?: WireDimensions };
    readonly Period: number;
    readonly Stat: string;
  };
}

interface MetricDataInput {
  /** Epoch seconds. */
  readonly StartTime: number;
  /** Epoch seconds. */
  readonly EndTime: number;
  readonly ScanBy?: 'TimestampAscending' | 'TimestampDescending';
  readonly MetricDataQueries: readonly WireQuery[];
}

interface MetricStatisticsInput {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: WireDimensions;
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Period: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
}

/** Answers whole: the lab has no pages. */
export function getMetricData(store: MetricStore, input: MetricDataInput) {
  return refusing(() => {
    const queries = input.MetricDataQueries.map(readQuery);
    const periods = input.MetricDataQueries.map(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? 300);
    const set = new MetricQuerySet(queries, Math.min(...periods) * 1000);
    const read = set.read(store, input.StartTime * 1000, input.EndTime * 1000);
    const results = [...read].map(([id, series]) => {
      const points = [...series];
      if (input.ScanBy !== 'TimestampAscending') points.reverse();
      const query = input.MetricDataQueries.find(({ Id }) => Id === id);
      return {
        Id: id,
        Label: query?.Label ?? query?.MetricStat?.Metric.MetricName ?? id,
        Timestamps: points.map(([atMs]) => atMs / 1000),
        Values: points.map(([, value]) => value),
        StatusCode: 'Complete',
      };
    });
    return { MetricDataResults: results, Messages: [] };
  });
}

export function getMetricStatistics(store: MetricStore, input: MetricStatisticsInput) {
  return refusing(() => {
    checkPeriod(input.Period);
    const metric = { namespace: input.Namespace, name: input.MetricName, dimensions: readDimensions(input.Dimensions) };
    const read = (statistic: string) =>
      store.statistics({ ...metric, statistic }, input.StartTime * 1000, input.EndTime * 1000, input.Period * 1000);
    const datapoints = new Map<number, Record<string, unknown>>();
    const pointAt = (atMs: number) => {
      const point = datapoints.get(atMs) ?? { Timestamp: atMs / 1000 };
      datapoints.set(atMs, point);
      return point;
    };
    for (const name of input.Statistics ?? []) {
      for (const [atMs, value] of read(name)) pointAt(atMs)[name] = value;
    }
    for (const name of input.ExtendedStatistics ?? []) {
      for (const [atMs, value] of read(name)) {
        const point = pointAt(atMs);
        point.ExtendedStatistics = { ...(point.ExtendedStatistics as object | undefined), [name]: value };
      }
    }
    return { Label: input.MetricName, Datapoints: [...datapoints.values()] };
  });
}

/** Dimensions as the store has them. */
export function readDimensions(dimensions: WireDimensions = []): Dimensions {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

function readQuery({ Id, ReturnData, Expression, MetricStat }: WireQuery): AlarmQuery {
  if (MetricStat) checkPeriod(MetricStat.Period);
  return {
    id: Id,
    returnData: ReturnData ?? true,
    expression: Expression,
    metric: MetricStat && {
      namespace: MetricStat.Metric.Namespace,
      name: MetricStat.Metric.MetricName,
      dimensions: readDimensions(MetricStat.Metric.Dimensions),
      statistic: MetricStat.Stat,
      periodMs: MetricStat.Period * 1000,
    },
  };
}

function checkPeriod(seconds: number): void {
  if (seconds > 0 && seconds % 60 === 0) return;
  throw new ServiceError('ValidationError', `'Period' must be a multiple of 60 seconds in the lab, got ${seconds}`);
}

/** What the metric math refuses, the client hears as the service's own refusal. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('ValidationError', (error as Error).message);
  }
}
