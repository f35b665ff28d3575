// User records for tests: any keys, any bytes.
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../core/limits.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';

/** A user record with what the test names, and something for the rest. */
export function aUserRecord(given: Partial<UserRecord> = {}): UserRecord {
  return { partitionKey: 'key', data: Buffer.from('data'), ...given };
}

/** Keys that have been lost or swapped by others, beside any text that Kinesis takes and the empty one. */
const keys = fc.oneof(
  fc.constantFrom(
    '',
    '10',
    '2',
    '__proto__',
    'constructor',
    '\u{1f600}'.repeat(128),
    '\u9ed2'.repeat(256),
    'k'.repeat(127),
  ),
  fc.string({ unit: 'binary', maxLength: 256 }),
  fc.string({ maxLength: 4 }),
);

const tags = fc.array(fc.record({ key: keys, value: fc.option(keys, { nil: undefined }) }), {
  minLength: 1,
  maxLength: 3,
});

/** Any user record. */
export const anyUserRecord: fc.Arbitrary<UserRecord> = fc.record({
  partitionKey: keys,
  explicitHashKey: fc.option(fc.bigInt(0n, HASH_KEY_MAX).map(String), { nil: undefined }),
  data: fc.uint8Array({ maxLength: 300 }),
  tags: fc.option(tags, { nil: undefined, freq: 8 }),
});

/** A user record as it compares: whatever class its bytes have. */
export function comparable({ partitionKey, explicitHashKey, data, tags }: UserRecord) {
  return { partitionKey, explicitHashKey, data: Buffer.from(data).toString('hex'), tags };
}
