// The table of the producer's options says what the code says.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { resolveSettings } from '../../runtime/producer/producer-options.js';

test('docs/producer.md has every option with its default', () => {
  const source = readFileSync('runtime/producer/producer-options.ts', 'utf8');
  const settings = source.slice(source.indexOf('interface ProducerSettings'), source.indexOf('export type Resolved'));
  const names = [...settings.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name!);
  const rows = [...readFileSync('docs/producer.md', 'utf8').matchAll(/^\| `(\w+)` +\| ([^|]*?) *\|/gm)].map(
    ([, name, value]) => [name!, value!.replaceAll(/[`']/g, '')] as const,
  );
  const defaults = resolveSettings({}) as unknown as Readonly<Record<string, unknown>>;
  const told = Object.fromEntries(rows.filter(([name]) => names.includes(name)));
  expect(told).toEqual(Object.fromEntries(names.map((name) => [name, String(defaults[name] ?? '')])));
});
