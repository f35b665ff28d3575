// All that the planner carries from one minute to the next. Plain data: it goes through JSON unchanged.
import { RESHARD_STEP_MS } from '../../limits.js';
import { VIEWS } from './analogs.js';
import { UNKNOWN_RECORD_BYTES } from './demand.js';
import { EMPTY_HISTORY, type History } from './history.js';

export interface PlannerState {
  readonly history: History;
  /** Slot that the newest metrics belong to, its highest demand so far, in shards; -1 before the first. */
  readonly slot: number;
  readonly slotPeak: number;
  /** Newest minute whose metrics were taken in, and its demand and accepted load; -1 before the first. */
  readonly metricMinute: number;
  readonly demand: number;
  readonly accepted: number;
  readonly meanRecordBytes: number;
  /** What following each view would have cost of late, in dollars. */
  readonly viewLosses: readonly number[];
  /** Counts that each view asked for, waiting to be judged. */
  readonly opinions: readonly Opinion[];
  /** Time of one split or merge, as seen on this stream. */
  readonly operationMs: number;
  /** Resharding under way, as far as the planner started it. */
  readonly resharding: Resharding | null;
  /** What the last full plan was made on; nothing new since means the same plan. */
  readonly planned: Planned | null;
  /** Shards and the minute of their last change, and how many minutes of metrics were taken since. */
  readonly shardsBefore: number;
  readonly changedMinute: number;
  readonly steadyMetrics: number;
  /** How much of its capacity the stream can use before a shard throttles; 1 while keys are even. */
  readonly usable: number;
  /** Shards of the last even layout; more are open while hot shards are split. */
  readonly evenShards: number;
  /** Minute of the last round on single shards, and rounds of splits in a row. */
  readonly splitMinute: number;
  readonly hotRounds: number;
  /** Run of growth without effect, watched by the brake. */
  readonly growth: Growth | null;
}

export interface Opinion {
  readonly slot: number;
  readonly counts: readonly number[];
}

export interface Resharding {
  readonly from: number;
  readonly to: number;
  readonly sinceMinute: number;
}

export interface Planned {
  readonly slot: number;
  readonly demandLevel: number;
}

/** Where a run of scale-outs began. */
export interface Growth {
  readonly shards: number;
  readonly accepted: number;
  readonly lastMinute: number;
}

export const INITIAL_STATE: PlannerState = {
  history: EMPTY_HISTORY,
  slot: -1,
  slotPeak: 0,
  metricMinute: -1,
  demand: 0,
  accepted: 0,
  meanRecordBytes: UNKNOWN_RECORD_BYTES,
  viewLosses: VIEWS.map(() => 0),
  opinions: [],
  operationMs: RESHARD_STEP_MS,
  resharding: null,
  planned: null,
  shardsBefore: 0,
  changedMinute: 0,
  steadyMetrics: 0,
  usable: 1,
  evenShards: 0,
  splitMinute: Number.MIN_SAFE_INTEGER,
  hotRounds: 0,
  growth: null,
};
