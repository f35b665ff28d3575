// `kinesis-platform simulate`: scaling policies side by side on one trace.
import { writeFileSync } from 'node:fs';
import { POLICIES, type PolicyName } from '../core/scaling/simulation/catalog.js';
import { generateTrace } from '../core/scaling/simulation/generators.js';
import { planWithHindsight } from '../core/scaling/simulation/oracle.js';
import { type Score, scoreOf, tally } from '../core/scaling/simulation/score.js';
import type { Outcome } from '../core/scaling/simulation/simulate.js';
import { MINUTES_PER_DAY, type Trace } from '../core/scaling/simulation/trace.js';
import { renderPlot } from './plot.js';
import { parseSimulateOptions, type SimulateOptions } from './simulate-options.js';
import { readTrace } from './trace-file.js';
import { UsageError } from './usage-error.js';

/** Highest load of made-up traffic unless the user says otherwise, MiB/s. */
const GENERATED_PEAK = 40;

/** Runs the command; the result goes to `out`. */
export function runSimulate(args: readonly string[], out: (text: string) => void): number {
  const options = parseSimulateOptions(args);
  const trace = openTrace(options);
  const oracle = planWithHindsight(trace).shardMinutes;
  const runs = options.policies.map((policy) => {
    const outcome = POLICIES[policy](trace, options);
    return { policy, outcome, score: scoreOf(tally(outcome, oracle), options.settings.throttledGbPrice) };
  });
  if (options.plotFile !== undefined)
    writePlot(
      options.plotFile,
      trace,
      runs.map(({ outcome }) => outcome),
    );
  if (options.json) out(`${JSON.stringify(toJson(trace, runs))}\n`);
  else out(renderRuns(trace, runs));
  return 0;
}

interface SimulatedPolicy {
  readonly policy: PolicyName;
  readonly outcome: Outcome;
  readonly score: Score;
}

function openTrace({ source, peak }: SimulateOptions): Trace {
  if ('file' in source) return readTrace(source.file, peak);
  return generateTrace(source.generate, { seed: source.seed, days: source.days, peak: peak ?? GENERATED_PEAK });
}

function writePlot(file: string, trace: Trace, outcomes: readonly Outcome[]): void {
  try {
    writeFileSync(file, renderPlot(trace, outcomes));
  } catch (error) {
    throw new UsageError(`write '${file}' failed: ${error instanceof Error ? error.message : error}`);
  }
}

function toJson({ name, load }: Trace, runs: readonly SimulatedPolicy[]): Record<string, unknown> {
  const policies = Object.fromEntries(runs.map(({ policy, score }) => [policy, roundScore(score)]));
  return { trace: name, days: round(load.length / MINUTES_PER_DAY), policies };
}

function renderRuns({ name, load }: Trace, runs: readonly SimulatedPolicy[]): string {
  const peak = load.reduce((high, value) => Math.max(high, value), 0);
  const rows = [
    ['policy', 'throttled', 'min/day', 'x oracle', 'calls/day', 'rounds/day', '$/day', 'J', 'refused'],
    ...runs.map(({ outcome, score }) => [
      outcome.policy,
      `${score.throttledVolume.toFixed(3)} %`,
      score.minutesPerDay.toFixed(1),
      outcome.billing === 'shard-hours' ? score.xOracle.toFixed(2) : '-',
      score.callsPerDay.toFixed(1),
      score.roundsPerDay.toFixed(1),
      score.dollarsPerDay.toFixed(2),
      score.j.toFixed(2),
      String(score.refused),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
  );
  const days = round(load.length / MINUTES_PER_DAY);
  return `${name}: ${days} days, peak ${round(peak)} MiB/s\n${table.map((line) => `  ${line}\n`).join('')}J: daily cost of capacity, and the price of what was throttled\n`;
}

function roundScore(score: Score): Record<string, number> {
  return Object.fromEntries(Object.entries(score).map(([key, value]) => [key, Number(value.toFixed(4))]));
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
