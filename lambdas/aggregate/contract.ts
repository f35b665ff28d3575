// What the aggregate function and whoever deploys it agree on. Imports nothing.

export const SERVICE = 'aggregate';
export const METRIC_NAMESPACE = 'KinesisPlatform';

/** Environment variables that the function needs, all of them. */
export const ENV_KEYS = ['TABLE_NAME', 'FAILURE_BUCKET'] as const;
export type AggregateEnv = Readonly<Record<(typeof ENV_KEYS)[number], string>>;

/** Metrics with the dimensions `service` and `FunctionName`; a sum of zero is emitted too. */
export const METRICS = {
  recordsProcessed: 'RecordsProcessed',
  recordsFailed: 'RecordsFailed',
} as const;

/** Partition key of the statistics table: the event's key. */
export const TABLE_PARTITION_KEY = 'key';

/**
 * Sort key of the statistics table: `<window start ISO>#<shard id>#<sequence number of the key's first record in it>`.
 *
 * A window has one item per key and shard, and more where its state outgrew Lambda's limit and was written in parts: sum
 * them up. Without a window the start is the arrival of that first record, and there is an item per batch.
 */
export const TABLE_SORT_KEY = 'window';

/** Prefix in the failure bucket of the records that the function could not use. */
export const FAILED_RECORDS_PREFIX = 'records/';
