// What a consumer's mark costs in DynamoDB, on demand in us-east-1, US dollars. Second-hand: check the prices against the AWS
// pricing page before a decision rests on them.

/** A million write request units: a write of an item of up to 1 KB each. */
export const WRITE_UNITS_MILLION_PRICE = 0.625;
/** A million read request units: a strongly consistent read of an item of up to 4 KB each. */
export const READ_UNITS_MILLION_PRICE = 0.125;

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4 * 1_024;
const SECONDS_PER_MONTH = 30 * 24 * 3_600;

/** Cost of the mark of one shard for a month of 30 days: a read and a write each invocation. */
export function estimateMarkCost(invocationsPerSecond: number, markBytes: number): number {
  const invocations = invocationsPerSecond * SECONDS_PER_MONTH;
  const writes = Math.ceil(markBytes / WRITE_UNIT_BYTES) * WRITE_UNITS_MILLION_PRICE;
  const reads = Math.ceil(markBytes / READ_UNIT_BYTES) * READ_UNITS_MILLION_PRICE;
  return (invocations / 1e6) * (writes + reads);
}
