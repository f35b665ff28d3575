import { expect, test } from '@jest/globals';
import { readText, readWholeNumber } from '../../../runtime/environment/environment-variable.js';

test('reads what is set', () => {
  expect([readText({ A: 'x' }, 'A'), readWholeNumber({ A: '7' }, 'A', 1, 10)]).toEqual(['x', 7]);
});

test.each([
  [{}, "environment variable 'A' must be set, got nothing"],
  [{ A: '' }, "environment variable 'A' must be set, got nothing"],
])('fails when it is not set: %j', (env, message) => {
  expect(() => readText(env, 'A')).toThrow(message);
});

test.each([
  [{}, 'nothing'],
  [{ A: '0' }, "'0'"],
  [{ A: '11' }, "'11'"],
  [{ A: '1.5' }, "'1.5'"],
  [{ A: '-1' }, "'-1'"],
  [{ A: 'many' }, "'many'"],
])('fails when it is no whole number within bounds: %j', (env, got) => {
  expect(() => readWholeNumber(env, 'A', 1, 10)).toThrow(
    `environment variable 'A' must be a whole number from 1 to 10, got ${got}`,
  );
});
