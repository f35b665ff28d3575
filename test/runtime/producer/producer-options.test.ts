import { expect, test } from '@jest/globals';
import { salter, unsaltKey } from '../../../runtime/producer/buffering/salt.js';
import { type ProducerSettings, resolveSettings } from '../../../runtime/producer/producer-options.js';

test.each<[string, ProducerSettings, string]>([
  [
    'keyBuckets',
    { aggregation: 'by-shard', keyBuckets: 0 },
    "'keyBuckets' must be a whole number from 1 to 10000, got 0",
  ],
  ['keyBuckets without shards', { keyBuckets: 2 }, "'keyBuckets' must be 1 with aggregation 'off', got 2"],
  [
    'aggregation',
    { aggregation: 'by-shrad' as 'by-shard' },
    "'aggregation' must be one of off, by-shard, by-key, got 'by-shrad'",
  ],
  ['producerId', { producerId: 'me' }, "'producerId' must come with aggregation, got aggregation 'off'"],
  ['maxAttempts', { maxAttempts: 1.5 }, "'maxAttempts' must be a whole number from 1, or Infinity, got 1.5"],
  ['maxCallRecords', { maxCallRecords: 501 }, "'maxCallRecords' must be a whole number from 1 to 500, got 501"],
  ['lingerMs', { lingerMs: -1 }, "'lingerMs' must be at least 0, got -1"],
  ['lingerMs that is no number', { lingerMs: Number.NaN }, "'lingerMs' must be at least 0, got NaN"],
  ['maxAggregateBytes', { maxAggregateBytes: 2_000_000 }, "'maxAggregateBytes' must be a whole number from 100 to"],
])('fails when %s is out of its bounds', (_name, settings, message) => {
  expect(() => resolveSettings(settings)).toThrow(message);
});

test('fails when salting spreads over less than two keys', () => {
  expect(() => salter({ ways: 1, isBusy: () => true })).toThrow("'salting.ways' must be a whole number from 2, got 1");
});

test('a salted key tells what it was; a record with a hash key of its own is not salted', () => {
  const salt = salter({ ways: 2, isBusy: () => true });
  const data = Buffer.from('x');
  expect(salt({ partitionKey: 'a#b', data }).partitionKey).toBe('a#b#1');
  expect(unsaltKey('a#b#1')).toBe('a#b');
  expect(unsaltKey('plain')).toBe('plain');
  const placed = { partitionKey: 'a', explicitHashKey: '7', data };
  expect(salt(placed)).toBe(placed);
});
