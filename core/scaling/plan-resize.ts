// Decides whether to resize a provisioned stream. Plain target tracking: out at once, in after a quiet window, always a
// call that UpdateShardCount would take, and never so many that none is left for growing.
import {
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
  UPDATE_SHARD_COUNT_MAX_FACTOR,
  UPDATE_SHARD_COUNT_MAX_SHARDS,
} from '../limits.js';

/** Calls of the day's budget that scaling in leaves alone: a shard too many costs cents, a call too few throttles. */
export const CALLS_KEPT_FOR_SCALE_OUT = 5;

/** Scaling in must save at least this share of the shards to be worth one of the day's calls. */
export const SCALE_IN_MIN_SAVING_PERCENT = 25;

/** What is known of a stream when the plan is made. */
export interface StreamLoad {
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
  /** Status of the stream as DescribeStreamSummary has it; only an ACTIVE stream can be resized. */
  readonly status: string;
  readonly openShards: number;
  /** Fullest of the last few minutes, whole percent of write capacity, rejected records included. */
  readonly recentPercent: number | undefined;
  /** Fullest minute of the scale-in window; undefined until metrics reach back that far. */
  readonly windowPercent: number | undefined;
  /** UpdateShardCount calls of the last 24 hours. */
  readonly resizesInLastDay: number;
}

/** What the owner of the stream asks for. */
export interface ScalingPolicy {
  readonly minShards: number;
  readonly maxShards: number;
  /** How full the fullest minute should leave the stream, whole percent. */
  readonly targetPercent: number;
  /** Minutes that a lower load must have lasted. */
  readonly scaleInAfterMinutes: number;
}

/** Why a stream is left as it is. */
export type HoldReason =
  | 'on-target'
  | 'not-active'
  | 'no-data'
  | 'at-maximum'
  | 'waiting-for-window'
  | 'no-calls-left'
  | 'calls-reserved';

/** Why a stream is resized. */
export type ResizeReason = 'load-above-target' | 'load-below-target' | 'below-minimum' | 'above-maximum';

/** What to do; `words` says why, for logs and people. */
export type ResizePlan =
  | { readonly kind: 'hold'; readonly reason: HoldReason; readonly words: string }
  | {
      readonly kind: 'resize';
      readonly from: number;
      readonly to: number;
      readonly reason: ResizeReason;
      readonly words: string;
    }
  | { readonly kind: 'refuse'; readonly reason: 'on-demand'; readonly words: string };

/**
 * Calls that are left of the day's budget.
 */
export function resizesLeft(resizesInLastDay: number): number {
  return Math.max(0, UPDATE_SHARD_COUNT_CALLS_PER_DAY - resizesInLastDay);
}

/**
 * Plans the next shard count of a stream.
 *
 * Every resize it plans is one that UpdateShardCount takes: half to double the open shards, at most 10,000, on an ACTIVE
 * provisioned stream with calls left. More demand never plans fewer shards.
 */
export function planResize(load: StreamLoad, policy: ScalingPolicy): ResizePlan {
  const { openShards: from, recentPercent, windowPercent } = load;
  if (load.mode === 'ON_DEMAND') {
    return {
      kind: 'refuse',
      reason: 'on-demand',
      words: 'an on-demand stream scales by itself; remove the autoscaler',
    };
  }
  if (load.status !== 'ACTIVE') return hold('not-active', `the stream is ${load.status}`);
  if (from < policy.minShards) {
    const wanted = Math.min(shardsFor(load, policy, recentPercent ?? 0), policy.maxShards);
    return spend(
      load,
      Math.max(wanted, policy.minShards),
      'below-minimum',
      `${from} open shards are fewer than the minimum`,
    );
  }
  if (from > policy.maxShards) {
    return save(load, policy.maxShards, 'above-maximum', `${from} open shards are more than the maximum`);
  }
  if (recentPercent === undefined) return hold('no-data', 'no metrics for the last minutes');
  if (recentPercent > policy.targetPercent) return planScaleOut(load, policy, recentPercent);
  return planScaleIn(load, policy, recentPercent, windowPercent);
}

function planScaleOut(load: StreamLoad, policy: ScalingPolicy, percent: number): ResizePlan {
  const to = Math.min(shardsFor(load, policy, percent), policy.maxShards);
  const words = `${percent} % used is above the target of ${policy.targetPercent} %`;
  if (to <= load.openShards) return hold('at-maximum', `${words}, but ${policy.maxShards} shards are the maximum`);
  return spend(load, to, 'load-above-target', words);
}

function planScaleIn(
  load: StreamLoad,
  policy: ScalingPolicy,
  recentPercent: number,
  windowPercent: number | undefined,
): ResizePlan {
  const { openShards: from } = load;
  if (worthwhile(from, load, policy, recentPercent) === undefined) {
    return hold('on-target', `${recentPercent} % used fits the target of ${policy.targetPercent} %`);
  }
  const minutes = policy.scaleInAfterMinutes;
  if (windowPercent === undefined)
    return hold('waiting-for-window', `metrics do not reach back ${minutes} minutes yet`);
  const peak = Math.max(recentPercent, windowPercent);
  const to = worthwhile(from, load, policy, peak);
  if (to === undefined) return hold('waiting-for-window', `${peak} % used within the last ${minutes} minutes`);
  return save(load, to, 'load-below-target', `at most ${peak} % used in the last ${minutes} minutes`);
}

/** The shards to scale in to, or undefined where that saves too little to spend a call on. */
function worthwhile(from: number, load: StreamLoad, policy: ScalingPolicy, percent: number): number | undefined {
  const to = Math.max(shardsFor(load, policy, percent), policy.minShards);
  return (from - to) * 100 >= from * SCALE_IN_MIN_SAVING_PERCENT ? to : undefined;
}

/** Shards that leave the stream at its target under this load. */
function shardsFor(load: StreamLoad, policy: ScalingPolicy, percent: number): number {
  return Math.max(1, Math.ceil((load.openShards * percent) / policy.targetPercent));
}

/** Grows the stream with any call that is left. */
function spend(load: StreamLoad, wanted: number, reason: ResizeReason, words: string): ResizePlan {
  if (resizesLeft(load.resizesInLastDay) === 0) {
    return hold('no-calls-left', `${words}, but the day's ${UPDATE_SHARD_COUNT_CALLS_PER_DAY} calls are used up`);
  }
  return resize(load.openShards, wanted, reason, words);
}

/** Shrinks the stream only with calls that growing does not need. */
function save(load: StreamLoad, wanted: number, reason: ResizeReason, words: string): ResizePlan {
  const left = resizesLeft(load.resizesInLastDay);
  if (left <= CALLS_KEPT_FOR_SCALE_OUT)
    return hold('calls-reserved', `${words}, but the ${left} calls left are kept for scaling out`);
  return resize(load.openShards, wanted, reason, words);
}

function resize(from: number, wanted: number, reason: ResizeReason, words: string): ResizePlan {
  const most = Math.min(from * UPDATE_SHARD_COUNT_MAX_FACTOR, UPDATE_SHARD_COUNT_MAX_SHARDS);
  const least = Math.ceil(from / UPDATE_SHARD_COUNT_MAX_FACTOR);
  const to = Math.max(least, Math.min(most, wanted));
  if (to === from) return hold('on-target', words);
  return { kind: 'resize', from, to, reason, words };
}

function hold(reason: HoldReason, words: string): ResizePlan {
  return { kind: 'hold', reason, words };
}
