// What a minute teaches the planner before it plans: demand, how the views did, how long an operation takes.
import { METRIC_PERIOD_MS } from '../../limits.js';
import type { Costs } from './choose-count.js';
import { estimateDemand } from './demand.js';
import { appendSlot, SLOT_MINUTES } from './history.js';
import { judgeOpinions } from './opinions.js';
import type { PlannerState } from './state.js';
import type { StreamMinute } from './stream-minute.js';

/** Takes in the newest metrics: closes slots that are over and judges the views by them. */
export function takeIn(state: PlannerState, { metrics }: StreamMinute, costs: Costs): PlannerState {
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
export function learnOperationTime(state: PlannerState, { minute, openShards, status }: StreamMinute): PlannerState {
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
