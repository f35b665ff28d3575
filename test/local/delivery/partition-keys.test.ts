import { expect, test } from '@jest/globals';
import { parsePartitionKeys } from '../../../local/delivery/partition-keys.js';

const read = parsePartitionKeys({ type: '.type', site: '.payload.site' });
const data = (value: unknown) => Buffer.from(JSON.stringify(value));

test('reads each key by its path, as text', () => {
  expect(read(data({ type: 'reading', payload: { site: 7 } }))).toEqual({ keys: { type: 'reading', site: '7' } });
});

test.each([
  ['is missing', { type: 'reading', payload: {} }],
  ['is null', { type: null, payload: { site: 'n' } }],
  ['is empty', { type: '', payload: { site: 'n' } }],
  ['is an object', { type: {}, payload: { site: 'n' } }],
  ['is inherited', { type: 'reading', payload: [] }],
])('says which key has no value when it %s', (_, value) => {
  expect(read(data(value))).toEqual({ failure: expect.stringContaining('partition key') });
});

test('says that a record is not JSON', () => {
  expect(read(Buffer.from('{'))).toEqual({ failure: 'the record is not JSON' });
});

test.each(['.a[0]', '.a|.b', 'a', '.time[0:10]', '.', '.a // "x"'])(
  'fails when the query %j is more than a path',
  (query) => {
    expect(() => parsePartitionKeys({ key: query })).toThrow(`got '${query}'`);
  },
);
