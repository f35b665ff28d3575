// The same comparison when the service, the metrics or the size of the stream are not as assumed.
import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../../core/scaling/simulation/assumptions.js';
import { ANCHORS, type PolicyName } from '../../core/scaling/simulation/catalog.js';
import type { Score } from '../../core/scaling/simulation/score.js';
import type { Trace } from '../../core/scaling/simulation/trace.js';
import { compare } from './compare.js';

interface Turn {
  readonly name: string;
  readonly assumptions?: Partial<Assumptions>;
  /** Factor on the peak. */
  readonly size?: number;
}

const TURNS: readonly Turn[] = [
  { name: 'reshard ten times faster', assumptions: { reshardStepMs: DEFAULT_ASSUMPTIONS.reshardStepMs / 10 } },
  { name: 'operations N+M-2gcd', assumptions: { reshardModel: 'operations' } },
  { name: 'metrics four minutes late', assumptions: { metricDelayMinutes: 4 } },
  { name: 'narrow shards do not help', assumptions: { narrowShardsHelp: false } },
  { name: 'ten times the peak', size: 10 },
  { name: 'a tenth of the peak', size: 0.1 },
];

const COMPARED: readonly PolicyName[] = ['planner', ...ANCHORS];

export interface Sensitivity {
  readonly json: Readonly<Record<string, Readonly<Record<string, Score>>>>;
  readonly rows: readonly (readonly string[])[];
}

export function sensitivity(tracesAt: (peak: number) => readonly Trace[], peak: number): Sensitivity {
  const json: Record<string, Record<string, Score>> = {};
  for (const { name, assumptions = {}, size = 1 } of TURNS) {
    json[name] = compare(tracesAt(peak * size), { ...DEFAULT_ASSUMPTIONS, ...assumptions }, COMPARED).policies;
  }
  const rows = Object.entries(json).map(([name, scores]) => [
    name,
    scores.planner!.throttledVolume.toFixed(3),
    scores.planner!.throttledMean.toFixed(2),
    scores.planner!.minutesPerDay.toFixed(1),
    scores.planner!.xOracle.toFixed(2),
    ...COMPARED.map((policy) => scores[policy]!.j.toFixed(2)),
  ]);
  const blank = ['', '', '', '', '', '', '', '', '', ''];
  const header = [
    'if',
    'throttled %',
    'mean %',
    'min/day',
    'x oracle',
    'J',
    'J aws',
    'J utils',
    'J naive',
    'J standard',
  ];
  return { json, rows: [blank, header, ...rows, blank] };
}
