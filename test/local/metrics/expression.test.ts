import { expect, test } from '@jest/globals';
import { parseExpression } from '../../../local/metrics/expression.js';
import type { MathValue } from '../../../local/metrics/expression-functions.js';
import { MetricQuerySet } from '../../../local/metrics/metric-query.js';
import { MetricStore } from '../../../local/metrics/metric-store.js';
import { aMetricQuery } from '../../support/an-alarm.js';

const M = 60_000;
const periods = [0, M, 2 * M, 3 * M];
const series = (...values: (number | undefined)[]) =>
  new Map(values.flatMap((value, index) => (value === undefined ? [] : [[index * M, value] as const])));
const metrics = new Map([
  ['bytes', series(100, 200, undefined, 400)],
  ['records', series(10, 0, 5, 8)],
  ['never', series()],
]);

function evaluate(text: string): MathValue {
  const expression = parseExpression(text);
  return expression.evaluate({ periods, periodMs: M, metrics, valueOf: (id) => metrics.get(id)! });
}

test.each([
  ['1 + 2 * 3 - 4 / 2', 5],
  ['(1 + 2) * -3', -9],
  ['2 ^ 3 ^ 1', 8],
  ['10 - 3 - 2', 5],
  ['SUM(records)', 23],
  ['MAX(bytes)', 400],
  ['AVG(records) * 4', 23],
  ['PERIOD(bytes)', 60],
  ['1 < 2 AND 0 == 1 OR 3 != 4', 1],
])('gives %s as a number', (text, expected) => {
  expect(evaluate(text)).toBe(expected);
});

test.each([
  ['bytes / PERIOD(bytes) * 6', series(10, 20, undefined, 40)],
  ['bytes / records', series(10, undefined, undefined, 50)],
  ['FILL(bytes, 0) + records', series(110, 200, 5, 408)],
  ['FILL(bytes, REPEAT)', series(100, 200, 200, 400)],
  ['FILL(never, 1)', series(1, 1, 1, 1)],
  ['IF(records > 5, bytes, 1)', series(100, 1, 1, 400)],
  ['IF(records == 0, 1)', series(undefined, 1)],
  ['MAX([bytes, records, 150])', series(150, 200, 150, 400)],
  ['SUM([bytes, records])', series(110, 200, 5, 408)],
  ['SUM(METRICS())', series(110, 200, 5, 408)],
  ['SUM(METRICS("rec"))', series(10, 0, 5, 8)],
  ['100 * FILL(records, 0) / MAX([FILL(bytes, 1), 1])', series(10, 0, 500, 2)],
  ['RATE(records) * 60', series(undefined, -10, 5, 3)],
  ['records >= 5 && bytes >= 400', series(0, 0, undefined, 1)],
  ['records >= 10 OR records == 0', series(1, 1, 0, 0)],
])('gives %s as a series', (text, expected) => {
  expect(evaluate(text)).toEqual(expected);
});

test.each([
  ['ANOMALY_DETECTION_BAND(bytes)', 'does not have ANOMALY_DETECTION_BAND()'],
  ['SEARCH("x", "Sum", 300)', 'does not have SEARCH()'],
  ['bytes +', 'it ends too soon'],
  ['(bytes', "')' is missing"],
  ['bytes records', "'records' is not expected"],
  ['bytes % 2', "'%' is not expected"],
  ['', 'it ends too soon'],
])('fails when %j cannot be evaluated, and says why', (text, reason) => {
  expect(() => parseExpression(text)).toThrow(reason);
});

test('fails when an expression refers to a query that is missing or to itself', () => {
  const expression = (id: string, text: string) => ({ id, returnData: true, expression: text, metric: undefined });
  expect(() => new MetricQuerySet([expression('e1', 'm1 + 1')], M)).toThrow("refers to 'm1', which no query has");
  expect(() => new MetricQuerySet([expression('e1', 'e2'), expression('e2', 'e1')], M)).toThrow('refers to itself');
});

test('evaluates expressions of expressions over the store', () => {
  const store = new MetricStore();
  const put = (name: string, value: number) => store.put({ namespace: 'Test', name, dimensions: {}, value, atMs: 5 });
  put('failed', 2);
  put('all', 50);
  const expression = (id: string, text: string, returnData: boolean) => ({
    id,
    returnData,
    expression: text,
    metric: undefined,
  });
  const hidden = (name: string) => ({ ...aMetricQuery(name), returnData: false });
  const queries = [
    expression('percent', '100 * share', true),
    expression('share', 'failed / all', false),
    hidden('failed'),
    hidden('all'),
  ];
  expect(new MetricQuerySet(queries, M).read(store, 0, M)).toEqual(new Map([['percent', new Map([[0, 4]])]]));
});
