// From the outlook to a shard count: the cheapest way through the hours ahead, in shard-hours, expected throttling and
// calls, by dynamic programming back from the last stretch. Only its first step is taken; the next minute plans anew.
import { type Grid, type Outlook, STRETCH_MINUTES, STRETCHES } from './outlook.js';

export interface Costs {
  /** A shard for a minute. */
  readonly shardMinute: number;
  /** One shard's worth of load rejected for a minute. */
  readonly rejectedShardMinute: number;
  /** What a call is worth that grows or shrinks the stream. */
  readonly grow: number;
  readonly shrink: number;
  /** What a round of splits or merges is worth. */
  readonly round: number;
  readonly minutesPerOperation: number;
  /** Five-minute slots from a rise until the stream has followed it. */
  readonly reactionSlots: number;
}

/** Beyond this many shards only even counts are gone to: what is odd cannot be halved by merges when calls run out. */
const ODD_UP_TO = 5;

export interface Choice {
  /** Index of the count on the grid. */
  readonly count: number;
  /** What the choice is expected to cost less than leaving the count alone. */
  readonly saves: number;
  /** What throttling is expected to cost over the hours ahead if nothing is done. */
  readonly risk: number;
}

export interface Bounds {
  /** Indexes on the grid. */
  readonly from: number;
  readonly least: number;
  readonly most: number;
  /** What can be asked for now; later, calls come back. */
  readonly now: { readonly grow: boolean; readonly shrink: boolean; readonly merge: boolean };
}

/** Chooses the count to go to from `from`, half to double of it, or to stay. */
export function chooseCount(outlook: Outlook, grid: Grid, costs: Costs, { from, least, most, now }: Bounds): Choice {
  const row = grid.size + 1;
  let after = new Float64Array(row);
  for (let stretch = STRETCHES - 1; stretch > 0; stretch -= 1) {
    const before = new Float64Array(row);
    const stay = stayingCosts(outlook, grid, costs, stretch, after);
    for (let count = 1; count < row; count += 1) {
      let best = stay[count]!;
      const low = Math.max(least, halfOf(count));
      const high = Math.min(most, count * 2);
      // The cheapest end above and below, half the way to it, and what a round reaches: the others cost more but for the
      // way, which decides nothing this far ahead.
      const up = cheapestOf(stay, count + 1, high);
      const down = cheapestOf(stay, low, count - 1);
      for (const to of [up, (count + up) >> 1, high, down, low]) {
        if (to === count || to < low || to > high) continue;
        const base = stay[to]! + callCost(costs, count, to);
        const cost = base + wayCost(outlook, grid, costs, stretch, count, to);
        if (cost < best) best = cost;
      }
      before[count] = best;
    }
    after = before;
  }
  const stay = stayingCosts(outlook, grid, costs, 0, after);
  let best = stay[from]!;
  let chosen = from;
  const possible = (to: number) =>
    to > from ? now.grow || to === from * 2 : now.shrink || (now.merge && to === halfOf(from));
  const high = Math.min(most, from * 2);
  for (let to = Math.max(least, halfOf(from)); to <= high; to += 1) {
    if (to === from || !possible(to) || (to > ODD_UP_TO && (to * grid.step) % 2 === 1)) continue;
    const cost = stay[to]! + callCost(costs, from, to) + wayCost(outlook, grid, costs, 0, from, to);
    if (cost >= best - 1e-9) continue;
    best = cost;
    chosen = to;
  }
  return { count: chosen, saves: stay[from]! - best, risk: riskOf(outlook, row, costs, from) };
}

/** The count from `low` to `high` that costs least; `high` when there is none. */
function cheapestOf(stay: Float64Array, low: number, high: number): number {
  let best = high;
  for (let count = high - 1; count >= low; count -= 1) if (stay[count]! < stay[best]!) best = count;
  return best;
}

/** Cost of each count from a stretch on, if it is reached at once and kept for the stretch. */
function stayingCosts(outlook: Outlook, grid: Grid, costs: Costs, stretch: number, after: Float64Array): Float64Array {
  const row = grid.size + 1;
  const minutes = STRETCH_MINUTES[stretch]!;
  const stay = new Float64Array(row);
  for (let count = 0; count < row; count += 1) {
    const shards = count * grid.step * costs.shardMinute;
    stay[count] = minutes * (shards + outlook[stretch * row + count]! * costs.rejectedShardMinute) + after[count]!;
  }
  return stay;
}

function callCost(costs: Costs, from: number, to: number): number {
  const call = to > from ? costs.grow : costs.shrink;
  return to === from * 2 || to === halfOf(from) ? Math.min(call, costs.round) : call;
}

/** Half of a count; on a coarse grid the next above, which stands for it. */
export function halfOf(count: number): number {
  return (count + 1) >> 1;
}

/**
 * What the way from one count to another costs beside being there at once: capacity moves operation by operation. The way
 * down keeps its shards but is trusted with no more load than its end; the way up is cheaper only as long as its stretch
 * lasts, or going up and down again would seem to save.
 */
function wayCost(outlook: Outlook, grid: Grid, costs: Costs, stretch: number, from: number, to: number): number {
  const total = Math.abs(to - from) * grid.step * costs.minutesPerOperation;
  if (to < from) return ((from - to) * grid.step * costs.shardMinute * total) / 2;
  let cost = -savedOnTheWayUp(costs, stretch, (to - from) * grid.step);
  const row = grid.size + 1;
  let gone = 0;
  for (let at = stretch; at < STRETCHES && gone < total; at += 1) {
    const minutes = Math.min(STRETCH_MINUTES[at]!, total - gone);
    const middle = from + ((to - from) * (gone + minutes / 2)) / total;
    const low = Math.floor(middle);
    const below = outlook[at * row + low]!;
    const onTheWay = below + (outlook[at * row + low + 1]! - below) * (middle - low);
    cost += minutes * (onTheWay - outlook[at * row + to]!) * costs.rejectedShardMinute;
    gone += minutes;
  }
  return cost;
}

/** Shard-minutes not paid for within the stretch, as the shards come one by one. */
function savedOnTheWayUp(costs: Costs, stretch: number, shards: number): number {
  const total = shards * costs.minutesPerOperation;
  const within = Math.min(STRETCH_MINUTES[stretch]!, total);
  return shards * costs.shardMinute * within * (1 - within / (2 * total));
}

function riskOf(outlook: Outlook, row: number, costs: Costs, count: number): number {
  let risk = 0;
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    risk += STRETCH_MINUTES[stretch]! * outlook[stretch * row + count]! * costs.rejectedShardMinute;
  }
  return risk;
}
