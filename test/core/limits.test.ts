import { expect, test } from '@jest/globals';
import { HASH_KEY_MAX, RECORD_HIGHEST_MAX_BYTES, SHARD_LEVEL_METRICS } from '../../core/limits.js';

test('the key space ends where MD5 does', () => {
  expect(HASH_KEY_MAX).toBe(340282366920938463463374607431768211455n);
});

test('the largest record size is 10 MiB', () => {
  expect(RECORD_HIGHEST_MAX_BYTES).toBe(10 * 1_024 * 1_024);
});

test('ALL stands for seven shard-level metrics', () => {
  expect(new Set(SHARD_LEVEL_METRICS).size).toBe(7);
});
