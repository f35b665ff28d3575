// Workers in trouble with their table, in virtual time over the lab's engine.
import { expect, test } from '@jest/globals';
import { aFleet, keysOutOfOrder, repeatsOf } from '../../support/worker-fleet.js';

function allDone({ sent, effects }: ReturnType<typeof aFleet>): boolean {
  const done = new Set(effects.map(({ key, number }) => `${key} ${number}`));
  return done.size === [...sent.values()].reduce((sum, count) => sum + count, 0);
}

test('a worker that is stopped leaves nothing to repeat, and others go on at once', async () => {
  const fleet = aFleet(4, 3);
  const first = fleet.add('a');
  fleet.add('b');
  void fleet.send();
  await fleet.pass(15_000);
  await fleet.time.until(first.stop());
  fleet.members.delete('a');
  await fleet.pass(5_000);
  expect([...fleet.leases.leases.values()].map(({ owner }) => owner)).toEqual(['b', 'b', 'b', 'b']);
  fleet.stopSending();
  await fleet.settle();
  await fleet.stop();
  expect(allDone(fleet)).toBe(true);
  expect(repeatsOf(fleet.effects)).toEqual([]);
});

test('a handoff waits for the batch under way', async () => {
  const fleet = aFleet(4, 13, { handleMs: 4_000 });
  fleet.add('a');
  void fleet.send();
  await fleet.pass(10_000);
  fleet.add('b');
  await fleet.pass(30_000);
  expect(fleet.events.filter(({ type }) => type === 'lease.handed-over')).toHaveLength(2);
  fleet.stopSending();
  await fleet.settle();
  await fleet.stop();
  expect(allDone(fleet)).toBe(true);
  expect(fleet.overlaps).toEqual([]);
  expect(repeatsOf(fleet.effects)).toEqual([]);
});

test('a worker whose leases were taken away stops reading, and loses nothing', async () => {
  const fleet = aFleet(4, 5);
  fleet.add('a');
  void fleet.send();
  await fleet.pass(10_000);
  for (const lease of fleet.leases.leases.values()) {
    fleet.leases.leases.set(lease.shardId, { ...lease, owner: 'z', ownerSwitches: lease.ownerSwitches + 1 });
  }
  await fleet.pass(10_000);
  expect(fleet.events.filter(({ type }) => type === 'lease.lost')).toHaveLength(4);
  fleet.stopSending();
  await fleet.settle();
  await fleet.stop();
  expect(allDone(fleet)).toBe(true);
  expect(keysOutOfOrder(fleet.effects)).toEqual([]);
  expect(fleet.overlaps).toEqual([]);
});

test('writes to the table are few: signs of life, and a checkpoint of a busy shard at intervals', async () => {
  const fleet = aFleet(4, 9);
  const worker = fleet.add('a');
  void fleet.send();
  await fleet.pass(10_000);
  const before = worker.metrics().tableWrites;
  await fleet.pass(60_000);
  const writes = worker.metrics().tableWrites - before;
  expect(writes).toBeGreaterThan(60);
  // 24 signs of life, give or take the jitter, and 12 checkpoints of each shard.
  expect(writes).toBeLessThanOrEqual(27 + 4 * 12);
  fleet.stopSending();
  await fleet.stop();
});

test('an application that begins with the newest records leaves the older ones alone', async () => {
  const fleet = aFleet(2, 11, { startAt: 'newest' });
  void fleet.send();
  await fleet.pass(5_500);
  const old = [...fleet.sent.values()].reduce((sum, count) => sum + count, 0);
  fleet.add('a');
  await fleet.pass(10_000);
  fleet.stopSending();
  await fleet.pass(5_000);
  await fleet.stop();
  const all = [...fleet.sent.values()].reduce((sum, count) => sum + count, 0);
  expect(fleet.effects.length).toBe(all - old);
});

test.each([1, 2, 3])('a table that fails one call in five loses nothing and breaks no order: seed %i', async (seed) => {
  const fleet = aFleet(4, seed, { tableFailures: 0.2 });
  fleet.add('a');
  fleet.add('b');
  void fleet.send();
  await fleet.pass(20_000);
  fleet.kill('a');
  fleet.add('c');
  await fleet.pass(30_000);
  fleet.stopSending();
  await fleet.settle();
  await fleet.stop();
  expect(allDone(fleet)).toBe(true);
  expect(keysOutOfOrder(fleet.effects)).toEqual([]);
  expect(fleet.overlaps).toEqual([]);
});
