// Runs one policy over one trace, minute by minute.
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.js';
import type { Observation, Policy } from './policy.js';
import { type Refusal, StreamModel } from './stream-model.js';
import type { Trace } from './trace.js';

/** How full the stream is at the first minute. */
const START_UTILIZATION = 0.5;

/** A minute counts as throttled above this rejected load: less is rounding. */
const THROTTLED_ABOVE = 1e-9;

/** What a run is paid by. */
export type Billing = 'shard-hours' | 'on-demand-standard' | 'on-demand-advantage';

/** What became of a run; loads in MiB/s summed over minutes. */
export interface Outcome {
  readonly policy: string;
  readonly billing: Billing;
  readonly trace: string;
  readonly minutes: number;
  readonly offered: number;
  readonly rejected: number;
  readonly throttledMinutes: number;
  readonly shardMinutes: number;
  /** UpdateShardCount calls taken. */
  readonly calls: number;
  /** Rounds of splits or merges, and the single operations in them. */
  readonly manualRounds: number;
  readonly manualOperations: number;
  readonly refusals: Readonly<Record<Refusal, number>>;
  /** Shards, and rejected load, of each minute. */
  readonly shards: Float64Array;
  readonly rejectedByMinute: Float64Array;
}

export function simulate(trace: Trace, policy: Policy, assumptions: Assumptions = DEFAULT_ASSUMPTIONS): Outcome {
  const { load } = trace;
  const minutes = load.length;
  const stream = new StreamModel(assumptions, policy.startShards ?? startShards(load));
  const shards = new Float64Array(minutes);
  const accepted = new Float64Array(minutes);
  const rejected = new Float64Array(minutes);
  const seen: Observation = {
    minute: 0,
    openShards: 0,
    updating: false,
    callsLast24h: 0,
    metricMinute: -1,
    accepted,
    rejected,
  };
  let offered = 0;
  let lost = 0;
  let throttledMinutes = 0;
  let shardMinutes = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    stream.advance(minute);
    seen.minute = minute;
    seen.openShards = Math.round(stream.shardsAt(minute, 0));
    seen.updating = stream.updating;
    seen.callsLast24h = stream.callsLast24h(minute);
    seen.metricMinute = minute - 1 - assumptions.metricDelayMinutes;
    stream.act(minute, policy.step(seen));
    const now = load[minute]!;
    const open = stream.shardsAt(minute, 0.5);
    const taken = (stream.acceptedAt(minute, 0.25, now) + stream.acceptedAt(minute, 0.75, now)) / 2;
    shards[minute] = open;
    accepted[minute] = taken;
    rejected[minute] = now - taken > THROTTLED_ABOVE ? now - taken : 0;
    offered += now;
    lost += rejected[minute]!;
    shardMinutes += open;
    if (rejected[minute]! > 0) throttledMinutes += 1;
  }
  return {
    policy: policy.name,
    billing: 'shard-hours',
    trace: trace.name,
    minutes,
    offered,
    rejected: lost,
    throttledMinutes,
    shardMinutes,
    calls: stream.calls,
    manualRounds: stream.manualRounds,
    manualOperations: stream.manualOperations,
    refusals: stream.refusals,
    shards,
    rejectedByMinute: rejected,
  };
}

/** Shards that the first minute's load fills by half. */
export function startShards(load: Float64Array): number {
  return Math.max(1, Math.ceil((load[0] ?? 0) / START_UTILIZATION));
}
