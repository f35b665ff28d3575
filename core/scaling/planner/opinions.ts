// Which view of the past suits this stream: every half hour each view says how many shards the next hour wants; an hour
// later the demand that came says what following it would have cost. Views that cost less count for more.
import { addResemblance, type Present, priorShare, VIEWS } from './analogs.js';
import type { Costs } from './choose-count.js';
import { featuresOf, type History, SLOT_MINUTES } from './history.js';
import { type Grid, HOUR_STRETCHES, lookAt, STRETCH_MINUTES } from './outlook.js';
import type { Opinion, PlannerState } from './state.js';

const ASKED_EVERY_SLOTS = 6;
const JUDGED_AFTER_SLOTS = 12;

/** What a judgement still counts when the next one comes half an hour later: three days halve it. */
const FADING = 0.995;

/** Views this much less likely than the best are left out. */
const LEAST_SHARE = 0.1;

/** Differences of cost count against what the stream costs in this many minutes at half its peak. */
const DOUBT_MINUTES = 200;

/** Judges the opinions whose hour has passed. */
export function judgeOpinions(state: PlannerState, costs: Costs): PlannerState {
  const { history, opinions } = state;
  const end = history.firstSlot + history.peaks.length;
  const due = opinions.filter(({ slot }) => slot + JUDGED_AFTER_SLOTS <= end);
  if (due.length === 0) return state;
  let losses = state.viewLosses;
  for (const { slot, counts } of due) {
    losses = losses.map((loss, view) => loss * FADING + costOf(history, slot, counts[view]!, costs));
  }
  return { ...state, viewLosses: losses, opinions: opinions.filter((opinion) => !due.includes(opinion)) };
}

function costOf(history: History, slot: number, count: number, costs: Costs): number {
  let cost = 0;
  const from = slot - history.firstSlot;
  let followed = 0;
  for (let at = from; at < from + JUDGED_AFTER_SLOTS; at += 1) {
    const demand = (history.peaks[at] ?? 0) / 1_000;
    const shown = at - costs.reactionSlots;
    if (shown >= from) followed = Math.max(followed, (history.peaks[shown] ?? 0) / 1_000);
    const rejected = Math.max(0, demand - Math.max(count, followed));
    cost += SLOT_MINUTES * (count * costs.shardMinute + rejected * costs.rejectedShardMinute);
  }
  return cost;
}

/** Asks every view, when it is time to. */
export function askViews(state: PlannerState, present: Present, grid: Grid, costs: Costs): PlannerState {
  const { history, opinions } = state;
  const slot = history.firstSlot + history.peaks.length;
  if (slot % ASKED_EVERY_SLOTS !== 0 || opinions.some((opinion) => opinion.slot === slot)) return state;
  const features = featuresOf(history);
  const counts = VIEWS.map((view) => {
    const weights = new Float64Array(features.peak.length);
    addResemblance(weights, features, history.firstSlot, present, view, 1);
    const outlook = lookAt({
      features,
      present,
      demand: state.slotPeak,
      weights,
      priorShare: priorShare(weights),
      grid,
      reactionSlots: costs.reactionSlots,
      stretches: HOUR_STRETCHES,
    });
    return cheapestForAnHour(outlook, grid, costs);
  });
  return { ...state, opinions: [...opinions, { slot, counts } satisfies Opinion] };
}

function cheapestForAnHour(outlook: Float64Array, { step, size }: Grid, costs: Costs): number {
  let cheapest = Number.POSITIVE_INFINITY;
  let best = 0;
  for (let count = 1; count <= size; count += 1) {
    let cost = 0;
    for (let stretch = 0; stretch < HOUR_STRETCHES; stretch += 1) {
      const rejected = outlook[stretch * (size + 1) + count]!;
      cost += STRETCH_MINUTES[stretch]! * (count * step * costs.shardMinute + rejected * costs.rejectedShardMinute);
    }
    if (cost >= cheapest) continue;
    cheapest = cost;
    best = count * step;
  }
  return best;
}

/** How much each view counts; the shares add up to one. */
export function sharesOf(losses: readonly number[], highest: number, costs: Costs): readonly number[] {
  const least = Math.min(...losses);
  const doubt = Math.max(highest, 1) * 0.5 * DOUBT_MINUTES * costs.shardMinute;
  const likely = losses
    .map((loss) => Math.exp((least - loss) / doubt))
    .map((share) => (share > LEAST_SHARE ? share : 0));
  const sum = likely.reduce((total, share) => total + share, 0);
  return likely.map((share) => share / sum);
}
