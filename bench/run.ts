// `npm run bench -- NAME [--json]`: runs one bench, or all of them, and prints what it measured.
import type { Bench, BenchResult } from './bench.js';
import { codec } from './codec.js';
import { engine } from './engine.js';
import { fanOut } from './fan-out.js';
import { producer } from './producer.js';
import { synth } from './synth.js';

const BENCHES: readonly Bench[] = [synth, engine, fanOut, codec, producer];

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const [name, ...more] = args.filter((arg) => arg !== '--json');
  const chosen = name === 'all' ? BENCHES : BENCHES.filter((bench) => bench.name === name);
  if (chosen.length === 0 || more.length > 0) {
    const names = BENCHES.map((bench) => bench.name).join(', ');
    process.stderr.write(`error: 'NAME' must be one of ${names}, all, got '${args.join(' ')}'; choose one of them\n`);
    return 2;
  }
  const results: Record<string, BenchResult['json']> = {};
  for (const bench of chosen) {
    const result = await bench.run();
    results[bench.name] = result.json;
    process.stdout.write(`${bench.name}\n${renderTable(result.table)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(name === 'all' ? results : results[name!])}\n`);
  return 0;
}

function renderTable(rows: BenchResult['table']): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '))
    .map((line) => `  ${line}\n`)
    .join('');
}
