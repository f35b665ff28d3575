import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  FIELD_NAME_MAX_CHARACTERS,
  FIELDS_PER_KEY_MAX,
  StatisticsTable,
} from '../../../core/aggregation/key-statistics.js';

const add = (table: StatisticsTable, key: string, sequenceNumber: string, numbers: Record<string, number>) =>
  table.add({ key, sequenceNumber, numbers: Object.entries(numbers) });

test('keeps count, sum, least and greatest per key and field', () => {
  const table = new StatisticsTable();
  add(table, 'a', '1', { x: 3 });
  add(table, 'a', '2', { x: -1, y: 5 });
  add(table, 'b', '3', {});
  expect(table.list()).toEqual([
    {
      key: 'a',
      first: '1',
      events: 2,
      fields: new Map([
        ['x', { count: 2, sum: 2, min: -1, max: 3 }],
        ['y', { count: 1, sum: 5, min: 5, max: 5 }],
      ]),
    },
    { key: 'b', first: '3', events: 1, fields: new Map() },
  ]);
});

test('keys and fields may be called like what objects have', () => {
  const table = new StatisticsTable();
  table.add({ key: '__proto__', sequenceNumber: '1', numbers: [['constructor', 1]] });
  expect(StatisticsTable.restore(table.store()).list()).toEqual(table.list());
});

test('keeps a bounded number of fields of a key', () => {
  const table = new StatisticsTable();
  const numbers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, i]));
  add(table, 'a', '1', numbers);
  add(table, 'a', '2', numbers);
  expect(table.list()[0]!.fields.size).toBe(FIELDS_PER_KEY_MAX);
  expect(table.list()[0]!.fields.get('f0')!.count).toBe(2);
});

test('leaves out fields that a table cannot name, or that would fill the state alone', () => {
  const table = new StatisticsTable();
  const longest = 'f'.repeat(FIELD_NAME_MAX_CHARACTERS);
  add(table, 'a', '1', { '': 1, [longest]: 2, [`${longest}f`]: 3 });
  expect([...table.list()[0]!.fields.keys()]).toEqual([longest]);
});

test('the state round-trips as JSON and is never larger than it says', () => {
  const observation = fc.record({
    key: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
    sequenceNumber: fc.bigInt({ min: 1n, max: 10n ** 56n }).map(String),
    numbers: fc.array(
      fc.tuple(
        fc.string(),
        fc.double({ noNaN: true, min: -1e99, max: 1e99 }).map((n) => n + 0),
      ),
      {
        maxLength: 30,
      },
    ),
  });
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 40 }), (observations) => {
      const table = new StatisticsTable();
      for (const one of observations) table.add(one);
      const json = JSON.stringify(table.store());
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(table.bytes);
      const restored = StatisticsTable.restore(JSON.parse(json));
      expect(JSON.stringify(restored.store())).toBe(json);
      expect(restored.bytes).toBe(table.bytes);
    }),
  );
});
