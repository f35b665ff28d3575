import { expect, test } from '@jest/globals';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';
import { type MemoryPositions, memoryPositions } from '../../support/memory-positions.js';

const MINUTE = 60_000;

/** A transform that drops what says so. */
const functions = {
  invoke: async (_name: string, event: unknown) => {
    const { records } = event as { records: { recordId: string; data: string }[] };
    const result = (data: string) => (Buffer.from(data, 'base64').toString() === 'drop' ? 'Dropped' : 'Ok');
    const payload = { records: records.map(({ recordId, data }) => ({ recordId, result: result(data), data })) };
    return { kind: 'success', payload, requestId: 'r' } as const;
  },
};
const transform = { functionArn: 'fn', bufferBytes: 1e6, bufferMs: 1_000, retries: 0 };

function aKeptDelivery(
  positions: MemoryPositions = memoryPositions(),
  lab = anEngine(),
  more: Parameters<typeof aDelivery>[0] = {},
) {
  const objects = new MemoryObjects();
  const { engine, metrics, clock } = lab;
  const delivery = aDelivery({ bufferBytes: 1e6, ...more });
  const runner = new DeliveryRunner({ delivery, kinesis: engine, objects, functions, metrics, clock, positions });
  const ahead = () => [...runner.progress().values()].reduce((sum, { delivered }) => sum + delivered, 0);
  return { lab, objects, runner, positions, engine, clock, ahead };
}

const put = async ({ engine }: Pick<ReturnType<typeof aKeptDelivery>, 'engine'>, ...texts: string[]) => {
  for (const text of texts) await putText(engine, text);
};

test('after a kill what was read and not yet delivered is read again, and what was delivered is not', async () => {
  const first = aKeptDelivery();
  await first.runner.start();
  await put(first, 'a', 'b');
  await first.clock.advance(MINUTE + 2_000);
  await put(first, 'c');
  await first.clock.advance(5_000);
  expect(first.runner.totals()).toMatchObject({ read: 3, delivered: 2 });
  const second = aKeptDelivery(first.positions.snapshot(), first.lab);
  await put(second, 'd');
  await second.runner.start();
  await second.clock.advance(MINUTE + 2_000);
  expect(second.objects.lines('objects/events/')).toEqual(['c', 'd']);
  await second.runner.stop();
});

test('what is put between a kill before the first object and the next start is delivered', async () => {
  const first = aKeptDelivery();
  await first.runner.start();
  await put(first, 'a');
  await first.clock.advance(2_000);
  const second = aKeptDelivery(first.positions.snapshot(), first.lab);
  await put(second, 'b');
  await second.runner.start();
  await second.clock.advance(MINUTE + 2_000);
  expect(second.objects.lines('objects/events/')).toEqual(['a', 'b']);
  await second.runner.stop();
});

test('records that were delivered before others of their shard are not delivered again', async () => {
  const byKey = {
    transform,
    bufferBytes: 25,
    partitionKeys: { k: '.k' },
    prefix: 'events/!{partitionKeyFromQuery:k}/',
  };
  const first = aKeptDelivery(undefined, undefined, byKey);
  await first.runner.start();
  const records = ['{"k":"x","n":1}', '{"k":"y","n":2}', 'drop', '{"k":"y","n":3}', '{"k":"z","n":4}'];
  await put(first, ...records);
  await first.clock.advance(4_000);
  const before = first.objects.lines('objects/events/');
  expect(before).toEqual([records[1]]);
  const second = aKeptDelivery(first.positions.snapshot(), first.lab, byKey);
  await second.runner.start();
  expect(second.ahead()).toBe(2);
  await second.clock.advance(2 * MINUTE);
  const delivered = [...before, ...second.objects.lines('objects/events/')];
  expect(delivered.sort()).toEqual(records.filter((text) => text !== 'drop').sort());
  expect(second.runner.totals()).toMatchObject({ dropped: 0 });
  expect(second.ahead()).toBe(0);
  await second.runner.stop();
});

test('goes on with the children of a reshard that came while nobody read', async () => {
  const first = aKeptDelivery();
  await first.runner.start();
  await put(first, 'a');
  await first.runner.stop();
  await first.runner.flush();
  await first.engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await first.clock.advance(MINUTE);
  await put(first, 'b', 'c', 'd', 'e');
  const second = aKeptDelivery(first.positions.snapshot(), first.lab);
  await second.runner.start();
  await second.clock.advance(2 * MINUTE);
  expect(second.objects.lines('objects/events/').sort()).toEqual(
    ['a', 'b', 'c', 'd', 'e'].slice(first.runner.totals().delivered),
  );
  const third = aKeptDelivery(second.positions.snapshot(), first.lab);
  await second.runner.stop();
  await third.runner.start();
  await put(third, 'f');
  await third.clock.advance(2 * MINUTE);
  expect(third.objects.lines('objects/events/')).toEqual(['f']);
  await third.runner.stop();
});
