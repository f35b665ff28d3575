import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderEmbeddedMetrics } from '../../../runtime/producer/telemetry/embedded-metrics.js';
import { emptyTally } from '../../../runtime/producer/telemetry/producer-metrics.js';

const render = (now: object, options = {}) =>
  JSON.parse(renderEmbeddedMetrics(emptyTally(), { ...emptyTally(), ...now }, 1_000, 'orders', options));

test('names every metric that it has, under the stream and the dimensions asked for', () => {
  const line = render(
    { userRecordsReceived: 3, userRecordsPut: 3 },
    { namespace: 'Shop', dimensions: { App: 'till' } },
  );
  const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
  expect([Namespace, Dimensions, line.StreamName, line.App]).toEqual([
    'Shop',
    [['StreamName', 'App']],
    'orders',
    'till',
  ]);
  for (const { Name } of Metrics) expect(line[Name]).toBeDefined();
  expect([line.UserRecordsPut, line.UserRecordsFailed, line.UserRecordsThrottled]).toEqual([3, 0, 0]);
});

test('the average of the rate is the share that was put, within what a hundred values can say', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(5_000), (put, failed) => {
      const { UserRecordsPutRate: values = [] } = render({ userRecordsPut: put, userRecordsFailed: failed });
      expect(values).toHaveLength(Math.min(100, put + failed));
      if (values.length === 0) return;
      const average = values.reduce((sum: number, value: number) => sum + value, 0) / values.length;
      expect(Math.abs(average - put / (put + failed))).toBeLessThanOrEqual(0.01);
      // One failure among many records is seen.
      expect(average < 1).toBe(failed > 0);
      expect(average > 0).toBe(put > 0);
    }),
  );
});
