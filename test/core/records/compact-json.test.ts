import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compactJson } from '../../../core/records/compact-json.js';

test('is what JSON.stringify makes of any value, however it was indented', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4, '\t'), (value, indent) => {
      expect(compactJson(JSON.stringify(value, undefined, indent))).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  ['white space inside a string stays', '{ "a b" : " c\\t" }', '{"a b":" c\\t"}'],
  ['an escaped quote does not end a string', '{ "a" : "\\" \\\\" , "b":1 }', '{"a":"\\" \\\\","b":1}'],
  ['a long number keeps its digits', '[ 12345678901234567890.10 ]', '[12345678901234567890.10]'],
])('%s', (_rule, text, compact) => {
  expect(compactJson(text)).toBe(compact);
});
