import { expect, test } from '@jest/globals';
import { parseFilters } from '../../../local/event-sources/record-filter.js';
import { aStreamRecord } from '../../support/a-mapping.js';

const order = { type: 'order', amount: 12, tags: ['new', 'big'], customer: { name: 'Ann' }, note: null };

function passes(pattern: object, data: unknown, partitionKey = 'key'): boolean {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return parseFilters([JSON.stringify(pattern)])(aStreamRecord(1, { data: Buffer.from(text), partitionKey }));
}

test.each([
  ['equality', { type: ['order'] }, true],
  ['one of several values', { type: ['refund', 'order'] }, true],
  ['another value', { type: ['refund'] }, false],
  ['every field', { type: ['order'], amount: [13] }, false],
  ['a field below', { customer: { name: ['Ann'] } }, true],
  ['a field below one that is absent', { supplier: { name: ['Ann'] } }, false],
  ['any item of a list', { tags: ['big'] }, true],
  ['null', { note: [null] }, true],
  ['a prefix', { type: [{ prefix: 'ord' }] }, true],
  ['a suffix', { type: [{ suffix: 'ord' }] }, false],
  ['a value in another case', { type: [{ 'equals-ignore-case': 'ORDER' }] }, true],
  ['anything but a value', { type: [{ 'anything-but': 'order' }] }, false],
  ['anything but several values', { type: [{ 'anything-but': ['refund', 'return'] }] }, true],
  ['anything but a prefix', { type: [{ 'anything-but': { prefix: 'ref' } }] }, true],
  ['anything but, of an absent field', { color: [{ 'anything-but': 'red' }] }, false],
  ['a number in a range', { amount: [{ numeric: ['>', 0, '<=', 12] }] }, true],
  ['a number outside a range', { amount: [{ numeric: ['>', 12] }] }, false],
  ['a text where a number is asked for', { type: [{ numeric: ['>', 0] }] }, false],
  ['a field that exists', { amount: [{ exists: true }] }, true],
  ['a field that must not exist', { amount: [{ exists: false }] }, false],
  ['a field that is absent', { color: [{ exists: false }] }, true],
  ['either of two', { $or: [{ type: ['refund'] }, { amount: [12] }] }, true],
] as const)('matches %s', (_what, data, expected) => {
  expect(passes({ data }, order)).toBe(expected);
});

test('data that is not JSON never matches a JSON pattern', () => {
  expect(passes({ data: { type: [{ exists: false }] } }, 'plain text')).toBe(false);
});

test('plain text matches a list of rules, JSON does not', () => {
  expect(passes({ data: [{ prefix: 'plain' }] }, 'plain text')).toBe(true);
  expect(passes({ data: [{ prefix: '{' }] }, order)).toBe(false);
});

test('the partition key can be matched with or without the data', () => {
  expect(passes({ partitionKey: ['a'] }, 'plain text', 'a')).toBe(true);
  expect(passes({ partitionKey: ['a'], data: { type: ['order'] } }, order, 'b')).toBe(false);
});

test('any of several patterns suffices, and without patterns every record passes', () => {
  const either = parseFilters(['{"partitionKey":["a"]}', '{"partitionKey":["b"]}']);
  expect(['a', 'b', 'c'].map((partitionKey) => either(aStreamRecord(1, { partitionKey })))).toEqual([
    true,
    true,
    false,
  ]);
  expect(parseFilters([])(aStreamRecord(1))).toBe(true);
});

test.each([
  ['a rule is unknown', '{"data":{"type":[{"wildcard":"*"}]}}', "filter rule 'wildcard' is not known"],
  ['a rule of one branch is unknown', '{"data":{"$or":[{"a":[{"cidr":"x"}]}]}}', "filter rule 'cidr' is not known"],
  ['a pattern is not JSON', '{', "filter pattern must be a JSON object, got '{'"],
  ['a pattern is no object', '[]', "filter pattern must be a JSON object, got '[]'"],
])('fails when %s, before any record comes', (_rule, pattern, message) => {
  expect(() => parseFilters([pattern])).toThrow(message);
});
