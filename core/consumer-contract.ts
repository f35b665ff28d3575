// What the consumer library and whoever deploys a function that uses it agree on.

/** Environment variable with the name of the table of marks. */
export const MARK_TABLE_ENV = 'MARK_TABLE';

/** Environment variable that says what a mark is of: `shard` or `bucket`. */
export const MARK_PER_ENV = 'MARK_PER';

/** Environment variable with the name of the bucket of failed records. */
export const FAILURE_BUCKET_ENV = 'FAILURE_BUCKET';

/** Partition key of the table of marks, a string. */
export const MARK_TABLE_KEY = 'mark';

/** Prefix of failed user records in their bucket. */
export const FAILED_RECORDS_PREFIX = 'records/';
