// The bound that no planner reaches: hourly shard counts of someone who knows the future and never throttles, by dynamic
// programming. At most one call an hour, half to double, ten calls in any 24 hours; resharding itself takes no time. The
// rolling limit is kept by a price on each call, the lowest with which no 24 hours hold more than ten.
import { UPDATE_SHARD_COUNT_CALLS_PER_DAY } from '../../limits.js';
import type { Trace } from './trace.js';

const HOUR = 60;
const HOURS_PER_DAY = 24;

/** Halvings in the search for the price of a call. */
const PRICE_STEPS = 24;

export interface OraclePlan {
  readonly shardMinutes: number;
  readonly calls: number;
  /** Shards of each hour. */
  readonly hourly: Int32Array;
}

/** Near-optimal hourly counts that hold every minute of the trace. */
export function planWithHindsight({ load }: Trace): OraclePlan {
  const need = hourlyNeed(load);
  const free = cheapestCounts(need, 0);
  if (busiestDay(free) <= UPDATE_SHARD_COUNT_CALLS_PER_DAY) return summarize(free, load.length);
  let low = 0;
  let high = need.reduce((sum, shards) => sum + shards, 0);
  let best = cheapestCounts(need, high);
  for (let step = 0; step < PRICE_STEPS; step += 1) {
    const price = (low + high) / 2;
    const hourly = cheapestCounts(need, price);
    if (busiestDay(hourly) <= UPDATE_SHARD_COUNT_CALLS_PER_DAY) {
      best = hourly;
      high = price;
    } else {
      low = price;
    }
  }
  return summarize(best, load.length);
}

/** Hourly counts of least shard-hours plus `price` for each call. */
function cheapestCounts(need: Int32Array, price: number): Int32Array {
  const hours = need.length;
  const most = need.reduce((high, shards) => Math.max(high, shards), 1);
  // after[n]: cheapest way on from the hour, once its count is n. Filled from the last hour back.
  let after = new Float64Array(most + 1);
  const moves: Int32Array[] = new Array(hours);
  for (let hour = hours - 1; hour >= 0; hour -= 1) {
    const stay = new Float64Array(most + 1).fill(Number.POSITIVE_INFINITY);
    for (let n = need[hour]!; n <= most; n += 1) stay[n] = n + after[n]!;
    const move = Int32Array.from(stay, (_, n) => n);
    const arrive = stay.slice();
    const cheapest = cheapestInRange(stay);
    for (let n = 1; n <= most; n += 1) {
      const to = cheapest(Math.ceil(n / 2), Math.min(most, n * 2));
      if (stay[to]! + price >= arrive[n]!) continue;
      arrive[n] = stay[to]! + price;
      move[n] = to;
    }
    moves[hour] = move;
    after = arrive;
  }
  const hourly = new Int32Array(hours);
  let n = cheapestStart(after);
  for (let hour = 0; hour < hours; hour += 1) {
    n = moves[hour]![n]!;
    hourly[hour] = n;
  }
  return hourly;
}

/** The oracle also chooses what it starts with. */
function cheapestStart(cost: Float64Array): number {
  let best = 1;
  for (let n = 2; n < cost.length; n += 1) if (cost[n]! < cost[best]!) best = n;
  return best;
}

/** Answers which n of a range costs least. Ranges may only move up, so one queue of candidates serves them all. */
function cheapestInRange(cost: Float64Array): (low: number, high: number) => number {
  const queue = new Int32Array(cost.length);
  let head = 0;
  let tail = 0;
  let filled = 0;
  return (low, high) => {
    while (filled < high) {
      filled += 1;
      while (tail > head && cost[queue[tail - 1]!]! >= cost[filled]!) tail -= 1;
      queue[tail] = filled;
      tail += 1;
    }
    while (queue[head]! < low) head += 1;
    return queue[head]!;
  };
}

function hourlyNeed(load: Float64Array): Int32Array {
  const need = new Int32Array(Math.ceil(load.length / HOUR)).fill(1);
  for (let minute = 0; minute < load.length; minute += 1) {
    const hour = Math.floor(minute / HOUR);
    need[hour] = Math.max(need[hour]!, Math.ceil(load[minute]! - 1e-9));
  }
  return need;
}

function busiestDay(hourly: Int32Array): number {
  let calls = 0;
  let most = 0;
  for (let hour = 1; hour < hourly.length; hour += 1) {
    if (hourly[hour] !== hourly[hour - 1]) calls += 1;
    const left = hour - HOURS_PER_DAY;
    if (left >= 1 && hourly[left] !== hourly[left - 1]) calls -= 1;
    most = Math.max(most, calls);
  }
  return most;
}

function summarize(hourly: Int32Array, minutes: number): OraclePlan {
  let shardMinutes = 0;
  let calls = 0;
  for (let hour = 0; hour < hourly.length; hour += 1) {
    shardMinutes += hourly[hour]! * Math.min(HOUR, minutes - hour * HOUR);
    if (hour > 0 && hourly[hour] !== hourly[hour - 1]) calls += 1;
  }
  return { shardMinutes, calls, hourly };
}
