import { expect, test } from '@jest/globals';
import type { InputRow } from '../../../cli/input/input-row.js';
import { Rejections } from '../../../cli/input/rejections.js';
import { toEvent } from '../../../cli/input/to-event.js';

const RULES = { source: 'machine', keyField: undefined, maxRecordBytes: 1_000 } as const;
const NOW_MS = Date.parse('2026-01-02T03:04:05.678Z');

function aRow(payload: Readonly<Record<string, unknown>>): InputRow {
  return { kind: 'payload', row: 17, line: 18, payload };
}

test('a row is one event: id of source and row, time of the lab, key and type of the source', () => {
  const outcome = toEvent(aRow({ value: '1.5' }), RULES, NOW_MS);
  expect(outcome).toMatchObject({ kind: 'put', line: 18, entry: { partitionKey: 'machine' } });
  expect(outcome.kind === 'put' && JSON.parse(String(outcome.entry.data))).toEqual({
    id: 'machine-17',
    time: '2026-01-02T03:04:05.678Z',
    type: 'machine',
    key: 'machine',
    payload: { value: '1.5' },
  });
});

test.each([
  ['a string', 'abc', 'abc'],
  ['a number', 0, '0'],
  ['a boolean', false, 'false'],
])('the key field may hold %s', (_rule, value, partitionKey) => {
  expect(toEvent(aRow({ user: value }), { ...RULES, keyField: 'user' }, NOW_MS)).toMatchObject({
    entry: { partitionKey },
  });
});

test.each([
  ['has no key field', {}],
  ['has an empty key', { user: '' }],
  ['has a key that is no scalar', { user: { id: 1 } }],
  ['has the key only on its prototype', Object.create({ user: 'x' })],
])('rejects a row that %s', (_rule, payload) => {
  expect(toEvent(aRow(payload), { ...RULES, keyField: 'user' }, NOW_MS)).toEqual({
    kind: 'rejected',
    line: 18,
    reason: "row must have a value in 'user', the field of its key",
  });
});

test('a key of 256 characters is put, one more is rejected', () => {
  const rules = { ...RULES, keyField: 'user', maxRecordBytes: 10_000 };
  expect(toEvent(aRow({ user: 'x'.repeat(256) }), rules, NOW_MS).kind).toBe('put');
  expect(toEvent(aRow({ user: 'x'.repeat(257) }), rules, NOW_MS)).toMatchObject({
    reason: expect.stringContaining('must be 1 to 256 characters, got 257'),
  });
});

test('data and key together may fill the limit, one byte more is rejected', () => {
  const put = toEvent(aRow({ text: '' }), RULES, NOW_MS);
  const room = RULES.maxRecordBytes - (put.kind === 'put' ? put.entry.data.length + 'machine'.length : 0);
  expect(toEvent(aRow({ text: 'x'.repeat(room) }), RULES, NOW_MS).kind).toBe('put');
  expect(toEvent(aRow({ text: 'x'.repeat(room + 1) }), RULES, NOW_MS)).toMatchObject({
    reason: expect.stringContaining('must be at most 1000 bytes together, got 1001'),
  });
});

test('an event passes as it is, to the byte, with its own key', () => {
  const json = '{"id":"x","time":"2020-01-01T00:00:00Z","type":"t","key":"mine","payload":{"n":12345678901234567890}}';
  const row: InputRow = { kind: 'event', row: 1, line: 1, event: JSON.parse(json), json };
  const outcome = toEvent(row, { ...RULES, keyField: 'user' }, NOW_MS);
  expect(outcome).toEqual({ kind: 'put', line: 1, entry: { partitionKey: 'mine', data: Buffer.from(json) } });
});

test('a payload that is JSON already stays as it is: numbers keep every digit', () => {
  const json = '{"user":"ann","n":12345678901234567890,"x":1.0}';
  const row: InputRow = { kind: 'payload', row: 1, line: 1, payload: JSON.parse(json), json };
  const outcome = toEvent(row, { ...RULES, keyField: 'user' }, NOW_MS);
  const data = `{"id":"machine-1","time":"2026-01-02T03:04:05.678Z","type":"machine","key":"ann","payload":${json}}`;
  expect(outcome).toMatchObject({ entry: { partitionKey: 'ann', data: Buffer.from(data) } });
});

test('rejections are told one by one, then counted', () => {
  const printed: string[] = [];
  const rejections = new Rejections('in', (line) => printed.push(line));
  for (let line = 1; line <= 12; line += 1) rejections.add(line, 'bad');
  rejections.close();
  expect(rejections.count).toBe(12);
  expect(printed).toHaveLength(11);
  expect(printed[0]).toBe('rejected in:1: bad');
  expect(printed.at(-1)).toBe('rejected 2 more lines of in');
});
