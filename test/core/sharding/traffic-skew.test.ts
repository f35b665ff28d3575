import { expect, test } from '@jest/globals';
import { digestKey, TrafficSkew } from '../../../core/sharding/traffic-skew.js';

/** One hot key among 2,000 others, by its share of the records. */
function observeHot(skew: TrafficSkew, hotPercent: number, bytes = 100): void {
  for (let i = 0; i < 10_000; i += 1) {
    const hot = i % 100 < hotPercent;
    skew.observe(hot ? 'customer-7' : `customer-${1_000 + (i % 2_000)}`, bytes, hot ? 'shard-2' : `shard-${i % 2}`);
  }
}

test('names a hot key by its digest, and shards by their ids, with their shares', () => {
  const skew = new TrafficSkew();
  observeHot(skew, 20);
  const { records, keys, shards } = skew.hottest(3);
  expect(records).toBe(10_000);
  expect(keys[0]!.name).toBe(digestKey('customer-7'));
  expect(keys[0]!.recordsPercent).toBeGreaterThanOrEqual(20);
  expect(keys[0]!.recordsPercent - keys[0]!.recordsErrorPercent).toBeLessThanOrEqual(20);
  expect(shards.map(({ name }) => name).sort()).toEqual(['shard-0', 'shard-1', 'shard-2']);
  expect(shards.find(({ name }) => name === 'shard-2')).toMatchObject({ recordsPercent: 20, recordsErrorPercent: 0 });
  expect(JSON.stringify([keys, shards])).not.toContain('customer');
});

test('shows the key itself only when asked to', () => {
  const skew = new TrafficSkew({ nameKey: (key) => key });
  observeHot(skew, 20);
  expect(skew.hottest(1).keys[0]!.name).toBe('customer-7');
});

test('a key hot by records alone, or by bytes alone, is first', () => {
  const skew = new TrafficSkew({ nameKey: (key) => key });
  for (let i = 0; i < 1_000; i += 1) {
    skew.observe('many small', 1);
    skew.observe(`other-${i}`, 1_000);
  }
  skew.observe('one large', 500_000);
  expect(skew.hottest(2).keys.map(({ name }) => name)).toEqual(['many small', 'one large']);
});

test('what was hot fades window by window, and is gone after a reset', () => {
  const skew = new TrafficSkew({ nameKey: (key) => key });
  observeHot(skew, 50);
  for (let window = 0; window < 6; window += 1) {
    skew.decay();
    for (let i = 0; i < 1_000; i += 1) skew.observe('newly hot', 100);
  }
  expect(skew.hottest(1).keys[0]!.name).toBe('newly hot');
  skew.reset();
  expect(skew.hottest(1)).toEqual({ bytes: 0, records: 0, keys: [], shards: [] });
});
