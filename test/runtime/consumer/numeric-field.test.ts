import { expect, test } from '@jest/globals';
import { readNumeric } from '../../../runtime/consumer/numeric-field.js';

test.each([
  [3.5, { kind: 'number', value: 3.5 }],
  ['73.96732207', { kind: 'number', value: 73.96732207 }],
  [' -1e3 ', { kind: 'number', value: -1000 }],
  ['.5', { kind: 'number', value: 0.5 }],
  [undefined, { kind: 'none' }],
  [null, { kind: 'none' }],
  ['  ', { kind: 'none' }],
  ['n/a', { kind: 'not-a-number' }],
  ['0x10', { kind: 'not-a-number' }],
  ['Infinity', { kind: 'not-a-number' }],
  ['1e999', { kind: 'not-a-number' }],
  [1e101, { kind: 'not-a-number' }],
  [true, { kind: 'not-a-number' }],
  [[1], { kind: 'not-a-number' }],
])('reads %j', (value, reading) => {
  expect(readNumeric(value)).toEqual(reading);
});
