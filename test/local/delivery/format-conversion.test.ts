import { expect, test } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { parseColumn, readRow } from '../../../local/delivery/table-row.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText } from '../../support/an-engine.js';

const columns = [
  ...[parseColumn('id', 'string'), parseColumn('count', 'int'), parseColumn('total', 'bigint')],
  ...[parseColumn('price', 'double'), parseColumn('done', 'boolean'), parseColumn('at', 'timestamp')],
  parseColumn('rest', 'varchar(100)'),
];
const conversion = {
  ...({ databaseName: 'lake', tableName: 'events', codec: 'SNAPPY', caseInsensitive: true } as const),
  keyOf: { at: 'time' },
};
const event = (id: string, more: object = {}) =>
  JSON.stringify({
    ID: id,
    count: '7',
    total: 9_000_000_000,
    price: 1.5,
    done: true,
    time: '2026-01-05T10:00:00Z',
    ...more,
  });

async function deliver(texts: readonly string[], codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY') {
  const { engine, clock, metrics } = anEngine();
  const objects = new MemoryObjects();
  const delivery = aDelivery({ conversion: { ...conversion, codec }, bufferBytes: 64 * 1_048_576 });
  const functions = { invoke: () => Promise.reject(new Error('no function was expected')) };
  const runner = new DeliveryRunner({ delivery, kinesis: engine, objects, functions, metrics, clock, columns });
  await runner.start();
  for (const text of texts) await putText(engine, text, 'key');
  await clock.advance(2_000);
  await runner.stop();
  await runner.flush();
  return { objects, metrics, totals: runner.totals() };
}

test.each(['SNAPPY', 'UNCOMPRESSED'] as const)(
  'delivers records of JSON as rows of one Parquet file, %s',
  async (codec) => {
    const { objects, totals } = await deliver(
      [event('a', { rest: { b: 1 }, other: 1 }), event('b', { price: null })],
      codec,
    );
    expect(totals).toMatchObject({ read: 2, delivered: 2, failed: 0 });
    const [key] = objects.keys() as [string];
    expect(key).toMatch(/^objects\/events\/2026\/01\/05\/10\/.*\.parquet$/);
    const file = new Uint8Array(objects.body(key)).buffer;
    const row = { count: 7, total: 9_000_000_000n, price: 1.5, done: true, at: new Date(Date.UTC(2026, 0, 5, 10)) };
    expect(await parquetReadObjects({ file })).toEqual([
      { id: 'a', ...row, rest: '{"b":1}' },
      { id: 'b', ...row, price: null, rest: null },
    ]);
  },
);

test('sends what does not fit the table to the error prefix, record by record, and delivers the rest', async () => {
  const { objects, metrics, totals } = await deliver([event('a'), 'no JSON', event('b', { count: 1.5 }), '[1]']);
  expect(totals).toMatchObject({ read: 4, delivered: 1, failed: 3, pending: 0 });
  const failed = objects.lines('objects/errors/format-conversion-failed/2026/').map((line) => JSON.parse(line));
  expect(failed.map(({ errorMessage }) => errorMessage)).toEqual([
    'the record is not JSON',
    "column 'count' cannot hold 1.5",
    'the record is no object',
  ]);
  expect(failed[0]).toMatchObject({
    errorCode: 'DataFormatConversion.MalformedData',
    rawData: Buffer.from('no JSON').toString('base64'),
  });
  expect([metrics.sum('SucceedConversion.Records'), metrics.sum('FailedConversion.Records')]).toEqual([1, 3]);
});

test.each([
  ['int', 2_147_483_648],
  ['int', true],
  ['bigint', 1.5],
  ['double', 'many'],
  ['boolean', 1],
  ['timestamp', 'yesterday'],
])('a column of type %s does not hold %j', (type, value) => {
  const rules = { columns: [parseColumn('c', type)], caseInsensitive: false, keyOf: {} };
  expect(() => readRow(Buffer.from(JSON.stringify({ c: value })), rules)).toThrow("column 'c' cannot hold");
});

test.each([
  ['bigint', '9007199254740993', 9_007_199_254_740_993n],
  ['timestamp', '2026-01-05 10:00:00', new Date(Date.UTC(2026, 0, 5, 10))],
  ['timestamp', 1_000, new Date(1_000)],
  ['char(2)', 12, '12'],
])('a column of type %s takes %j', (type, value, cell) => {
  const rules = { columns: [parseColumn('c', type)], caseInsensitive: false, keyOf: {} };
  expect(readRow(Buffer.from(JSON.stringify({ c: value, C: 'not this' })), rules)).toEqual([cell]);
});

test('fails when a column has a type that the lab does not convert to', () => {
  expect(() => parseColumn('c', 'decimal(10,2)')).toThrow("column 'c' has the type 'decimal(10,2)'");
});
