// On-demand streams, which scale by themselves: Standard holds twice the peak of the last 30 days, but needs a quarter of an
// hour for it; Advantage is kept warm for the peak.
import {
  METRIC_PERIOD_MS,
  ON_DEMAND_GROWTH_FACTOR,
  ON_DEMAND_GROWTH_WINDOW_MS,
  ON_DEMAND_START_SHARDS,
} from '../../limits.js';
import type { Billing, Outcome } from './simulate.js';
import type { Trace } from './trace.js';

const LAG_MINUTES = ON_DEMAND_GROWTH_WINDOW_MS / METRIC_PERIOD_MS;

/** On-demand Standard: what comes above twice the peak of 15 minutes ago is throttled. */
export function simulateOnDemandStandard({ name, load }: Trace): Outcome {
  const capacity = new Float64Array(load.length);
  let peak = load[0] ?? 0;
  for (let minute = 0; minute < load.length; minute += 1) {
    if (minute >= LAG_MINUTES) peak = Math.max(peak, load[minute - LAG_MINUTES]!);
    capacity[minute] = Math.max(ON_DEMAND_START_SHARDS, peak * ON_DEMAND_GROWTH_FACTOR);
  }
  return outcomeOf('on-demand Standard', 'on-demand-standard', name, load, capacity);
}

/** On-demand Advantage with warm throughput at the trace's peak. */
export function simulateOnDemandAdvantage({ name, load }: Trace): Outcome {
  const peak = load.reduce((high, value) => Math.max(high, value), 0);
  return outcomeOf('on-demand Advantage', 'on-demand-advantage', name, load, new Float64Array(load.length).fill(peak));
}

function outcomeOf(
  policy: string,
  billing: Billing,
  trace: string,
  load: Float64Array,
  capacity: Float64Array,
): Outcome {
  const rejectedByMinute = load.map((value, minute) => Math.max(0, value - capacity[minute]!));
  return {
    policy,
    billing,
    trace,
    minutes: load.length,
    offered: load.reduce((sum, value) => sum + value, 0),
    rejected: rejectedByMinute.reduce((sum, value) => sum + value, 0),
    throttledMinutes: rejectedByMinute.reduce((count, value) => count + (value > 0 ? 1 : 0), 0),
    shardMinutes: 0,
    calls: 0,
    manualRounds: 0,
    manualOperations: 0,
    refusals: { 'in-use': 0, 'out-of-budget': 0, 'out-of-bounds': 0 },
    shards: capacity,
    rejectedByMinute,
  };
}
