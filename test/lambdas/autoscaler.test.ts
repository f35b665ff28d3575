import { describe, expect, test } from '@jest/globals';
import { type AutoscalerLog, type AutoscalerPorts, autoscale } from '../../lambdas/autoscaler/autoscale.js';
import { recordedTelemetry } from '../support/recorded-telemetry.js';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const POLICY = { minShards: 1, maxShards: 10, targetPercent: 70, scaleInAfterMinutes: 15 };

/** Ports of an active stream of 2 shards whose traffic fills it to `percent` for an hour. */
function fakePorts(percent: number, changes: Partial<AutoscalerPorts> = {}) {
  const resizes: number[] = [];
  const telemetry = recordedTelemetry<AutoscalerLog>();
  const minutes = Array.from({ length: 60 }, (_, i) => NOW_MS - (i + 1) * MINUTE_MS);
  const ports: AutoscalerPorts = {
    readStream: async () => ({ mode: 'PROVISIONED', status: 'ACTIVE', openShards: 2 }),
    readTraffic: async () => ({
      incomingBytes: [],
      incomingRecords: minutes.map((atMs) => ({ atMs, value: (percent / 100) * 2 * 1_000 * 60 })),
      throttledRecords: [],
    }),
    countResizes: async () => 3,
    resize: async (_stream, to) => void resizes.push(to),
    nowMs: () => NOW_MS,
    telemetry,
    ...changes,
  };
  return { ports, resizes, telemetry };
}

const failing = (name: string) => async () => {
  throw Object.assign(new Error('no'), { name });
};

test('holds a stream that fits', async () => {
  const { ports, resizes, telemetry } = fakePorts(65);
  expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'held', plan: { reason: 'on-target' } });
  expect(resizes).toEqual([]);
  expect(telemetry.measured).toEqual([
    { OpenShards: 2, TargetShards: 2, UtilizationPercent: 65, Resized: 0, ScaleFailed: 0, ResizesLeft: 7 },
  ]);
});

test('resizes a stream that is too full, by one call', async () => {
  const { ports, resizes, telemetry } = fakePorts(100);
  expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'resized' });
  expect(resizes).toEqual([3]);
  expect(telemetry.measured).toEqual([
    { OpenShards: 2, TargetShards: 3, UtilizationPercent: 100, Resized: 1, ScaleFailed: 0, ResizesLeft: 6 },
  ]);
  expect(telemetry.events).toContainEqual({ type: 'autoscale.resized', level: 'info', stream: 's', from: 2, to: 3 });
});

test('reads as many minutes as the plan looks back on', async () => {
  const asked: number[] = [];
  const { ports } = fakePorts(65);
  const readTraffic: AutoscalerPorts['readTraffic'] = (stream, nowMs, minutes) => {
    asked.push(minutes);
    return ports.readTraffic(stream, nowMs, minutes);
  };
  await autoscale({ ...ports, readTraffic }, 's', POLICY);
  expect(asked[0]).toBeGreaterThanOrEqual(POLICY.scaleInAfterMinutes);
});

test('leaves the utilization out while there are no metrics', async () => {
  const traffic = { incomingBytes: [], incomingRecords: [], throttledRecords: [] };
  const { ports, telemetry } = fakePorts(0, { readTraffic: async () => traffic });
  expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'held', plan: { reason: 'no-data' } });
  expect(telemetry.measured[0]).not.toHaveProperty('UtilizationPercent');
});

test('refuses an on-demand stream and says so, without reading metrics', async () => {
  const { ports, resizes, telemetry } = fakePorts(100, {
    readStream: async () => ({ mode: 'ON_DEMAND', status: 'ACTIVE', openShards: 4 }),
    readTraffic: failing('Unexpected'),
  });
  expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'refused', plan: { reason: 'on-demand' } });
  expect(resizes).toEqual([]);
  expect(telemetry.measured).toEqual([{ OpenShards: 4, Resized: 0, ScaleFailed: 1 }]);
  expect(telemetry.events).toMatchObject([{ type: 'autoscale.planned', level: 'error' }]);
});

test('waits while the stream is updating', async () => {
  const { ports, resizes } = fakePorts(100, {
    readStream: async () => ({ mode: 'PROVISIONED', status: 'UPDATING', openShards: 2 }),
  });
  expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'held', plan: { reason: 'not-active' } });
  expect(resizes).toEqual([]);
});

test('a resize that somebody else is making is no failure', async () => {
  const { ports, telemetry } = fakePorts(100, { resize: failing('ResourceInUseException') });
  expect(await autoscale(ports, 's', POLICY)).toEqual({ kind: 'busy' });
  expect(telemetry.measured).toEqual([{ Resized: 0, ScaleFailed: 0 }]);
});

describe('reports a failure and returns when', () => {
  test.each([
    ['the stream is gone', 'readStream', 'ResourceNotFoundException', 'read stream'],
    ['metrics cannot be read', 'readTraffic', 'AccessDeniedException', 'read metrics'],
    ['the calls used cannot be counted', 'countResizes', 'ThrottlingException', 'read metrics'],
    ['the stream may not be resized', 'resize', 'AccessDeniedException', 'resize stream'],
  ] as const)('%s', async (_rule, port, error, step) => {
    const { ports, telemetry } = fakePorts(100, { [port]: failing(error) });
    expect(await autoscale(ports, 's', POLICY)).toEqual({ kind: 'failed', step, error });
    expect(telemetry.measured).toEqual([{ Resized: 0, ScaleFailed: 1 }]);
    expect(telemetry.events.at(-1)).toEqual({ type: 'autoscale.failed', level: 'error', stream: 's', step, error });
  });

  test('the service says that no call is left', async () => {
    const { ports, telemetry } = fakePorts(100, { resize: failing('LimitExceededException') });
    expect(await autoscale(ports, 's', POLICY)).toMatchObject({ kind: 'failed' });
    expect(telemetry.measured).toEqual([{ Resized: 0, ScaleFailed: 1, ResizesLeft: 0 }]);
  });
});
