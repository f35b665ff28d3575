// What the alert function and whoever deploys it or reads its alerts agree on. Imports nothing.

export const SERVICE = 'alert';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** Environment variables that the function needs, all of them. */
export const ENV_KEYS = ['TOPIC_ARN', 'STATE_TABLE', 'FAILURE_BUCKET', 'VALUE_FIELD'] as const;
export type AlertEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Payload field that holds the reading, unless the deployer names another. */
export const DEFAULT_VALUE_FIELD = 'value';

/** Metrics with the dimensions `service` and `FunctionName`; a sum of zero is emitted too. */
export const METRICS = {
  recordsProcessed: 'RecordsProcessed',
  recordsFailed: 'RecordsFailed',
  alerts: 'Alerts',
} as const;

/** Partition key of the state table: one item per shard. */
export const TABLE_PARTITION_KEY = 'shardId';

/** Prefix in the failure bucket of the records that the function could not use. */
export const FAILED_RECORDS_PREFIX = 'records/';

/** Body of the message that is published when a series starts to behave unlike itself. */
export interface AlertMessage {
  /** Type of the event, the name of the series. */
  readonly series: string;
  /** Id of the event: the same anomaly published twice carries the same id. */
  readonly id: string;
  /** Time of the event, as it says. */
  readonly time: string;
  readonly value: number;
  readonly expected: number;
  /** Distance from `expected` in units of the series' usual spread. */
  readonly score: number;
}
