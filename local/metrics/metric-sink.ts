/** Dimensions of a metric, name to value. */
export type Dimensions = Readonly<Record<string, string>>;

/** One observation. Lab time; the unit is CloudWatch's own name for it. */
export interface Datapoint {
  readonly namespace: string;
  readonly dimensions: Dimensions;
  readonly name: string;
  readonly value: number;
  readonly atMs: number;
  readonly unit?: string;
}

/** Where every part of the lab reports what CloudWatch would see. */
export interface MetricSink {
  put(datapoint: Datapoint): void;
}
