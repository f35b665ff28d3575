// The planner: one step a minute, from what is known of a stream to what to do about its shards, with the reason in words.
// Pure: the same state and the same minute give the same plan, whether in the simulator, a Lambda or the lab.
import {
  METRIC_PERIOD_MS,
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
  UPDATE_SHARD_COUNT_MAX_FACTOR,
  UPDATE_SHARD_COUNT_MAX_SHARDS,
} from '../../limits.js';
import type { PlanAction } from './action.js';
import { addResemblance, presentAt, priorShare, VIEWS } from './analogs.js';
import { type Choice, type Costs, chooseCount } from './choose-count.js';
import { estimateDemand, type MinuteMetrics } from './demand.js';
import { appendSlot, type Features, featuresOf, SLOT_MINUTES } from './history.js';
import { askViews, judgeOpinions, sharesOf } from './opinions.js';
import { type Grid, lookAt, STRETCHES } from './outlook.js';
import { DEFAULT_SETTINGS, type PlannerSettings } from './settings.js';
import type { PlannerState } from './state.js';

/** What is known of a stream at the start of a minute. */
export interface StreamMinute {
  readonly minute: number;
  readonly openShards: number;
  readonly status: 'ACTIVE' | 'UPDATING';
  /** Newest metrics, and the minute they are sums over; null while there are none. */
  readonly metrics: (MinuteMetrics & { readonly metricMinute: number }) | null;
  /** UpdateShardCount calls of the last 24 hours. */
  readonly callsLast24h: number;
  /**
   * Age of the oldest record that a consumer has not read.
   *
   * @default - not known, and not waited for
   */
  readonly iteratorAgeMs?: number;
}

/** What to do, and why. */
export interface Plan {
  readonly action: PlanAction;
  readonly reason: string;
}

export interface PlannedStep {
  readonly state: PlannerState;
  readonly plan: Plan;
}

/** Counts that the planner tells apart at most: finer steps cost time and decide nothing. */
const GRID_SIZE = 96;

/** The grid reaches this far above the highest demand in memory. */
const GRID_HEADROOM = 1.3;

/** A call is worth what the stream costs in this many minutes at half its peak, and more the fewer are left. */
const CALL_MINUTES = 15;
const ROUND_MINUTES = 20;
const CALLS_PLENTY = 7;
const SCARCITY = 1.6;
/** Calls that scaling in leaves alone. */
const CALLS_FOR_GROWTH = 2;
const SHRINK_EXTRA_MINUTES = 4;

/** Records this old and unread hold scaling in: the children of a merge wait until their parents are drained. */
const LAG_HOLDS_SCALE_IN_MS = 300_000;

