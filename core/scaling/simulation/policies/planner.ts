// The planner of this package as a policy of the simulator: the same code that a Lambda runs.

import type { PlanAction } from '../../planner/action.js';
import { planStep } from '../../planner/plan-step.js';
import { DEFAULT_SETTINGS, type PlannerSettings } from '../../planner/settings.js';
import { INITIAL_STATE, type PlannerState } from '../../planner/state.js';
import type { ShardMinute } from '../../planner/stream-minute.js';
import type { Observation, Policy } from '../policy.js';
import { RECORD_BYTES, SHARD_MINUTE_BYTES } from '../trace.js';

/** The planner's policy; it also looks at single shards when it is given them. */
export interface PlannerPolicy extends Policy {
  step(seen: Observation, shards?: readonly ShardMinute[]): PlanAction;
}

export function planner(settings: Partial<PlannerSettings> = {}): PlannerPolicy {
  const all = { ...DEFAULT_SETTINGS, ...settings };
  let state: PlannerState = INITIAL_STATE;
  return {
    name: 'planner',
    step(seen, shards) {
      const step = planStep(
        state,
        {
          minute: seen.minute,
          openShards: seen.openShards,
          status: seen.updating ? 'UPDATING' : 'ACTIVE',
          metrics: seen.metricMinute < 0 ? null : metricsOf(seen),
          callsLast24h: seen.callsLast24h,
          ...(shards === undefined ? {} : { shards }),
        },
        all,
      );
      state = step.state;
      return step.plan.action;
    },
  };
}

/** The newest minute as CloudWatch shows it: sums over the minute, whole records. */
function metricsOf({ metricMinute, accepted, rejected }: Observation) {
  const bytes = accepted[metricMinute]! * SHARD_MINUTE_BYTES;
  return {
    metricMinute,
    incomingBytes: bytes,
    incomingRecords: bytes / RECORD_BYTES,
    writeThrottledRecords: (rejected[metricMinute]! * SHARD_MINUTE_BYTES) / RECORD_BYTES,
  };
}
