// awslabs/amazon-kinesis-scaling-utils in percent mode: half as many again when 5 of the last 15 minutes are above 75 %, a
// quarter fewer when all 15 are below 25 %; cool-off of 15 and 60 minutes. Out of calls it splits and merges by hand.
import { HOLD, type Observation, type Policy, type PolicyAction } from '../policy.js';
import { type AnchorBounds, callFor, hasBudget, withinReach } from './anchor.js';

const WINDOW_MINUTES = 15;
const UP = { percent: 0.75, minutes: 5, factor: 1.5, coolOffMinutes: 15 };
const DOWN = { percent: 0.25, minutes: 15, factor: 0.75, coolOffMinutes: 60 };

export function scalingUtilsPercent(bounds: AnchorBounds): Policy {
  let lastUp = Number.NEGATIVE_INFINITY;
  let lastDown = Number.NEGATIVE_INFINITY;
  return {
    name: 'scaling-utils percent',
    step(seen) {
      if (seen.updating) return HOLD;
      const { minute, openShards } = seen;
      if (votes(seen, (used) => used > UP.percent) >= UP.minutes) {
        if (minute - lastUp < UP.coolOffMinutes) return HOLD;
        const action = resize(seen, Math.ceil(openShards * UP.factor), bounds);
        if (action !== HOLD) lastUp = minute;
        return action;
      }
      if (votes(seen, (used) => used < DOWN.percent) < DOWN.minutes) return HOLD;
      if (minute - lastDown < DOWN.coolOffMinutes || minute - lastUp < DOWN.coolOffMinutes) return HOLD;
      const action = resize(seen, Math.floor(openShards * DOWN.factor), bounds);
      if (action !== HOLD) lastDown = minute;
      return action;
    },
  };
}

function resize(seen: Observation, wanted: number, bounds: AnchorBounds): PolicyAction {
  if (hasBudget(seen)) return callFor(seen, wanted, bounds);
  const target = withinReach(seen.openShards, wanted, bounds);
  return target === seen.openShards ? HOLD : { action: 'reshard', target };
}

function votes(seen: Observation, matches: (used: number) => boolean): number {
  let count = 0;
  for (let minute = seen.metricMinute; minute > seen.metricMinute - WINDOW_MINUTES; minute -= 1) {
    if (minute >= 0 && matches(seen.accepted[minute]! / seen.openShards)) count += 1;
  }
  return count;
}
