// Uneven keys: 100,000 of them, weights by Zipf's law, ranks drawn anew every six hours. The planner with and without
// shard-level metrics, beside the AWS sample, on a flat load and on a day's wave.

import { generateTrace } from '../../core/scaling/simulation/generators.js';
import { awsSample } from '../../core/scaling/simulation/policies/aws-sample.js';
import { planner } from '../../core/scaling/simulation/policies/planner.js';
import type { Policy } from '../../core/scaling/simulation/policy.js';
import { type SkewedPolicy, simulateSkewed } from '../../core/scaling/simulation/simulate-skewed.js';
import type { Trace } from '../../core/scaling/simulation/trace.js';
import { round } from '../bench.js';

const PEAK = 40;
const DAYS = 3;
const SEEDS = [1, 2, 3, 4, 5];
const SKEW = { keys: 100_000, exponent: 0.8, redrawMinutes: 360 };

interface SkewFigures {
  readonly throttledPercent: number;
  readonly meanShards: number;
}

export interface SkewComparison {
  readonly json: Readonly<Record<string, Readonly<Record<string, SkewFigures>>>>;
  readonly rows: readonly (readonly string[])[];
}

export function compareSkewed(): SkewComparison {
  const traces: readonly Trace[] = [
    { name: 'flat', load: new Float64Array(DAYS * 1_440).fill(PEAK) },
    generateTrace('diurnal', { seed: 1, days: DAYS, peak: PEAK }),
  ];
  const policies: Readonly<Record<string, () => SkewedPolicy>> = {
    'planner, shard metrics': () => planner(),
    'planner, stream metrics': () => blind(planner()),
    'aws-sample': () => blind(awsSample({ minShards: 1, maxShards: PEAK * 2 })),
  };
  const json: Record<string, Record<string, SkewFigures>> = {};
  const rows: string[][] = [];
  for (const trace of traces) {
    for (const [name, make] of Object.entries(policies)) {
      const runs = SEEDS.map((seed) => simulateSkewed(trace, make(), { ...SKEW, seed }));
      const mean = (pick: (run: (typeof runs)[number]) => number) =>
        round(runs.reduce((sum, run) => sum + pick(run), 0) / runs.length, 4);
      const figures = {
        throttledPercent: mean((run) => run.throttledPercent),
        meanShards: mean((run) => run.meanShards),
      };
      json[trace.name] = { ...json[trace.name], [name]: figures };
      const label = `uneven keys, ${trace.name}: ${name}`;
      rows.push([
        label,
        figures.throttledPercent.toFixed(3),
        figures.meanShards.toFixed(1),
        '',
        '',
        '',
        '',
        '',
        '',
        '',
      ]);
    }
  }
  const header = ['uneven keys', 'throttled %', 'shards', '', '', '', '', '', '', ''];
  return { json, rows: [header, ...rows, ['', '', '', '', '', '', '', '', '', '']] };
}

/** A policy that sees stream-level metrics only. */
function blind(policy: Policy): SkewedPolicy {
  return {
    step(seen) {
      const action = policy.step(seen);
      if (action.action === 'reshard') throw new RangeError("'reshard' must not be asked of uneven keys, got it");
      return action;
    },
  };
}
