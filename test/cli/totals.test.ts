import { expect, test } from '@jest/globals';
import { renderCarriedOver, renderReady } from '../../cli/ready.js';
import { renderTotals, renderTotalsJson } from '../../cli/totals.js';

const TOTALS = {
  rejected: 1,
  produced: 10,
  consumers: { Alert: { processed: 7, failed: 2, unread: 1 } },
  delivered: 10,
  alerts: 3,
  resizes: 1,
  missing: {},
  balanced: true,
  refusedCalls: 0,
};

test('totals as JSON are one line with exactly the promised fields', () => {
  expect(renderTotalsJson(TOTALS)).toBe(
    '{"produced":10,"rejected":1,"consumers":{"Alert":{"processed":7,"failed":2,"unread":1}},' +
      '"delivered":10,"alerts":3,"resizes":1,"balanced":true,"refusedCalls":0}',
  );
});

test('totals as a table line up, and say when they do not balance', () => {
  expect(renderTotals(TOTALS).split('\n').slice(0, 2)).toEqual([
    'consumer  produced  processed  failed  unread',
    'Alert           10          7       2       1',
  ]);
  expect(renderTotals(TOTALS)).toMatch(/ balanced$/);
});

test('totals say that calls were refused, although the records balance', () => {
  const totals = { ...TOTALS, refusedCalls: 2 };
  expect(renderTotals(totals).split('\n').slice(-2)).toEqual([
    expect.stringMatching(/ {2}balanced$/),
    "  2 calls were REFUSED by the template's permissions; look at the lines REFUSED below",
  ]);
  expect(JSON.parse(renderTotalsJson(totals))).toMatchObject({ balanced: true, refusedCalls: 2 });
});

test('totals that do not balance say which consumer differs, by how much, and where to look', () => {
  const printed = renderTotals({ ...TOTALS, balanced: false, missing: { Alert: 2, Delivery: -1 } });
  expect(printed.split('\n').slice(-3)).toEqual([
    expect.stringMatching(/ {2}NOT BALANCED$/),
    '  Alert: 2 records are neither processed, failed nor unread; look at the errors above, in logs/ and in its failure bucket',
    '  Delivery: 1 more accounted for than its stream gave it; look for what was delivered twice, in logs/ and in its bucket',
  ]);
});

test('totals of a run that goes on from another have a column for what it was left', () => {
  const consumers = { Alert: { carriedOver: 3, processed: 10, failed: 2, unread: 1 } };
  expect(
    renderTotals({ ...TOTALS, consumers })
      .split('\n')
      .slice(0, 2),
  ).toEqual([
    'consumer  carried over  produced  processed  failed  unread',
    'Alert                3        10         10       2       1',
  ]);
});

test('a lab that goes on says what is left to read', () => {
  expect(
    renderCarriedOver([
      { name: 'Alert', records: 3 },
      { name: 'Delivery', records: 0 },
    ]),
  ).toBe('carried over: Alert 3, Delivery 0 unread\n');
  expect(renderCarriedOver([])).toBe('');
});

test('a ready lab says so in one line, and how to reach it', () => {
  const services = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:2' };
  const lab = { endpoint: 'http://127.0.0.1:4567', region: 'us-east-1', streams: ['a', 'b'], services };
  const text = renderReady('Stack', lab);
  expect(text.split('\n')).toEqual([
    'lab ready: Stack on http://127.0.0.1:4567 (stream a, b)',
    'export AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:4567',
    'export AWS_ENDPOINT_URL_S3=http://127.0.0.1:1',
    'export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1',
    'export AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab',
    'export STREAM=a',
    '',
  ]);
});
