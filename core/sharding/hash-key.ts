// Where in the 128-bit key space a record falls: by the MD5 of its partition key, or by a hash key of its own.
import { hash } from 'node:crypto';
import { HASH_KEY_MAX } from '../limits.js';

/** A hash key as given, or why it is none. */
export type ParsedHashKey =
  | { readonly kind: 'parsed'; readonly hash: bigint }
  | { readonly kind: 'refused'; readonly reason: string };

const DECIMAL = /^(0|[1-9]\d{0,38})$/;

/**
 * Hashes a partition key as Kinesis does: MD5 of its UTF-8 bytes, read as a big-endian 128-bit number.
 */
export function hashPartitionKey(key: string): bigint {
  return BigInt(`0x${hash('md5', key, 'hex')}`);
}

/**
 * The same as 16 characters, one for each byte, which sort as the numbers do.
 */
export function hashPartitionKeyText(key: string): string {
  return hash('md5', key, 'binary');
}

/**
 * Reads an explicit hash key: a decimal number from 0 to 2^128 - 1, without sign, blanks or leading zeros.
 */
export function parseExplicitHashKey(text: string): ParsedHashKey {
  if (DECIMAL.test(text)) {
    const parsed = BigInt(text);
    if (parsed <= HASH_KEY_MAX) return { kind: 'parsed', hash: parsed };
  }
  return {
    kind: 'refused',
    reason: `'explicitHashKey' must be a decimal number from 0 to ${HASH_KEY_MAX}, got '${text.slice(0, 60)}'; leave it out to route by the partition key`,
  };
}
