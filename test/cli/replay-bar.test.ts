import { expect, test } from '@jest/globals';
import { renderBar, shareOf } from '../../cli/replay/progress-bar.js';

const RANGE = { kind: 'time', fromMs: 1_000, toMs: 2_000 } as const;
const TOTALS = { read: 5, replayed: 4, filtered: 1, failed: 0 };

test('the bar is the part of the time that is behind, on average of the shards', () => {
  const shards = { a: { done: true, after: '9', afterMs: 1_100 }, b: { done: false, after: '4', afterMs: 1_500 } };
  expect(shareOf({ range: RANGE, shards })).toBe(0.75);
  expect(renderBar({ share: 0.75, totals: TOTALS })).toBe(
    '[##################......]  75 %  read 5  replayed 4  filtered 1  failed 0',
  );
});

test('nobody can tell before the first record, nor of a span of places', () => {
  expect(shareOf({ range: RANGE, shards: {} })).toBeUndefined();
  const range = { kind: 'sequence', shardId: 'a', first: '1', last: '9' } as const;
  expect(shareOf({ range, shards: { a: { done: false, after: '4', afterMs: 1_500 } } })).toBeUndefined();
  expect(renderBar({ share: undefined, totals: TOTALS })).toBe('read 5  replayed 4  filtered 1  failed 0');
});
