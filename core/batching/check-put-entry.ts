// What PutRecords would refuse about one record, found before the call: there, one such entry fails the whole request.
import { PARTITION_KEY_MAX_CHARACTERS, PARTITION_KEY_MIN_CHARACTERS, RECORD_DEFAULT_MAX_BYTES } from '../limits.js';
import { recordBytes } from '../records/record-size.js';
import { parseExplicitHashKey } from '../sharding/hash-key.js';

/** One record to put. */
export interface PutEntry {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  /** Decimal hash key that routes the record in place of its partition key. */
  readonly explicitHashKey?: string;
}

/** The rule an entry breaks. */
export type PutRule = 'RecordTooLarge' | 'InvalidPartitionKey' | 'InvalidExplicitHashKey' | 'InvalidData';

/** Which rule an entry breaks, and how, in words that hold no data and no key. */
export interface PutRefusal {
  readonly rule: PutRule;
  readonly reason: string;
}

/**
 * Finds the rule that `entry` breaks, if any.
 *
 * `maxRecordBytes` is the stream's own record limit. Types are looked at too: callers in JavaScript hand in what they have.
 */
export function checkPutEntry(entry: PutEntry, maxRecordBytes = RECORD_DEFAULT_MAX_BYTES): PutRefusal | undefined {
  if (typeof entry !== 'object' || entry === null) {
    const reason = `a record must be an object of partitionKey and data, got ${entry === null ? 'null' : typeof entry}; make one of it`;
    return { rule: 'InvalidData', reason };
  }
  const { data, partitionKey, explicitHashKey } = entry;
  if (typeof partitionKey !== 'string') {
    const reason = `'partitionKey' must be a string, got ${typeof partitionKey}; use String() or choose another field`;
    return { rule: 'InvalidPartitionKey', reason };
  }
  if (!(data instanceof Uint8Array)) {
    const reason = `'data' must be a Uint8Array, got ${typeof data}; wrap text in Buffer.from()`;
    return { rule: 'InvalidData', reason };
  }
  const characters = partitionKey.length;
  if (characters < PARTITION_KEY_MIN_CHARACTERS || characters > PARTITION_KEY_MAX_CHARACTERS) {
    return {
      rule: 'InvalidPartitionKey',
      reason: `'partitionKey' must be ${PARTITION_KEY_MIN_CHARACTERS} to ${PARTITION_KEY_MAX_CHARACTERS} characters, got ${characters}; choose a shorter key or a digest of it`,
    };
  }
  const bytes = recordBytes(data, partitionKey);
  if (bytes > maxRecordBytes) {
    return {
      rule: 'RecordTooLarge',
      reason: `'data' and 'partitionKey' must be at most ${maxRecordBytes} bytes together, got ${bytes}; split the record or raise the stream's record size`,
    };
  }
  if (explicitHashKey === undefined) return undefined;
  if (typeof explicitHashKey !== 'string') {
    const reason = `'explicitHashKey' must be a string, got ${typeof explicitHashKey}; use String()`;
    return { rule: 'InvalidExplicitHashKey', reason };
  }
  if (typeof explicitHashKey !== 'string') {
    const reason = `'explicitHashKey' must be a string of decimal digits, got ${typeof explicitHashKey}; use toString()`;
    return { rule: 'InvalidExplicitHashKey', reason };
  }
  const parsed = parseExplicitHashKey(explicitHashKey);
  return parsed.kind === 'refused' ? { rule: 'InvalidExplicitHashKey', reason: parsed.reason } : undefined;
}
