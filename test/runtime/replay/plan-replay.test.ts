import { expect, test } from '@jest/globals';
import { planReplay } from '../../../runtime/replay/plan-replay.js';

const TIME = { kind: 'time', fromMs: 10_000, toMs: 20_000 } as const;
const shard = (shardId: string, ...parentIds: string[]) => ({ shardId, parentIds });

test('children come after their parents, whatever the order of the listing', () => {
  const plan = planReplay([shard('c', 'a', 'b'), shard('a'), shard('d', 'c'), shard('b')], TIME);
  expect(plan.map(({ shardId, after }) => [shardId, after])).toEqual([
    ['a', []],
    ['b', []],
    ['c', ['a', 'b']],
    ['d', ['c']],
  ]);
});

test('a parent that has nothing of the range is not waited for', () => {
  expect(planReplay([shard('c', 'gone')], TIME)[0]!.after).toEqual([]);
});

test('reading starts a little before the range, as arrival times may be out of order', () => {
  expect(planReplay([shard('a')], TIME)[0]!.start).toEqual({ kind: 'time', atMs: 9_000 });
});

test('goes on behind the last record delivered, and leaves out what is done', () => {
  const plan = planReplay([shard('a'), shard('b', 'a')], TIME, {
    a: { done: true, after: '4' },
    b: { done: false, after: '7' },
  });
  expect(plan).toEqual([{ shardId: 'b', after: [], start: { kind: 'after', sequenceNumber: '7' } }]);
});

test('a range of sequence numbers is of one shard', () => {
  const range = { kind: 'sequence', shardId: 'b', first: '5', last: '9' } as const;
  expect(planReplay([shard('a'), shard('b', 'a')], range)).toEqual([
    { shardId: 'b', after: [], start: { kind: 'at', sequenceNumber: '5' } },
  ]);
});
