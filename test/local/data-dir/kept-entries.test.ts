import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { KeptEntries } from '../../../local/data-dir/kept-entries.js';
import { aFolder } from '../../support/lab-client.js';

let folder: ReturnType<typeof aFolder>;
let path: string;
beforeEach(() => {
  folder = aFolder();
  path = join(folder.path, 'entries.ndjson');
});
afterEach(() => folder.remove());

/** What a process that starts now finds. */
const found = () => {
  const entries = new KeptEntries<unknown>(path);
  const all = Object.fromEntries([...entries.keys()].map((key) => [key, entries.get(key)]));
  entries.close();
  return all;
};

test('changes made at once are all there after a kill, or none, wherever it cuts the file', () => {
  const entries = new KeptEntries<unknown>(path);
  entries.set('a', 1);
  entries.set('b', 1);
  const before = statSync(path).size;
  entries.change([['a', 2], ['b'], ['c', { text: 'é' }]]);
  expect(found()).toEqual({ a: 2, c: { text: 'é' } });
  const whole = readFileSync(path);
  for (let cut = before; cut < whole.length; cut += 1) {
    writeFileSync(path, whole.subarray(0, cut));
    expect(found()).toEqual({ a: 1, b: 1 });
  }
});

test('what was set is there for the next process at once, and the last value of a key stands', () => {
  const entries = new KeptEntries<unknown>(path);
  entries.set('a', 1);
  entries.set('b', { text: 'é\n' });
  entries.set('a', 2);
  entries.set('c', 3);
  entries.delete('c');
  expect(found()).toEqual({ a: 2, b: { text: 'é\n' } });
  entries.close();
});

test('what a crash left half-written is cut off, and what follows is kept', () => {
  const first = new KeptEntries<number>(path);
  first.set('a', 1);
  first.close();
  appendFileSync(path, '["b",');
  const second = new KeptEntries<number>(path);
  second.set('c', 3);
  second.close();
  expect(found()).toEqual({ a: 1, c: 3 });
});

test.each(['{"a":1}', '["a",1', '[1,2]', 'é'])('fails when a whole line cannot be read: %s', (line) => {
  writeFileSync(path, `["a",1]\n${line}\n["b",2]\n`);
  expect(() => new KeptEntries(path)).toThrow(`a line of '${path}' cannot be read`);
  expect(readFileSync(path, 'utf8')).toContain(line);
});

test('the file does not grow with every change', () => {
  const entries = new KeptEntries<string>(path);
  const value = 'x'.repeat(100_000);
  for (let i = 0; i < 200; i += 1) entries.set(`k${i % 3}`, `${i}${value}`);
  expect(statSync(path).size).toBeLessThan(5_000_000);
  entries.set('last', 'y');
  expect(found()).toEqual({ k0: `198${value}`, k1: `199${value}`, k2: `197${value}`, last: 'y' });
  entries.close();
});

test('changes after the end are as those that a kill cuts off', () => {
  const entries = new KeptEntries<number>(path);
  entries.set('a', 1);
  entries.close();
  entries.set('a', 2);
  entries.delete('a');
  expect(found()).toEqual({ a: 1 });
});
