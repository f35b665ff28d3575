import { expect, test } from '@jest/globals';
import { plainNumber } from '../../../local/services/dynamodb/plain-number.js';

test.each([
  ['1', '1'],
  ['1.0', '1'],
  ['+01', '1'],
  ['10e-1', '1'],
  ['-1.50', '-1.5'],
  ['-0.0', '0'],
  ['0.001', '0.001'],
  ['1E3', '1000'],
  ['12.5e1', '125'],
  ['1.25e-2', '0.0125'],
  ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ['.', '.'],
  ['1e999999999', '1e999999999'],
])('a number %s is spelled %s', (text, plain) => expect(plainNumber(text)).toBe(plain));
