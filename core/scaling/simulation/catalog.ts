// The policies that can be compared, by name.
import type { PlannerSettings } from '../planner/settings.js';
import type { Assumptions } from './assumptions.js';
import { simulateOnDemandAdvantage, simulateOnDemandStandard } from './on-demand.js';
import { planWithHindsight } from './oracle.js';
import type { AnchorBounds } from './policies/anchor.js';
import { awsSample } from './policies/aws-sample.js';
import { naive } from './policies/naive.js';
import { planner } from './policies/planner.js';
import { scalingUtilsPercent } from './policies/scaling-utils.js';
import { HOLD, type Policy } from './policy.js';
import { type Outcome, simulate } from './simulate.js';
import type { Trace } from './trace.js';

export interface Setup {
  readonly assumptions: Assumptions;
  readonly settings: PlannerSettings;
}

export type Run = (trace: Trace, setup: Setup) => Outcome;

/** Policies by the name that `--policy` takes. */
export const POLICIES = {
  planner: (trace, { assumptions, settings }) => simulate(trace, planner(settings), assumptions),
  'aws-sample': anchor(awsSample),
  'scaling-utils': anchor(scalingUtilsPercent),
  naive: anchor(naive),
  'fixed-peak': (trace, { assumptions }) => simulate(trace, fixedAtPeak(trace), assumptions),
  'on-demand-standard': (trace) => simulateOnDemandStandard(trace),
  'on-demand-advantage': (trace) => simulateOnDemandAdvantage(trace),
  oracle: (trace) => simulateOracle(trace),
} as const satisfies Readonly<Record<string, Run>>;

export type PolicyName = keyof typeof POLICIES;

export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[];

/** What the planner has to beat: policies that cannot see the future. */
export const ANCHORS: readonly PolicyName[] = ['aws-sample', 'scaling-utils', 'naive', 'on-demand-standard'];

function anchor(make: (bounds: AnchorBounds) => Policy): Run {
  return (trace, { assumptions }) => simulate(trace, make(boundsFor(trace)), assumptions);
}

/** Where an anchor needs a maximum it gets twice the peak, which it should not have to know. */
function boundsFor(trace: Trace): AnchorBounds {
  return { minShards: 1, maxShards: Math.max(1, Math.ceil(peakOf(trace)) * 2) };
}

function fixedAtPeak(trace: Trace): Policy {
  return { name: 'fixed at peak', startShards: Math.max(1, Math.ceil(peakOf(trace) - 1e-9)), step: () => HOLD };
}

function peakOf({ load }: Trace): number {
  return load.reduce((high, value) => Math.max(high, value), 0);
}

function simulateOracle(trace: Trace): Outcome {
  const { shardMinutes, calls, hourly } = planWithHindsight(trace);
  const shards = Float64Array.from(trace.load, (_, minute) => hourly[Math.floor(minute / 60)]!);
  return {
    policy: 'oracle',
    billing: 'shard-hours',
    trace: trace.name,
    minutes: trace.load.length,
    offered: trace.load.reduce((sum, value) => sum + value, 0),
    rejected: 0,
    throttledMinutes: 0,
    shardMinutes,
    calls,
    manualRounds: 0,
    manualOperations: 0,
    refusals: { 'in-use': 0, 'out-of-budget': 0, 'out-of-bounds': 0 },
    shards,
    rejectedByMinute: new Float64Array(trace.load.length),
  };
}
