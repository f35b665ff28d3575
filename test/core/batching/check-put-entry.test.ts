import { expect, test } from '@jest/globals';
import { checkPutEntry, type PutEntry } from '../../../core/batching/check-put-entry.js';
import { HASH_KEY_MAX, RECORD_DEFAULT_MAX_BYTES } from '../../../core/limits.js';
import { aPutEntry } from '../../support/put-entry.js';

const full = Buffer.alloc(RECORD_DEFAULT_MAX_BYTES - 1);

test.each([
  ['a record of exactly the limit', aPutEntry({ data: full })],
  ['an empty record', aPutEntry({ data: Buffer.alloc(0) })],
  ['a key of 256 characters', aPutEntry({ partitionKey: 'k'.repeat(256) })],
  ['a key of 256 wide characters', aPutEntry({ partitionKey: '鍵'.repeat(256) })],
  ['the highest hash key', aPutEntry({ explicitHashKey: HASH_KEY_MAX.toString() })],
])('takes %s', (_rule, entry) => {
  expect(checkPutEntry(entry)).toBeUndefined();
});

test.each([
  ['a record is a byte over the limit', aPutEntry({ data: full, partitionKey: 'kk' }), 'RecordTooLarge', '1048577'],
  ['the key counts by its UTF-8', aPutEntry({ data: full, partitionKey: 'é' }), 'RecordTooLarge', '1048577'],
  ['the key is empty', aPutEntry({ partitionKey: '' }), 'InvalidPartitionKey', 'got 0'],
  ['the key has 257 characters', aPutEntry({ partitionKey: 'k'.repeat(257) }), 'InvalidPartitionKey', 'got 257'],
  ['the hash key is no number', aPutEntry({ explicitHashKey: 'x' }), 'InvalidExplicitHashKey', "got 'x'"],
])('fails when %s', (_rule, entry, rule, words) => {
  expect(checkPutEntry(entry)).toEqual({ rule, reason: expect.stringContaining(words) });
});

test.each([
  ['no key', { data: Buffer.from('x') }, 'InvalidPartitionKey', "'partitionKey' must be a string, got undefined"],
  ['nothing', undefined, 'InvalidData', 'got undefined'],
  ['a line', 'text', 'InvalidData', 'got string'],
  ['text for data', { partitionKey: 'k', data: 'text' }, 'InvalidData', "'data' must be a Uint8Array, got string"],
  ['a hash key that is a bigint', { ...aPutEntry(), explicitHashKey: 7n }, 'InvalidExplicitHashKey', 'got bigint'],
])('fails when JavaScript hands in %s', (_rule, entry, rule, words) => {
  expect(checkPutEntry(entry as unknown as PutEntry)).toEqual({ rule, reason: expect.stringContaining(words) });
});

test('takes what a stream with larger records takes', () => {
  const entry = aPutEntry({ data: Buffer.alloc(2 * RECORD_DEFAULT_MAX_BYTES) });
  expect(checkPutEntry(entry)?.rule).toBe('RecordTooLarge');
  expect(checkPutEntry(entry, 10 * RECORD_DEFAULT_MAX_BYTES)).toBeUndefined();
});

test('a refusal quotes neither key nor data', () => {
  const refusal = checkPutEntry(aPutEntry({ partitionKey: 'secret'.repeat(100) }));
  expect(refusal?.reason).not.toContain('secret');
});
