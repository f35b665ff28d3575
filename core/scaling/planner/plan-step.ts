// The planner: one step a minute, from what is known of a stream to what to do about its shards, with the reason in words.
// Pure: the same state and the same minute give the same plan, whether in the simulator, a Lambda or the lab.
import {
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
  UPDATE_SHARD_COUNT_MAX_FACTOR,
  UPDATE_SHARD_COUNT_MAX_SHARDS,
} from '../../limits.js';
import type { PlanAction } from './action.js';
import { addResemblance, presentAt, priorShare, VIEWS } from './analogs.js';
import { type Choice, type Costs, chooseCount, halfOf } from './choose-count.js';
import { CALLS_FOR_GROWTH, costsOf } from './costs.js';
import { type Features, featuresOf } from './history.js';
import { planShards } from './hot-shards.js';
import { askViews, sharesOf } from './opinions.js';
import { type Grid, lookAt, STRETCHES } from './outlook.js';
import { DEFAULT_SETTINGS, type PlannerSettings } from './settings.js';
import type { PlannerState } from './state.js';
import type { StreamMinute } from './stream-minute.js';
import { learnOperationTime, takeIn } from './take-in.js';
import { countSteadyMinutes, learnUsableShare } from './usable-share.js';

/** What to do, and why. */
export interface Plan {
  readonly action: PlanAction;
  readonly reason: string;
}

export interface PlannedStep {
  readonly state: PlannerState;
  readonly plan: Plan;
}

/** Up to this many shards the planner tells every count apart; beyond, so many steps. */
const EVERY_COUNT = 96;
const GRID_STEPS = 60;

/** The grid reaches this far above the highest demand in memory. */
const GRID_HEADROOM = 1.3;

/** Records this old and unread hold scaling in: the children of a merge wait until their parents are drained. */
const LAG_HOLDS_SCALE_IN_MS = 300_000;

/** Demand beside the last full slot is told apart in these steps. */
const DEMAND_STEPS = [1, 1.06, 1.15, 1.3, 1.5, 1.8, 2.3, 3, 4.5, 7, 12, 20, 40, 110];

/** The brake: this much growth that raised what is accepted by less than this stops the next. */
const BRAKE_GROWTH = 4;
const BRAKE_ACCEPTED = 1.25;
const BRAKE_MINUTES = 60;

/**
 * Plans one minute.
 *
 * Whatever it plans is a call the service takes: on an ACTIVE stream, half to double, within the day's budget and the
 * bounds. More demand in the newest minute never plans fewer shards.
 */
export function planStep(
  before: PlannerState,
  seen: StreamMinute,
  settings: PlannerSettings = DEFAULT_SETTINGS,
): PlannedStep {
  const costs = costsOf(seen, before, settings);
  const known = countSteadyMinutes(takeIn(learnOperationTime(before, seen), seen, costs), seen);
  const isNew = known.metricMinute > before.metricMinute;
  const state = isNew ? learnUsableShare(known, seen, costs) : known;
  if (seen.status !== 'ACTIVE') return { state, plan: hold('the stream is being resharded') };
  const forced = withinBounds(seen, settings);
  if (forced !== undefined) return started(state, seen, forced);
  if (state.metricMinute < 0) return { state, plan: hold('no metrics yet') };
  const single = isNew ? planShards(state, seen) : undefined;
  if (single !== undefined) return startedOnShards(state, seen, single);
  const features = featuresOf(state.history);
  const level = demandLevel(state, features);
  const { planned } = state;
  if (planned !== null && planned.slot === state.slot && level <= planned.demandLevel) {
    return { state, plan: hold('nothing new since the last plan') };
  }
  return started(...decide(state, seen, settings, { features, level, costs }));
}

interface Basis {
  readonly features: Features;
  readonly level: number;
  readonly costs: Costs;
}

