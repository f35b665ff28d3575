import { expect, test } from '@jest/globals';
import { parseErrorPrefix, parsePrefix, renderObjectName } from '../../../local/delivery/prefix-expression.js';

const arrivalMs = Date.UTC(2026, 2, 4, 5, 6, 7);
const values = {
  arrivalMs,
  partitionKeys: { type: 'reading', site: 'n-1' },
  randomString: () => 'abcdefghijk',
  errorOutputType: 'processing-failed',
};

test.each([
  ['', '2026/03/04/05/'],
  ['plain/', 'plain/2026/03/04/05/'],
  ['events/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/', 'events/dt=2026-03-04/hour=05/'],
  ["!{timestamp:'year='yyyy'/minute='mm}/", 'year=2026/minute=06/'],
  ['!{timestamp:yyyy}/!{firehose:random-string}/', '2026/abcdefghijk/'],
])('evaluates the prefix %j', (text, expected) => {
  expect(parsePrefix(text, undefined)(values)).toBe(expected);
});

test('puts partition keys where the prefix has them, and adds no time of its own', () => {
  const prefix = parsePrefix('t=!{partitionKeyFromQuery:type}/!{partitionKeyFromQuery:site}/', ['type', 'site']);
  expect(prefix(values)).toBe('t=reading/n-1/');
});

test.each([
  ['errors/!{firehose:error-output-type}/!{timestamp:yyyy}/', 'p/', 'errors/processing-failed/2026/'],
  ['errors/!{firehose:error-output-type}/', 'p/', 'errors/processing-failed/2026/03/04/05/'],
  ['', 'p/', 'p/processing-failed/2026/03/04/05/'],
])('evaluates the error prefix %j', (text, prefix, expected) => {
  expect(parseErrorPrefix(text, prefix)(values)).toBe(expected);
});

test.each([
  ['!{timestamp:yyyy-DDD}/', '!{timestamp:yyyy-DDD}'],
  ['!{partitionKeyFromQuery:other}/', '!{partitionKeyFromQuery:other}'],
  ['!{partitionKeyFromLambda:type}/', '!{partitionKeyFromLambda:type}'],
  ['!{firehose:error-output-type}/', '!{firehose:error-output-type}'],
  ['!{aws:region}/', '!{aws:region}'],
])('fails when the prefix %j has an expression that the lab does not, by its name', (text, name) => {
  expect(() => parsePrefix(text, ['type'])).toThrow(name);
});

test('names an object after its delivery and its oldest record', () => {
  expect(renderObjectName('delivery', arrivalMs, 'id', '.gz')).toBe('delivery-1-2026-03-04-05-06-07-id.gz');
});
