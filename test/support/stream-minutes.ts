import { planStep } from '../../core/scaling/planner/plan-step.js';
import { DEFAULT_SETTINGS, type PlannerSettings } from '../../core/scaling/planner/settings.js';
import { INITIAL_STATE, type PlannerState } from '../../core/scaling/planner/state.js';
import type { StreamMinute } from '../../core/scaling/planner/stream-minute.js';

const SHARD_MINUTE_BYTES = 60 * 1_024 * 1_024;
const RECORD_BYTES = 5 * 1_024;

/** A minute of a stream; demand and rejected in shards, of records of 5 KiB. */
export function aStreamMinute({
  demand = 1,
  rejected = 0,
  ...given
}: Partial<StreamMinute> & { demand?: number; rejected?: number } = {}): StreamMinute {
  const minute = given.minute ?? 10;
  const bytes = (demand - rejected) * SHARD_MINUTE_BYTES;
  return {
    minute,
    openShards: 4,
    status: 'ACTIVE',
    callsLast24h: 0,
    metrics: {
      metricMinute: minute - 3,
      incomingBytes: bytes,
      incomingRecords: bytes / RECORD_BYTES,
      writeThrottledRecords: (rejected * SHARD_MINUTE_BYTES) / RECORD_BYTES,
    },
    ...given,
  };
}

/** State of a planner that saw `demand(minute)` for so long, on a stream that always had room. */
export function aSeasonedState(
  days: number,
  demand: (minute: number) => number,
  settings: PlannerSettings = DEFAULT_SETTINGS,
): PlannerState {
  let state = INITIAL_STATE;
  for (let minute = 3; minute < days * 1_440; minute += 1) {
    // Updating, so that it only learns.
    const seen = aStreamMinute({ minute, openShards: 100, status: 'UPDATING', demand: demand(minute - 3) });
    state = planStep(state, seen, settings).state;
  }
  return state;
}
