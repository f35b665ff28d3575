import { expect, test } from '@jest/globals';
import { LabClock } from '../../local/clock.js';
import { type LabConsumer, nameByPath } from '../../local/lab-consumer.js';
import type { LabServices } from '../../local/lab-services.js';
import { PermissionGuard } from '../../local/permissions/guard.js';
import { Lab, type LabParts } from '../../local/running-lab.js';
import { ServiceError } from '../../local/service-error.js';
import { emptyAccess } from '../../local/template/access-model.js';
import type { PlatformModel } from '../../local/template/model.js';

function aConsumer(changes: Partial<LabConsumer> & { readonly unread?: number } = {}): LabConsumer {
  const { unread = 0, ...rest } = changes;
  return {
    name: 'Alert',
    streamName: 'events',
    processed: 0,
    failed: 0,
    pending: 0,
    carriedOver: 0,
    countUnread: async () => unread,
    flush: async () => undefined,
    stop: async () => undefined,
    ...rest,
  };
}

/** A lab whose one stream has accepted ten records. */
function aLab(consumers: readonly LabConsumer[], earlier: Partial<LabParts> = {}): Lab {
  const clock = new LabClock({ speed: 1, startMs: 0 });
  const parts: LabParts = {
    model: {
      stackName: 'S',
      region: 'r',
      streams: [{ name: 'events', maxRecordSizeKiB: 1 }],
    } as unknown as PlatformModel,
    clock,
    speed: 1,
    endpoints: {},
    endpoint: 'http://127.0.0.1:1',
    kinesis: {
      accepted: () => 10,
      countAfter: () => 0,
      countBefore: () => 0,
      horizonMs: () => 0,
      reshards: () => 3,
      DescribeStreamSummary: async () => ({ StreamDescriptionSummary: undefined }),
    },
    services: { alerts: () => 2, alarms: { states: () => [], compositeStates: () => [] } } as unknown as LabServices,
    guard: new PermissionGuard(emptyAccess(), { enforced: false }),
    consumers,
    delivered: () => ({ objects: 1, records: 4 }),
    keepsData: false,
    before: new Map(),
    stop: async () => clock.stop(),
    ...earlier,
  };
  return new Lab(parts);
}

test('totals balance when every consumer accounts for every record', async () => {
  const consumers = [
    aConsumer({ processed: 5, failed: 2, unread: 3 }),
    aConsumer({ name: 'Delivery', processed: 6, pending: 4 }),
  ];
  expect(await aLab(consumers).stop()).toEqual({
    produced: 10,
    consumers: {
      Alert: { processed: 5, failed: 2, unread: 3 },
      Delivery: { processed: 6, failed: 0, unread: 4 },
    },
    delivered: 4,
    alerts: 2,
    resizes: 3,
    missing: {},
    balanced: true,
    refusedCalls: 0,
  });
});

test('a run that goes on counts what it was left, and of the stream only what came since', async () => {
  const before = new Map([['events', { accepted: 6, reshards: 1 }]]);
  const lab = aLab([aConsumer({ carriedOver: 2, processed: 5, unread: 1 })], { before, keepsData: true });
  expect(lab.carriedOver).toEqual([{ name: 'Alert', records: 2 }]);
  expect(lab.status().streams).toMatchObject([{ recordsIn: 4 }]);
  expect(await lab.stop()).toMatchObject({
    produced: 4,
    consumers: { Alert: { carriedOver: 2, processed: 5, failed: 0, unread: 1 } },
    resizes: 2,
    balanced: true,
  });
});

test('totals do not balance when what was carried over is gone', async () => {
  const lab = aLab([aConsumer({ carriedOver: 2, processed: 10 })], { keepsData: true });
  expect(await lab.stop()).toMatchObject({ balanced: false });
});

test.each([
  ['loses a record', { processed: 9 }, 1],
  ['counts a record twice', { processed: 10, failed: 1 }, -1],
])('totals do not balance when a consumer %s, and say which one', async (_rule, counts, missing) => {
  const totals = await aLab([aConsumer({ processed: 10 }), aConsumer({ name: 'Other', ...counts })]).stop();
  expect(totals).toMatchObject({ balanced: false, missing: { Other: missing } });
});

test('a stream that somebody deletes ends the counting, not the lab', async () => {
  const countUnread = async () => {
    throw new ServiceError('ResourceNotFoundException', 'Stream events under account 000000000000 not found.');
  };
  const lab = aLab([aConsumer({ processed: 7, countUnread })]);
  expect(await lab.stop()).toMatchObject({ balanced: false, consumers: { Alert: { processed: 7, unread: 0 } } });
});

test('drains until nothing is unread, then flushes what waits', async () => {
  const unread = [2, 1, 0];
  const flushedAt: number[] = [];
  const consumer = aConsumer({
    countUnread: async () => unread.shift() ?? 0,
    flush: async () => {
      flushedAt.push(unread.length);
    },
  });
  const lab = aLab([consumer]);
  await lab.drain(new AbortController().signal);
  expect(flushedAt).toEqual([0]);
  await lab.stop();
});

test('gives up draining when it is told to', async () => {
  const lab = aLab([aConsumer({ unread: 1 })]);
  const stop = new AbortController();
  const drained = lab.drain(stop.signal);
  stop.abort();
  await drained;
  await lab.stop();
});

test('stops draining when it is told to, although a hand-over hangs', async () => {
  const stop = new AbortController();
  const hanging = new Promise<void>(() => undefined);
  const flush = () => {
    stop.abort();
    return hanging;
  };
  const lab = aLab([aConsumer({ processed: 10, flush })]);
  await lab.drain(stop.signal);
  await lab.stop();
});

test.each([
  ['by their first segment', ['Alert/Function/Source', 'Delivery/Stream'], ['Alert', 'Delivery']],
  ['deeper where the first is shared', ['App/Alert/Source', 'App/Delivery'], ['App/Alert', 'App/Delivery']],
  ['whole when nothing tells them apart', ['A/B', 'A/B'], ['A/B', 'A/B']],
  ['not at all when there is none', [], []],
])('names consumers %s', (_rule, paths, names) => {
  expect(nameByPath(paths)).toEqual(names);
});