/** Demand beside the last full slot is told apart in these steps. */
const DEMAND_STEPS = [1, 1.06, 1.15, 1.3, 1.5, 1.75, 2.1, 2.6, 3.5, 5, 7, 10, 15, 22, 33, 50, 75, 110];
const DEMAND_FLOOR = 0.3;

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
  const state = takeIn(learnOperationTime(before, seen), seen, costs);
  if (seen.status !== 'ACTIVE') return { state, plan: hold('the stream is being resharded') };
  const forced = withinBounds(seen, settings);
  if (forced !== undefined) return started(state, seen, forced);
  if (state.metricMinute < 0) return { state, plan: hold('no metrics yet') };
  const features = featuresOf(state.history);
  const level = demandLevel(state, features);
  const { planned } = state;
  if (
    planned !== null &&
    planned.slot === state.slot &&
    level <= planned.demandLevel
  ) {
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
  const base = baseDemand(features, state);
  const grid = gridFor(openShards, Math.max(features.highest, state.slotPeak), settings);
  const from = Math.max(1, Math.round(openShards / grid.step));
  const bounds = {
    from,
    least: Math.max(1, Math.ceil(settings.minShards / grid.step)),
    most: Math.min(grid.size, Math.max(1, Math.floor(settings.maxShards / grid.step))),
  };
  const shares = sharesOf(state.viewLosses, features.highest, costs);
  // The most that any demand up to the one seen asks for: so more demand never asks for less.
  let choice: Choice = { count: 0, saves: 0, risk: 0 };
  for (let step = 0; step <= level; step += 1) {
    const demand = demandOf(base, step);
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
      stretches: STRETCHES,
    });
    const next = chooseCount(outlook, grid, costs, bounds);
    if (next.count > choice.count) choice = next;
  }
  const asked = askViews(state, presentAt(features, state.slot, demandOf(base, level)), grid, costs);
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
    return hold(`${openShards} shards are the cheapest way through the next hours; expected throttling ${money(choice.risk)}`);
  }
  const double = choice.count === from * UPDATE_SHARD_COUNT_MAX_FACTOR;
  const half = choice.count * UPDATE_SHARD_COUNT_MAX_FACTOR === from && openShards % 2 === 0;
  const target = double
    ? Math.min(openShards * 2, settings.maxShards)
    : half
      ? Math.max(openShards / 2, settings.minShards)
      : clamp(choice.count * grid.step, Math.ceil(openShards / 2), openShards * 2, settings);
  const words = `${state.demand.toFixed(1)} shards of demand; ${target} instead of ${openShards} save ${money(choice.saves)} over the next hours`;
  if (target > openShards) {
    if (isRunaway(state)) return hold(`${words}, but the last scale-outs took in no more: a hot key or retries`);
    if (left > 0) return { action: { action: 'updateShardCount', target }, reason: words };
    if (target === openShards * 2) return { action: { action: 'split', count: openShards }, reason: `${words}; no calls left, so by splits` };
    return hold(`${words}, but no calls are left and a part of a split round helps no even load`);
  }
  if (target === openShards) return hold('on target');
  if (state.demand > target) return hold(`${words}, but the newest minute would not fit`);
  if ((seen.iteratorAgeMs ?? 0) > LAG_HOLDS_SCALE_IN_MS) return hold(`${words}, but consumers are behind`);
  if (target * 2 === openShards) return { action: { action: 'merge', count: target }, reason: `${words}; by merges, which cost no call` };
  if (left <= CALLS_FOR_GROWTH) return hold(`${words}, but the ${left} calls left are kept for growth`);
  return { action: { action: 'updateShardCount', target }, reason: words };
}

function started(state: PlannerState, seen: StreamMinute, plan: Plan): PlannedStep {
  const { action } = plan;
  if (action.action === 'hold') return { state, plan };
  const { openShards: from, minute } = seen;
  const to =
    action.action === 'split'
      ? from + action.count
      : action.action === 'merge'
        ? from - action.count
        : action.target;
  const running = state.growth !== null && minute - state.growth.lastMinute <= BRAKE_MINUTES ? state.growth : null;
  const growth =
    to < from ? null : { ...(running ?? { shards: from, accepted: state.accepted }), lastMinute: minute };
  return { state: { ...state, growth, resharding: { from, to, sinceMinute: minute } }, plan };
}

