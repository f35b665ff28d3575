// aws-samples/kinesis-auto-scaling: doubles when five five-minute points in a row are at 75 % or more, halves when 57 of
// the last 60 are below 25 %. Utilization is of the current shard count. A refused call is tried again.
import type { Observation, Policy } from '../policy.js';
import { HOLD } from '../policy.js';
import { type AnchorBounds, callFor, periodMean } from './anchor.js';

const PERIOD_MINUTES = 5;
const UP = { percent: 0.75, points: 5 };
const DOWN = { percent: 0.25, points: 57, of: 60 };

export function awsSample(bounds: AnchorBounds): Policy {
  return {
    name: 'AWS sample',
    step(seen) {
      if (seen.updating) return HOLD;
      if (countPoints(seen, UP.points, (used) => used >= UP.percent) === UP.points) {
        return callFor(seen, seen.openShards * 2, bounds);
      }
      if (countPoints(seen, DOWN.of, (used) => used < DOWN.percent) >= DOWN.points) {
        return callFor(seen, Math.ceil(seen.openShards / 2), bounds);
      }
      return HOLD;
    },
  };
}

function countPoints(seen: Observation, points: number, matches: (used: number) => boolean): number {
  let count = 0;
  for (let ago = 0; ago < points; ago += 1) {
    const mean = periodMean(seen, PERIOD_MINUTES, ago);
    if (mean !== undefined && matches(mean / seen.openShards)) count += 1;
  }
  return count;
}
