// The judge of the foreign clients: what it lets pass is exactly what was put.
import { expect, test } from '@jest/globals';
import { judge, type ReadRecord } from '../conformance/clients/judge.js';

function everything(): ReadRecord[] {
  return Array.from({ length: 200 }, (_, i) => {
    const [key, n] = [`key-${i % 8}`, Math.floor(i / 8)];
    return { shard: n < 12 ? 'first' : 'second', key, sequence: String(i), data: `${key}:${n}` };
  });
}

test('passes each record once, those of a key in order, from several shards', () => {
  expect(judge(everything())).toBeUndefined();
});

test.each<[string, (read: ReadRecord[]) => ReadRecord[], RegExp]>([
  ['a record is missing at the end', (read) => read.slice(0, -1), /24 of 25 records of 'key-7'/],
  [
    'a record is missing in the middle',
    (read) => read.filter((_, i) => i !== 80),
    /'key-0:11' was read where 'key-0:10'/,
  ],
  ['a record came twice', (read) => [...read, read[199]!], /'key-7:24' was read where 'key-7:25'/],
  ['two records of a key changed places', (read) => [read[8]!, ...read], /'key-0:1' was read where 'key-0:0'/],
  ['nothing was read', () => [], /0 of 25 records of 'key-0'/],
  ['a record is of no key that was put', (read) => [...read, { ...read[0]!, key: 'x', data: 'x:0' }], /of 9 keys/],
  ['all came from one shard', (read) => read.map((record) => ({ ...record, shard: 'first' })), /one shard/],
])('fails when %s', (_, change, reason) => {
  expect(judge(change(everything()))).toMatch(reason);
});
