// The numbers of Lambda that a Kinesis event source mapping is checked against and that the lab keeps. Sources in
// brackets: an operation of the Lambda API reference, or a page of the Lambda guide ("guide: …").

/** Fewest records of a batch [CreateEventSourceMapping]. */
export const BATCH_SIZE_MIN = 1;
/** Most records of a batch [CreateEventSourceMapping]. */
export const BATCH_SIZE_MAX = 10_000;
/** Records of a batch by default [CreateEventSourceMapping]. */
export const BATCH_SIZE_DEFAULT = 100;
/** Longest that a batch may be gathered; the default is 0 [CreateEventSourceMapping]. */
export const BATCH_WINDOW_MAX_SECONDS = 300;
/** A batch is flushed at this size of the event, base64 data included: 6 MB [guide: Lambda quotas]. */
export const INVOCATION_PAYLOAD_MAX_BYTES = 6 * 1_024 * 1_024;
/** Largest answer of a function, the size that Lambda names in its error [guide: Lambda quotas]. */
export const RESPONSE_PAYLOAD_MAX_BYTES = 6_291_556;
/** Fewest batches of a shard in flight, and the default [CreateEventSourceMapping]. */
export const PARALLELIZATION_FACTOR_MIN = 1;
/** Most batches of a shard in flight [CreateEventSourceMapping]. */
export const PARALLELIZATION_FACTOR_MAX = 10;

/** Value of record age and retry attempts that means "until the record expires" [CreateEventSourceMapping]. */
export const UNBOUNDED = -1;
/** Shortest record age that a mapping may be bounded to [CreateEventSourceMapping]. */
export const RECORD_AGE_MIN_SECONDS = 60;
/** Longest record age that a mapping may be bounded to, 7 days [CreateEventSourceMapping]. */
export const RECORD_AGE_MAX_SECONDS = 604_800;
/** Most retries that a mapping may be bounded to [CreateEventSourceMapping]. */
export const RETRY_ATTEMPTS_MAX = 10_000;

/** Longest tumbling window [guide: Stateful processing]. */
export const TUMBLING_WINDOW_MAX_SECONDS = 900;
/** Largest state of a tumbling window, per shard: 1 MB [guide: Stateful processing]. */
export const TUMBLING_STATE_MAX_BYTES = 1_024 * 1_024;

/** Filter patterns of a mapping by default; the quota can be raised to 10 [guide: Event filtering]. */
export const FILTERS_DEFAULT_MAX = 5;
/** Characters of one filter pattern [FilterCriteria]. */
export const FILTER_PATTERN_MAX_CHARACTERS = 4_096;

/** How often Lambda polls each shard for a standard iterator [guide: Kinesis]. */
export const POLL_INTERVAL_MS = 1_000;

/** Longest run of a function [guide: Lambda quotas]. */
export const FUNCTION_TIMEOUT_MAX_SECONDS = 900;
/** Least memory of a function, in MB [guide: Lambda quotas]. */
export const FUNCTION_MEMORY_MIN_MB = 128;
/** Most memory of a function, in MB [guide: Lambda quotas]. */
export const FUNCTION_MEMORY_MAX_MB = 10_240;
/** All environment variables of a function together: 4 KB [guide: Lambda quotas]. */
export const FUNCTION_ENVIRONMENT_MAX_BYTES = 4_096;
