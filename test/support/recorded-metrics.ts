import type { Datapoint, MetricSink } from '../../local/metrics/metric-sink.js';

/** Keeps the datapoints that it is given. */
export class RecordedMetrics implements MetricSink {
  readonly datapoints: Datapoint[] = [];

  put(datapoint: Datapoint): void {
    this.datapoints.push(datapoint);
  }

  /** Values of one metric in the order in which they came. */
  values(name: string): number[] {
    return this.datapoints.filter((point) => point.name === name).map(({ value }) => value);
  }

  sum(name: string): number {
    return this.values(name).reduce((total, value) => total + value, 0);
  }
}
