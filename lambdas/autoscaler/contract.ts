// What the autoscaler function and whoever deploys or watches it agree on. Imports nothing.

export const SERVICE = 'autoscaler';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** Environment variables that the function needs, all of them. */
export const ENV_KEYS = [
  'STREAM_NAME',
  'MIN_SHARDS',
  'MAX_SHARDS',
  'TARGET_PERCENT',
  'SCALE_IN_AFTER_MINUTES',
] as const;
export type AutoscalerEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Metrics with the dimensions `service` and `StreamName`. */
export const METRICS = {
  /** Shards that the plan wants. */
  targetShards: 'TargetShards',
  openShards: 'OpenShards',
  /** Load as a share of what the open shards take, of bytes or records, whichever is higher. */
  utilizationPercent: 'UtilizationPercent',
  /** 1 when a resize was accepted, else 0. Its sum over 24 h is the number of calls used. */
  resized: 'Resized',
  /** 1 when the stream could not be read or resized although it should have been, else 0. */
  scaleFailed: 'ScaleFailed',
  /** UpdateShardCount calls left in the rolling 24 h. */
  resizesLeft: 'ResizesLeft',
} as const;
