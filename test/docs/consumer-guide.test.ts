// docs/consumer.md keeps to the sources: its options, the tests that it names, its prices.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { estimateMarkCost } from '../../core/pricing/mark-cost.js';

const guide = readFileSync('docs/consumer.md', 'utf8');

/** Rows of the table below a heading, cell by cell. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = guide.split(`\n## ${heading}\n`);
  const [rest = ''] = section.split('\n## ');
  const rows = rest.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('every option is in the guide, and no other', () => {
  const source = readFileSync('runtime/consumer/consumer-options.ts', 'utf8');
  const options = source.slice(source.indexOf('export interface ConsumerOptions'));
  const names = [...options.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  expect(rowsBelow('Options').map(([name]) => name!.replaceAll('`', ''))).toEqual(expect.arrayContaining(names));
  expect(rowsBelow('Options')).toHaveLength(names.length);
});

test('every guarantee names a test that is there', () => {
  const files = ['test/runtime', 'test/lambdas'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const names = rowsBelow('Which setting gives which guarantee').map((cells) => cells.at(-1)!.replaceAll('`', ''));
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !files.some((text) => text.includes(`'${name}'`)))).toEqual([]);
});

test('what a mark costs is what the prices make of it', () => {
  const rows = rowsBelow('The mark').map(([rate, small, large]) => [Number(rate), small, large]);
  const dollars = (rate: number, bytes: number) => `$${estimateMarkCost(rate, bytes).toFixed(2)}`;
  expect(rows).toEqual([1, 5, 10].map((rate) => [rate, dollars(rate, 1_024), dollars(rate, 6 * 1_024)]));
});