function decide(
  state: PlannerState,
  seen: StreamMinute,
  settings: PlannerSettings,
  { features, level, costs }: Basis,
): [PlannerState, StreamMinute, Plan] {
  const { openShards } = seen;
  const left = UPDATE_SHARD_COUNT_CALLS_PER_DAY - seen.callsLast24h;
  const base = baseDemand(features, state);
  const grid = gridFor(openShards, Math.max(features.highest, state.slotPeak) / state.usable, settings);
  const from = Math.max(1, Math.round(openShards / grid.step));
  const bounds = {
    from,
    least: Math.max(1, Math.ceil(settings.minShards / grid.step)),
    most: Math.min(grid.size, Math.max(1, Math.floor(settings.maxShards / grid.step))),
    now: { grow: left > 0, shrink: left > CALLS_FOR_GROWTH, merge: openShards % 2 === 0 },
  };
  const shares = sharesOf(state.viewLosses, features.highest, costs);
  // The most that any demand up to the one seen asks for: so more demand never asks for less.
  let choice: Choice = { count: 0, saves: 0, risk: 0 };
  for (let step = 0; step <= level; step += 1) {
    const demand = demandOf(features, base, step);
    const present = presentAt(features, state.slot, demand);
    const weights = new Float64Array(features.peak.length);
    for (const [at, view] of VIEWS.entries()) {
      if (shares[at]! > 0) addResemblance(weights, features, state.history.firstSlot, present, view, shares[at]!);
    }
    const outlook = lookAt({
      features,
      present,
      demand,
      weights,
      priorShare: priorShare(weights),
      grid,
      usable: state.usable,
      reactionSlots: costs.reactionSlots,
      stretches: STRETCHES,
    });
    const next = chooseCount(outlook, grid, costs, bounds);
    if (next.count > choice.count) choice = next;
  }
  const asked = askViews(state, presentAt(features, state.slot, demandOf(features, base, level)), grid, costs);
  const planned = { slot: state.slot, demandLevel: level };
  return [{ ...asked, planned }, seen, planFor(state, seen, settings, { choice, from, grid })];
}

interface Chosen {
  readonly choice: Choice;
  readonly from: number;
  readonly grid: Grid;
}

function planFor(state: PlannerState, seen: StreamMinute, settings: PlannerSettings, chosen: Chosen): Plan {
  const { openShards, callsLast24h } = seen;
  const { choice, from, grid } = chosen;
  const left = UPDATE_SHARD_COUNT_CALLS_PER_DAY - callsLast24h;
  const money = (dollars: number) => `$${dollars.toFixed(2)}`;
  if (choice.count === from) {
    return hold(
      `${openShards} shards are the cheapest way through the next hours; expected throttling ${money(choice.risk)}`,
    );
  }
  const double = choice.count === from * UPDATE_SHARD_COUNT_MAX_FACTOR;
  const half = choice.count === halfOf(from) && openShards % 2 === 0;
  const target = double
    ? Math.min(openShards * 2, settings.maxShards)
    : half
      ? Math.max(openShards / 2, settings.minShards)
      : clamp(choice.count * grid.step, Math.ceil(openShards / 2), openShards * 2, settings);
  const words = `${state.demand.toFixed(1)} shards of demand; ${target} instead of ${openShards} save ${money(choice.saves)} over the next hours`;
  if (target > openShards) {
    if (isRunaway(state, openShards))
      return hold(`${words}, but the last scale-outs took in no more: a hot key or retries`);
    if (left > 0) return { action: { action: 'updateShardCount', target }, reason: words };
    if (target === openShards * 2)
      return { action: { action: 'split', count: openShards }, reason: `${words}; no calls left, so by splits` };
    return hold(`${words}, but no calls are left and a part of a split round helps no even load`);
  }
  if (target === openShards) return hold('on target');
  if (state.demand > target) return hold(`${words}, but the newest minute would not fit`);
  if ((seen.iteratorAgeMs ?? 0) > LAG_HOLDS_SCALE_IN_MS) return hold(`${words}, but consumers are behind`);
  if (target * 2 === openShards)
    return { action: { action: 'merge', count: target }, reason: `${words}; by merges, which cost no call` };
  if (left <= CALLS_FOR_GROWTH) return hold(`${words}, but the ${left} calls left are kept for growth`);
  return { action: { action: 'updateShardCount', target }, reason: words };
}

