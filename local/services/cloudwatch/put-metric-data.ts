// PutMetricData into the lab's metric store: values, counted values and statistic sets.
import type { MetricStore } from '../../metrics/metric-store.js';
import { ServiceError } from '../../service-error.js';
import { readDimensions } from './get-metric-data.js';

interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  /** Epoch seconds. */
  readonly Timestamp?: number;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
  readonly StatisticValues?: {
    readonly SampleCount: number;
    readonly Sum: number;
    readonly Minimum: number;
    readonly Maximum: number;
  };
  readonly Unit?: string;
}

interface MetricDataInput {
  readonly Namespace: string;
  readonly MetricData?: readonly MetricDatum[];
}

export function putMetricData(store: MetricStore, input: MetricDataInput, nowMs: number): Record<string, never> {
  if (input.Namespace.startsWith('AWS/')) {
    throw new ServiceError('InvalidParameterValue', `'Namespace' must not begin with 'AWS/', got '${input.Namespace}'`);
  }
  for (const datum of input.MetricData ?? []) {
    const at = {
      namespace: input.Namespace,
      name: datum.MetricName,
      dimensions: readDimensions(datum.Dimensions),
      atMs: datum.Timestamp === undefined ? nowMs : datum.Timestamp * 1000,
      ...(datum.Unit === undefined ? {} : { unit: datum.Unit }),
    };
    const set = datum.StatisticValues;
    if (set) store.putSet(at, { count: set.SampleCount, sum: set.Sum, min: set.Minimum, max: set.Maximum });
    if (datum.Value !== undefined) store.put({ ...at, value: datum.Value });
    for (const [index, value] of (datum.Values ?? []).entries()) {
      const count = datum.Counts?.[index] ?? 1;
      store.putSet(at, { count, sum: value * count, min: value, max: value });
    }
  }
  return {};
}
