// What a producer's settings must be; checked when it is made, not when it first puts.
import {
  PUT_RECORDS_MAX_BYTES,
  PUT_RECORDS_MAX_RECORDS,
  RECORD_HIGHEST_MAX_BYTES,
  STREAM_NAME_PATTERN,
} from '../../core/limits.js';
import type { ResolvedSettings } from './producer-options.js';

/** Whole numbers, and between what. */
const WHOLE: readonly (readonly [keyof ResolvedSettings, number, number])[] = [
  ['keyBuckets', 1, 10_000],
  ['maxRecordBytes', 1, RECORD_HIGHEST_MAX_BYTES],
  ['maxBufferedRecords', 1, Number.MAX_SAFE_INTEGER],
  ['maxBufferedBytes', 1, Number.MAX_SAFE_INTEGER],
  ['maxCalls', 1, 1_000],
  ['maxCallRecords', 1, PUT_RECORDS_MAX_RECORDS],
  ['maxCallBytes', 1, PUT_RECORDS_MAX_BYTES],
];

/** Numbers, Infinity included, and the least of them. */
const AT_LEAST: readonly (readonly [keyof ResolvedSettings, number])[] = [
  ['lingerMs', 0],
  ['recordTtlMs', 1],
  ['retryBaseMs', 0],
  ['retryCapMs', 0],
  ['shardRatePercent', 1],
];

/** Settings that are one of a few words. */
const WORDS: readonly (readonly [keyof ResolvedSettings, readonly string[]])[] = [
  ['aggregation', ['off', 'by-shard', 'by-key']],
  ['order', ['best-effort', 'per-key']],
  ['wrongShard', ['put-again', 'accept']],
];

/** Throws a RangeError for a name that no stream can have, such as that of an unset variable. */
export function checkStreamName(streamName: string): void {
  if (typeof streamName === 'string' && STREAM_NAME_PATTERN.test(streamName)) return;
  throw new RangeError(
    `'streamName' must be a stream's name (letters, digits, _ . -), got '${streamName}'; an ARN ends with it`,
  );
}

/** Throws a RangeError for the first setting that is out of its bounds. */
export function checkSettings(settings: ResolvedSettings): void {
  for (const [name, words] of WORDS) {
    const value = settings[name] as string;
    if (words.includes(value)) continue;
    throw new RangeError(`'${name}' must be one of ${words.join(', ')}, got '${value}'; leave it out for the default`);
  }
  for (const [name, from, to] of WHOLE) {
    const value = settings[name] as number;
    if (Number.isInteger(value) && value >= from && value <= to) continue;
    throw new RangeError(
      `'${name}' must be a whole number from ${from} to ${to}, got ${value}; leave it out for the default`,
    );
  }
  for (const [name, from] of AT_LEAST) {
    const value = settings[name] as number;
    if (value >= from) continue;
    throw new RangeError(`'${name}' must be at least ${from}, got ${value}; leave it out for the default`);
  }
  const { aggregation, keyBuckets, maxAttempts, maxAggregateBytes, maxRecordBytes, producerId } = settings;
  if (!(maxAttempts >= 1 && (Number.isInteger(maxAttempts) || maxAttempts === Number.POSITIVE_INFINITY))) {
    throw new RangeError(
      `'maxAttempts' must be a whole number from 1, or Infinity, got ${maxAttempts}; pass 1 to send each record once`,
    );
  }
  if (!(Number.isInteger(maxAggregateBytes) && maxAggregateBytes >= 100 && maxAggregateBytes <= maxRecordBytes)) {
    throw new RangeError(
      `'maxAggregateBytes' must be a whole number from 100 to 'maxRecordBytes' (${maxRecordBytes}), got ${maxAggregateBytes}; lower it or raise 'maxRecordBytes'`,
    );
  }
  if (keyBuckets > 1 && aggregation !== 'by-shard') {
    throw new RangeError(
      `'keyBuckets' must be 1 with aggregation '${aggregation}', got ${keyBuckets}; choose aggregation 'by-shard'`,
    );
  }
  if (producerId !== undefined && aggregation === 'off') {
    throw new RangeError("'producerId' must come with aggregation, got aggregation 'off'; a plain record has no tags");
  }
}