function started(state: PlannerState, seen: StreamMinute, plan: Plan): PlannedStep {
  const { action } = plan;
  const { openShards: from, minute } = seen;
  if (action.action === 'hold') {
    // Once on, the brake stays on until throttling has been gone for a while or more is taken in.
    const braked = state.growth !== null && isRunaway(state, from);
    return { state: braked ? { ...state, growth: { ...state.growth, lastMinute: minute } } : state, plan };
  }
  const to =
    action.action === 'split' ? from + action.count : action.action === 'merge' ? from - action.count : action.target;
  const running = state.growth !== null && minute - state.growth.lastMinute <= BRAKE_MINUTES ? state.growth : null;
  const growth = to < from ? null : { ...(running ?? { shards: from, accepted: state.accepted }), lastMinute: minute };
  const resharding = { from, to, sinceMinute: minute };
  return { state: { ...state, growth, resharding, evenShards: to, hotRounds: 0 }, plan };
}

function startedOnShards(state: PlannerState, seen: StreamMinute, plan: Plan): PlannedStep {
  const { openShards, minute } = seen;
  const evenShards = state.evenShards === 0 ? openShards : state.evenShards;
  const hotRounds = plan.action.action === 'split' ? state.hotRounds + 1 : 0;
  return { state: { ...state, evenShards, hotRounds, splitMinute: minute }, plan };
}

/** Whether a run of scale-outs met throttling that more shards do not cure: a hot key, or retries counted as demand. */
function isRunaway({ growth, accepted, demand, metricMinute }: PlannerState, openShards: number): boolean {
  if (growth === null || metricMinute - growth.lastMinute > BRAKE_MINUTES || accepted >= demand) return false;
  return openShards >= growth.shards * BRAKE_GROWTH && accepted < growth.accepted * BRAKE_ACCEPTED;
}

/** Brings a stream outside its bounds back inside, as far as one call goes. */
function withinBounds(seen: StreamMinute, { minShards, maxShards }: PlannerSettings): Plan | undefined {
  const { openShards, callsLast24h } = seen;
  if (openShards >= minShards && openShards <= maxShards) return undefined;
  const target = clamp(openShards, Math.ceil(openShards / 2), openShards * 2, { minShards, maxShards });
  const words = `${openShards} shards are outside of ${minShards} to ${maxShards}`;
  if (callsLast24h >= UPDATE_SHARD_COUNT_CALLS_PER_DAY) return hold(`${words}, but no calls are left`);
  return { action: { action: 'updateShardCount', target }, reason: words };
}

function clamp(
  wanted: number,
  least: number,
  most: number,
  { minShards, maxShards }: Pick<PlannerSettings, 'minShards' | 'maxShards'>,
): number {
  const bounded = Math.min(Math.max(wanted, minShards), maxShards, UPDATE_SHARD_COUNT_MAX_SHARDS);
  return Math.min(Math.max(bounded, least), most);
}

function baseDemand(features: Features, state: PlannerState): number {
  const slots = features.peak.length;
  return slots === 0 ? state.slotPeak : features.peak[slots - 1]!;
}

/** How far the demand of the running slot is above the last full one, in steps. */
function demandLevel(state: PlannerState, features: Features): number {
  const { floor } = features;
  const above = (state.slotPeak + floor) / (baseDemand(features, state) + floor);
  let level = 0;
  while (level + 1 < DEMAND_STEPS.length && above > DEMAND_STEPS[level]!) level += 1;
  return level;
}

function demandOf({ floor }: Features, base: number, level: number): number {
  return (base + floor) * DEMAND_STEPS[level]! - floor;
}

function gridFor(openShards: number, highest: number, { maxShards }: PlannerSettings): Grid {
  const top = Math.min(maxShards, Math.max(openShards * 2, Math.ceil(highest * GRID_HEADROOM) + 2));
  const step = top <= EVERY_COUNT ? 1 : 2 * Math.ceil(top / (2 * GRID_STEPS));
  return { step, size: Math.ceil(top / step) };
}

function hold(reason: string): Plan {
  return { action: { action: 'hold' }, reason };
}
