// The rule anyone would write first: one minute above 80 % doubles, one below 20 % halves while fewer than five calls are
// used. Out of calls it doubles by splits.
import { HOLD, type Policy } from '../policy.js';
import { type AnchorBounds, callFor, hasBudget, withinReach } from './anchor.js';

const UP_ABOVE = 0.8;
const DOWN_BELOW = 0.2;
const CALLS_FOR_DOWN = 5;

export function naive(bounds: AnchorBounds): Policy {
  return {
    name: 'naive',
    step(seen) {
      const { openShards, metricMinute } = seen;
      if (seen.updating || metricMinute < 0) return HOLD;
      const used = seen.accepted[metricMinute]! / openShards;
      if (used > UP_ABOVE) {
        if (hasBudget(seen)) return callFor(seen, openShards * 2, bounds);
        const target = withinReach(openShards, openShards * 2, bounds);
        return target === openShards ? HOLD : { action: 'reshard', target };
      }
      if (used < DOWN_BELOW && seen.callsLast24h < CALLS_FOR_DOWN) {
        return callFor(seen, Math.ceil(openShards / 2), bounds);
      }
      return HOLD;
    },
  };
}
