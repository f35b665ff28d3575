// What the planner costs in time: one decision on a very large stream with two weeks of memory, and a week of simulation.
import { appendSlot, EMPTY_HISTORY, type History } from '../../core/scaling/planner/history.js';
import { planStep } from '../../core/scaling/planner/plan-step.js';
import { INITIAL_STATE, type PlannerState } from '../../core/scaling/planner/state.js';
import { generateTrace } from '../../core/scaling/simulation/generators.js';
import { planner } from '../../core/scaling/simulation/policies/planner.js';
import { simulate } from '../../core/scaling/simulation/simulate.js';
import { RECORD_BYTES, SHARD_MINUTE_BYTES } from '../../core/scaling/simulation/trace.js';
import { median, round } from '../bench.js';

const ROUNDS = 31;
const SHARDS = 10_000;
const SLOTS = 14 * 288;

export interface Speed {
  /** At the demand of the slot before, and at three times it. */
  readonly decisionMs: number;
  readonly decisionAfterJumpMs: number;
  readonly streamWeekSeconds: number;
}

export function measureSpeed(): Speed {
  const decisionMs = round(measureDecision(1), 2);
  const decisionAfterJumpMs = round(measureDecision(3), 2);
  return { decisionMs, decisionAfterJumpMs, streamWeekSeconds: round(measureWeek(), 2) };
}

function measureDecision(factor: number): number {
  const state = seasoned();
  const before = state.history.peaks[SLOTS - 1]! / 1_000;
  const bytes = before * factor * SHARD_MINUTE_BYTES;
  const times: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const start = performance.now();
    planStep(state, {
      minute: SLOTS * 5 + 5,
      openShards: SHARDS,
      status: 'ACTIVE',
      callsLast24h: 3,
      metrics: {
        metricMinute: SLOTS * 5 + 2,
        incomingBytes: bytes,
        incomingRecords: bytes / RECORD_BYTES,
        writeThrottledRecords: 0,
      },
    });
    times.push(performance.now() - start);
  }
  return median(times);
}

/** State of a planner that saw two weeks of a stream. */
function seasoned(): PlannerState {
  const { load } = generateTrace('weekly', { seed: 1, days: 14, peak: SHARDS * 0.8 });
  let history: History = EMPTY_HISTORY;
  for (let slot = 0; slot < SLOTS; slot += 1) history = appendSlot(history, slot, load[slot * 5]!);
  return { ...INITIAL_STATE, history, slot: SLOTS, slotPeak: 0, metricMinute: SLOTS * 5 };
}

function measureWeek(): number {
  const trace = generateTrace('weekly', { seed: 1, days: 7, peak: 40 });
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    simulate(trace, planner());
    return (performance.now() - start) / 1_000;
  });
  return median(times);
}