function isRunaway({ growth, accepted, demand, metricMinute }: PlannerState): boolean {
  if (growth === null || metricMinute - growth.lastMinute > BRAKE_MINUTES || accepted >= demand) return false;
  return false;
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

function clamp(wanted: number, least: number, most: number, { minShards, maxShards }: Pick<PlannerSettings, 'minShards' | 'maxShards'>): number {
  const bounded = Math.min(Math.max(wanted, minShards), maxShards, UPDATE_SHARD_COUNT_MAX_SHARDS);
  return Math.min(Math.max(bounded, least), most);
}

/** Takes in the newest metrics: closes slots that are over and judges the views by them. */
function takeIn(state: PlannerState, { metrics }: StreamMinute, costs: Costs): PlannerState {
  if (metrics === null || metrics.metricMinute <= state.metricMinute) return state;
  const { offered, rejected, meanRecordBytes } = estimateDemand(metrics, state.meanRecordBytes);
  const slot = Math.floor(metrics.metricMinute / SLOT_MINUTES);
  const newest = { metricMinute: metrics.metricMinute, demand: offered, accepted: offered - rejected, meanRecordBytes };
  if (slot === state.slot) return { ...state, ...newest, slotPeak: Math.max(state.slotPeak, offered) };
  if (state.slot < 0) return { ...state, ...newest, slot, slotPeak: offered };
  const history = appendSlot(state.history, state.slot, state.slotPeak);
  return judgeOpinions({ ...state, ...newest, history, slot, slotPeak: offered }, costs);
}

/** Learns how long an operation takes from the reshardings that the planner started. */
function learnOperationTime(state: PlannerState, { minute, openShards, status }: StreamMinute): PlannerState {
  const { resharding } = state;
  if (resharding === null || status !== 'ACTIVE') return state;
  const { from, to, sinceMinute } = resharding;
  const operations = Math.abs(to - from);
  // A short one says little, as minutes are all the planner sees; one that did not end as planned says nothing.
  const minutes = minute - sinceMinute;
  if (openShards !== to || minutes < LEARN_FROM_MINUTES) return { ...state, resharding: null };
  const seenMs = (minutes * METRIC_PERIOD_MS) / operations;
  const operationMs = Math.round(state.operationMs + (seenMs - state.operationMs) * LEARNING_RATE);
  return { ...state, resharding: null, operationMs };
}

const LEARN_FROM_MINUTES = 3;
const LEARNING_RATE = 0.5;

function baseDemand(features: Features, state: PlannerState): number {
  const slots = features.peak.length;
  return slots === 0 ? state.slotPeak : features.peak[slots - 1]!;
}

/** How far the demand of the running slot is above the last full one, in steps. */
function demandLevel(state: PlannerState, features: Features): number {
  const above = (state.slotPeak + DEMAND_FLOOR) / (baseDemand(features, state) + DEMAND_FLOOR);
  let level = 0;
  while (level + 1 < DEMAND_STEPS.length && above > DEMAND_STEPS[level]!) level += 1;
  return level;
}

function demandOf(base: number, level: number): number {
  return (base + DEMAND_FLOOR) * DEMAND_STEPS[level]! - DEMAND_FLOOR;
}

function gridFor(openShards: number, highest: number, { maxShards }: PlannerSettings): Grid {
  const top = Math.min(maxShards, Math.max(openShards * 2, Math.ceil(highest * GRID_HEADROOM) + 2));
  const step = Math.max(1, Math.ceil(top / GRID_SIZE));
  return { step, size: Math.ceil(top / step) };
}

function costsOf({ callsLast24h }: StreamMinute, state: PlannerState, settings: PlannerSettings): Costs {
  const shardMinute = settings.shardHourPrice / 60;
  const left = UPDATE_SHARD_COUNT_CALLS_PER_DAY - callsLast24h;
  const typical = Math.max(1, featuresOf(state.history).highest / 2) * shardMinute;
  const grow = left <= 0 ? Number.POSITIVE_INFINITY : typical * CALL_MINUTES * SCARCITY ** Math.max(0, CALLS_PLENTY - left);
  return {
    shardMinute,
    rejectedShardMinute: settings.throttledGbPrice * CAUTION * SHARD_MINUTE_GB,
    grow,
    shrink: left <= CALLS_FOR_GROWTH ? Number.POSITIVE_INFINITY : grow + typical * SHRINK_EXTRA_MINUTES,
    round: typical * ROUND_MINUTES,
    minutesPerOperation: state.operationMs / METRIC_PERIOD_MS,
  };
}

/** Throttling is feared more than it costs: what the past shows is less than what may come. */
const CAUTION = 1.5;
/** GB that one shard takes in a minute. */
const SHARD_MINUTE_GB = 60 / 1_024;

function hold(reason: string): Plan {
  return { action: { action: 'hold' }, reason };
}
