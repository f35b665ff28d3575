import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { hashPartitionKey, hashPartitionKeyText, parseExplicitHashKey } from '../../../core/sharding/hash-key.js';

test.each([
  ['an ASCII key', 'a', 0x0cc175b9c0f1b6a831c399e269772661n],
  ['leading zero bytes', 'jk8ssl', 0x0000000018e6137ac2caab16074784a6n],
  ['a key of two-byte characters, by its UTF-8', 'é', 0x66ddcd97cfdeabb2f6fb8a999b4bc76fn],
  ['a key beyond the basic plane', '🚰', BigInt(`0x${createHash('md5').update(Buffer.from('🚰')).digest('hex')}`)],
])('hashes %s', (_rule, key, hash) => {
  expect(hashPartitionKey(key)).toBe(hash);
});

test('every key hashes into the key space', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      const hash = hashPartitionKey(key);
      expect(hash >= 0n && hash <= HASH_KEY_MAX).toBe(true);
    }),
  );
});

test('the text of a hash is its sixteen bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      const hex = Buffer.from(hashPartitionKeyText(key), 'latin1').toString('hex');
      expect(hex).toBe(hashPartitionKey(key).toString(16).padStart(32, '0'));
    }),
  );
});

test.each([0n, HASH_KEY_MAX])('takes the end of the key space %s', (hash) => {
  expect(parseExplicitHashKey(hash.toString())).toEqual({ kind: 'parsed', hash });
});

test('every number of the key space reads back as an explicit hash key', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: HASH_KEY_MAX }), (hash) => {
      expect(parseExplicitHashKey(hash.toString())).toEqual({ kind: 'parsed', hash });
    }),
  );
});

test.each([
  '',
  '-1',
  '+1',
  '01',
  '1.0',
  '1e3',
  '0x10',
  ' 1',
  '1 ',
  'key',
  '١',
  (HASH_KEY_MAX + 1n).toString(),
  '9'.repeat(39),
  '1'.repeat(40),
])("fails when an explicit hash key is '%s'", (text) => {
  expect(parseExplicitHashKey(text)).toEqual({
    kind: 'refused',
    reason: expect.stringContaining(`0 to ${HASH_KEY_MAX}`),
  });
});

test('a refused hash key is quoted in part only', () => {
  const parsed = parseExplicitHashKey('x'.repeat(10_000));
  expect(parsed.kind === 'refused' && parsed.reason.length).toBeLessThan(300);
});
