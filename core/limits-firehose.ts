// The numbers of Firehose that delivery to S3 is checked against and that the lab keeps. Sources in brackets: a type
// of the Firehose API reference, or a page of the Firehose guide ("guide: …").

/** Shortest buffering: 0 delivers as soon as possible [BufferingHints]. */
export const BUFFER_MIN_SECONDS = 0;
/** Longest buffering [BufferingHints]. */
export const BUFFER_MAX_SECONDS = 900;
/** Buffering time when none is given [BufferingHints]. */
export const BUFFER_DEFAULT_SECONDS = 300;
/** Smallest buffer, in MiB [BufferingHints]. */
export const BUFFER_MIN_MIB = 1;
/** Largest buffer, in MiB [BufferingHints]. */
export const BUFFER_MAX_MIB = 128;
/** Buffer when none is given, in MiB [BufferingHints]. */
export const BUFFER_DEFAULT_MIB = 5;

/** Smallest buffer with dynamic partitioning, in MiB [guide: Dynamic partitioning]. */
export const BUFFER_PARTITIONED_MIN_MIB = 64;
/**
 * Shortest buffering with dynamic partitioning: zero buffering is not available with it [guide: Buffer data for dynamic
 * partitioning]. That the floor is then the 60 s from before there was zero buffering is unverified.
 */
export const BUFFER_PARTITIONED_MIN_SECONDS = 60;
/** Smallest buffer with record format conversion, in MiB [guide: Convert the input data format]. */
export const BUFFER_CONVERTED_MIN_MIB = 64;
/** Partitions that may be open at once, by default; more go to the error prefix [guide: Buffer data for dynamic partitioning]. */
export const ACTIVE_PARTITIONS_DEFAULT_MAX = 500;
/** Keys of dynamic partitioning. Unverified. */
export const PARTITION_KEYS_MAX = 50;
/** Longest that delivery to a partition is retried [RetryOptions]. */
export const RETRY_MAX_SECONDS = 7_200;

/** Smallest batch handed to a transform function, in MiB [guide: Data transformation]. */
export const TRANSFORM_BUFFER_MIN_MIB = 0.2;
/** Largest batch handed to a transform function, in MiB [guide: Data transformation]. */
export const TRANSFORM_BUFFER_MAX_MIB = 3;
/** Longest gathering of a batch for a transform function [guide: Data transformation]. */
export const TRANSFORM_BUFFER_MAX_SECONDS = 900;
/** Longest run of a transform function that Firehose waits for [guide: Data transformation]. */
export const TRANSFORM_TIMEOUT_MAX_SECONDS = 300;
/** Largest reply of a transform function: 6 MB [guide: Data transformation]. */
export const TRANSFORM_REPLY_MAX_BYTES = 6 * 1_024 * 1_024;
/** Retries of a failing transform function by default [guide: Data transformation]. */
export const TRANSFORM_RETRIES_DEFAULT = 3;

/** Characters of a prefix and of an error prefix [ExtendedS3DestinationConfiguration]. */
export const PREFIX_MAX_CHARACTERS = 1_024;
/** Highest data freshness that an alarm can see before Firehose flushes by time [guide: Monitor with CloudWatch]. */
export const DATA_FRESHNESS_CEILING_SECONDS = 900;
