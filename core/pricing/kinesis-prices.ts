// Prices of Kinesis Data Streams in us-east-1, US dollars. Second-hand: check them against the AWS pricing page before a
// decision rests on them. One number, one place.

/** A shard of a provisioned stream, per hour. */
export const SHARD_HOUR_PRICE = 0.015;
/** A million PUT payload units. */
export const PUT_UNITS_MILLION_PRICE = 0.014;
/** Size of one PUT payload unit: 25 KB of a record, rounded up. */
export const PUT_UNIT_BYTES = 25 * 1_024;
/** A registered consumer of a provisioned stream, per shard and hour. */
export const FAN_OUT_SHARD_HOUR_PRICE = 0.015;
/** Retention beyond 24 hours up to 7 days, per shard and hour. */
export const EXTENDED_RETENTION_SHARD_HOUR_PRICE = 0.02;
/** An On-demand Standard stream, per hour. */
export const ON_DEMAND_STREAM_HOUR_PRICE = 0.04;
/** On-demand Standard, per GB written and per GB read. */
export const ON_DEMAND_GB_IN_PRICE = 0.08;
export const ON_DEMAND_GB_OUT_PRICE = 0.04;
/** On-demand Advantage, per GB written and per GB read. Derived: 60 % off. */
export const ADVANTAGE_GB_IN_PRICE = 0.032;
export const ADVANTAGE_GB_OUT_PRICE = 0.016;
/** What On-demand Advantage commits an account to, in and out alike, MiB/s. */
export const ADVANTAGE_COMMITMENT_MIB_PER_SECOND = 25;
