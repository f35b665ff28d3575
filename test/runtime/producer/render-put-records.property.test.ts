import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderPutRecords } from '../../../runtime/producer/sending/render-put-records.js';

test('says what JSON says, whatever the keys and bytes', () => {
  const entry = fc.record(
    {
      data: fc.uint8Array({ maxLength: 40 }),
      partitionKey: fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.constant('a"\\\n')),
      explicitHashKey: fc.constantFrom('0', '340282366920938463463374607431768211455'),
    },
    { requiredKeys: ['data', 'partitionKey'] },
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      expect(JSON.parse(renderPutRecords('orders', entries).toString('utf8'))).toEqual({
        StreamName: 'orders',
        Records: entries.map(({ data, partitionKey, explicitHashKey }) => ({
          Data: Buffer.from(data).toString('base64'),
          PartitionKey: partitionKey,
          ...(explicitHashKey === undefined ? {} : { ExplicitHashKey: explicitHashKey }),
        })),
      });
    }),
  );
});
