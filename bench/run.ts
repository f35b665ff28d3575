// `npm run bench -- NAME [flags] [--json]`: runs one bench, or all of them, and prints what it measured.
import { autoscaler } from './autoscaler.js';
import type { Bench, BenchResult } from './bench.js';
import { codec } from './codec.js';
import { consumer } from './consumer.js';
import { engine } from './engine.js';
import { fanOut } from './fan-out.js';
import { producer } from './producer.js';
import { synth } from './synth.js';

const BENCHES: readonly Bench[] = [synth, engine, fanOut, codec, producer, consumer, autoscaler];

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const [name, ...more] = args.filter((arg) => arg !== '--json');
  const chosen = name === 'all' ? BENCHES : BENCHES.filter((bench) => bench.name === name);
  const flags = parseFlags(more, chosen);
  if (chosen.length === 0) {
    const names = BENCHES.map((bench) => bench.name).join(', ');
    process.stderr.write(`error: 'NAME' must be one of ${names}, all, got '${args.join(' ')}'; choose one of them\n`);
    return 2;
  }
  if (flags === undefined) {
    const known = chosen.flatMap((bench) => bench.flags ?? []).map((flag) => `--${flag} VALUE`);
    const takes = known.length > 0 ? known.join(', ') : 'none';
    process.stderr.write(
      `error: '${more.join(' ')}' must be flags of '${name}' (${takes}); drop what it does not take\n`,
    );
    return 2;
  }
  const results: Record<string, BenchResult['json']> = {};
  for (const bench of chosen) {
    const result = await bench.run(flags);
    results[bench.name] = result.json;
    process.stdout.write(`${bench.name}\n${renderTable(result.table)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(name === 'all' ? results : results[name!])}\n`);
  return 0;
}

/** `--name value` pairs that the chosen benches take; undefined for anything else. */
function parseFlags(args: readonly string[], chosen: readonly Bench[]): Record<string, string> | undefined {
  const known = new Set(chosen.flatMap((bench) => bench.flags ?? []));
  const flags: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]!.replace(/^--/, '');
    const value = args[at + 1];
    if (!args[at]!.startsWith('--') || !known.has(name) || value === undefined) return undefined;
    flags[name] = value;
  }
  return flags;
}

function renderTable(rows: BenchResult['table']): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '))
    .map((line) => `  ${line}\n`)
    .join('');
}
