import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareSequenceNumbers } from '../../../runtime/consumer/sequence-number.js';

test('orders like the numbers they are', () => {
  const big = fc.bigInt({ min: 0n, max: 2n ** 186n });
  fc.assert(
    fc.property(big, big, (a, b) => {
      expect(Math.sign(compareSequenceNumbers(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});
