import { expect, test } from '@jest/globals';
import { parseEmbeddedMetrics } from '../../../local/metrics/embedded-metrics.js';

const line = (more: object, directive: object = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'KinesisPlatform',
          Dimensions: [['service', 'FunctionName']],
          Metrics: [{ Name: 'RecordsProcessed', Unit: 'Count' }],
          ...directive,
        },
      ],
    },
    service: 'aggregate',
    FunctionName: 'f',
    ...more,
  });

test('gives one datapoint per value with its dimensions and time', () => {
  const at = {
    namespace: 'KinesisPlatform',
    name: 'RecordsProcessed',
    dimensions: { service: 'aggregate', FunctionName: 'f' },
    atMs: 1_700_000_000_000,
    unit: 'Count',
  };
  expect(parseEmbeddedMetrics(line({ RecordsProcessed: 5 }))).toEqual([{ ...at, value: 5 }]);
  expect(parseEmbeddedMetrics(line({ RecordsProcessed: [1, 2] }))).toEqual([
    { ...at, value: 1 },
    { ...at, value: 2 },
  ]);
});

test('puts a metric once per dimension set', () => {
  const sets = parseEmbeddedMetrics(line({ RecordsProcessed: 1 }, { Dimensions: [['service'], []] }));
  expect(sets.map(({ dimensions }) => dimensions)).toEqual([{ service: 'aggregate' }, {}]);
});

test("reads a line that begins with the function's log prefix", () => {
  const logged = `2026-01-05T10:00:00.000Z\tid\tINFO\t${line({ RecordsProcessed: 2 })}`;
  expect(parseEmbeddedMetrics(logged)).toHaveLength(1);
});

test.each([
  ['plain text', 'START RequestId: 1'],
  ['other JSON', '{"level":"INFO","message":"hello"}'],
  ['broken JSON', '{"_aws":{"Timestamp":1'],
  ['a missing dimension value', line({ RecordsProcessed: 1, FunctionName: undefined })],
  ['a value that is not a number', line({ RecordsProcessed: 'many' })],
  ['no directives', '{"_aws":{"Timestamp":1,"CloudWatchMetrics":null}}'],
])('gives nothing for %s', (_, text) => {
  expect(parseEmbeddedMetrics(text)).toEqual([]);
});
