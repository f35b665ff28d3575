import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { hashPartitionKey } from '../../../core/sharding/hash-key.js';
import { StreamMetrics } from '../../../local/engine/metrics/stream-metrics.js';
import { splitAt } from '../../../local/engine/reshard/lineage.js';
import { Stream } from '../../../local/engine/streams/stream.js';

function aStream(shardCount: number): Stream {
  const metrics = new StreamMetrics({ put: () => undefined }, 's');
  return new Stream({
    name: 's',
    arn: 'arn:s',
    accountId: '000000000000',
    createdAtMs: 0,
    mode: 'PROVISIONED',
    shardCount,
    metrics,
  });
}

test('a key goes to the shard whose range holds its hash, also where that begins or ends with it', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(key, { minLength: 1, maxLength: 9 }), (count, keys) => {
      const stream = aStream(count);
      for (const [i, each] of keys.entries()) {
        const cut = hashPartitionKey(each) + BigInt(i % 2);
        const isFree = cut <= HASH_KEY_MAX && stream.openShards.every(({ range }) => range.start !== cut);
        if (isFree) splitAt(stream, cut, i * 1_000);
      }
      for (const each of keys) {
        const hash = hashPartitionKey(each);
        const { range } = stream.shardOf(each);
        expect(range.start <= hash && hash <= range.end).toBe(true);
      }
    }),
  );
});
