// Every policy on every trace: figures over all of them, and what each costs on each.
import { DEFAULT_SETTINGS } from '../../core/scaling/planner/settings.js';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../../core/scaling/simulation/assumptions.js';
import { POLICIES, POLICY_NAMES, type PolicyName } from '../../core/scaling/simulation/catalog.js';
import { planWithHindsight } from '../../core/scaling/simulation/oracle.js';
import { addTallies, type Score, scoreOf, type Tally, tally } from '../../core/scaling/simulation/score.js';
import type { Trace } from '../../core/scaling/simulation/trace.js';
import { round } from '../bench.js';

export interface Comparison {
  readonly policies: Readonly<Record<PolicyName, Score>>;
  readonly traces: readonly TraceScores[];
}

export interface TraceScores {
  readonly trace: string;
  readonly scores: Readonly<Record<string, Score>>;
}

export function compare(
  traces: readonly Trace[],
  assumptions: Assumptions = DEFAULT_ASSUMPTIONS,
  names: readonly PolicyName[] = POLICY_NAMES,
): Comparison {
  const setup = { assumptions, settings: DEFAULT_SETTINGS };
  const tallies = new Map<PolicyName, Tally[]>(names.map((name) => [name, []]));
  const perTrace = traces.map((trace) => {
    const oracle = planWithHindsight(trace).shardMinutes;
    const scores: Record<string, Score> = {};
    for (const name of names) {
      const counted = tally(POLICIES[name](trace, setup), oracle);
      tallies.get(name)!.push(counted);
      scores[name] = rounded(scoreOf(counted));
    }
    return { trace: trace.name, scores };
  });
  const policies = Object.fromEntries(
    [...tallies].map(([name, counted]) => [name, rounded(scoreOf(addTallies(counted)))]),
  ) as Record<PolicyName, Score>;
  return { policies, traces: perTrace };
}

export function policyRows(policies: Readonly<Record<string, Score>>): readonly (readonly string[])[] {
  return [
    ['policy', 'throttled %', 'mean %', 'min/day', 'x oracle', 'calls/day', 'rounds/day', '$/day', 'J', 'refused'],
    ...Object.entries(policies).map(([name, score]) => [
      name,
      score.throttledVolume.toFixed(3),
      score.throttledMean.toFixed(2),
      score.minutesPerDay.toFixed(1),
      score.xOracle > 0 ? score.xOracle.toFixed(2) : '-',
      score.callsPerDay.toFixed(1),
      score.roundsPerDay.toFixed(1),
      score.dollarsPerDay.toFixed(2),
      score.j.toFixed(2),
      String(score.refused),
    ]),
  ];
}

/** Per trace: what the planner throttles and uses, and J of everyone. */
export function traceRows(traces: readonly TraceScores[]): readonly (readonly string[])[] {
  return [
    ['', '', '', '', '', '', '', '', '', ''],
    ['trace', 'throttled %', 'min/day', 'x oracle', 'J', 'J aws', 'J utils', 'J naive', 'J standard', 'J oracle'],
    ...traces.map(({ trace, scores }) => [
      trace,
      scores.planner!.throttledVolume.toFixed(3),
      scores.planner!.minutesPerDay.toFixed(1),
      scores.planner!.xOracle.toFixed(2),
      ...(['planner', 'aws-sample', 'scaling-utils', 'naive', 'on-demand-standard', 'oracle'] as const).map((name) =>
        scores[name]!.j.toFixed(2),
      ),
    ]),
  ];
}

function rounded(score: Score): Score {
  return Object.fromEntries(Object.entries(score).map(([key, value]) => [key, round(value, 4)])) as unknown as Score;
}
