// A provisioned stream that reshards as the service is assumed to: one action at a time, limits enforced, capacity moving
// while the action runs. Every refusal is counted with its reason, as a caller of the service would get it.
import {
  CALL_BUDGET_WINDOW_MS,
  METRIC_PERIOD_MS,
  UPDATE_SHARD_COUNT_CALLS_PER_DAY,
  UPDATE_SHARD_COUNT_MAX_FACTOR,
  UPDATE_SHARD_COUNT_MAX_SHARDS,
} from '../../limits.js';
import { type Assumptions, reshardOperations } from './assumptions.js';
import type { PolicyAction } from './policy.js';
import {
  acceptedLoad,
  evenCapacity,
  evenLayout,
  mergeNarrowest,
  type ShardLayout,
  splitWidest,
} from './shard-layout.js';

export type Refusal = 'in-use' | 'out-of-budget' | 'out-of-bounds';

interface Resharding {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'even' | 'split' | 'merge';
  readonly from: ShardLayout;
  readonly to: ShardLayout;
  /** Operations of a split or merge round already applied to the layout. */
  done: number;
}

const BUDGET_MINUTES = CALL_BUDGET_WINDOW_MS / METRIC_PERIOD_MS;

export class StreamModel {
  private readonly assumptions: Assumptions;
  private layout: ShardLayout;
  private resharding: Resharding | undefined;
  private readonly callMinutes: number[] = [];
  /** UpdateShardCount calls that the service took. */
  calls = 0;
  /** Single splits and merges, and rounds of them. */
  manualOperations = 0;
  manualRounds = 0;
  readonly refusals: Record<Refusal, number> = { 'in-use': 0, 'out-of-budget': 0, 'out-of-bounds': 0 };

  constructor(assumptions: Assumptions, shards: number) {
    this.assumptions = assumptions;
    this.layout = evenLayout(shards);
  }

  get updating(): boolean {
    return this.resharding !== undefined;
  }

  callsLast24h(minute: number): number {
    let count = 0;
    for (let at = this.callMinutes.length - 1; at >= 0; at -= 1) {
      if (this.callMinutes[at]! <= minute - BUDGET_MINUTES) break;
      count += 1;
    }
    return count;
  }

  /** Brings the stream to the start of a minute. */
  advance(minute: number): void {
    const running = this.resharding;
    if (running === undefined) return;
    const nowMs = minute * METRIC_PERIOD_MS;
    this.applyRound(running, nowMs);
    if (running.endMs > nowMs) return;
    this.layout = running.kind === 'even' ? running.to : this.layout;
    this.resharding = undefined;
  }

  /** Open shards at a moment of the minute (0 to 1 of it). */
  shardsAt(minute: number, part: number): number {
    const running = this.resharding;
    if (running === undefined) return this.layout.count;
    const progress = this.progress(running, (minute + part) * METRIC_PERIOD_MS);
    return running.from.count + (running.to.count - running.from.count) * progress;
  }

  /** How much of the load is accepted at a moment of the minute. */
  acceptedAt(minute: number, part: number, load: number): number {
    const help = this.assumptions.narrowShardsHelp;
    const running = this.resharding;
    if (running === undefined) return acceptedLoad(this.layout, load, help);
    const atMs = (minute + part) * METRIC_PERIOD_MS;
    if (running.kind !== 'even') {
      this.applyRound(running, atMs);
      return acceptedLoad(this.layout, load, help);
    }
    const progress = this.progress(running, atMs);
    const before = acceptedLoad(running.from, load, help);
    const capacity = before < load ? before : Math.max(load, evenCapacity(running.from));
    return Math.min(load, capacity * (1 - progress) + running.to.count * progress);
  }

  /** Takes an action or counts its refusal. */
  act(minute: number, action: PolicyAction): void {
    if (action.action === 'hold') return;
    const refusal = this.refusalOf(minute, action);
    if (refusal !== undefined) {
      this.refusals[refusal] += 1;
      return;
    }
    const from = this.layout.count;
    if (action.action === 'split' || action.action === 'merge') {
      const to = action.action === 'split' ? from + action.count : from - action.count;
      this.startByHand(minute, action.count, action.action, evenLayout(to));
    } else if (action.action === 'reshard') {
      this.startByHand(minute, Math.abs(action.target - from), 'even', evenLayout(action.target));
    } else {
      this.calls += 1;
      this.callMinutes.push(minute);
      const operations = reshardOperations(from, action.target, this.assumptions.reshardModel);
      this.start(minute, operations, 'even', evenLayout(action.target));
    }
  }

  private refusalOf(minute: number, action: Exclude<PolicyAction, { action: 'hold' }>): Refusal | undefined {
    if (this.resharding !== undefined) return 'in-use';
    const from = this.layout.count;
    if (action.action === 'split' || action.action === 'merge') {
      const most = action.action === 'split' ? from : Math.floor(from / 2);
      return isCount(action.count) && action.count <= most ? undefined : 'out-of-bounds';
    }
    const { target } = action;
    if (!isCount(target) || target > UPDATE_SHARD_COUNT_MAX_SHARDS) return 'out-of-bounds';
    if (action.action === 'reshard') return undefined;
    const factor = UPDATE_SHARD_COUNT_MAX_FACTOR;
    if (target > from * factor || target * factor < from) return 'out-of-bounds';
    return this.callsLast24h(minute) < UPDATE_SHARD_COUNT_CALLS_PER_DAY ? undefined : 'out-of-budget';
  }

  private startByHand(minute: number, operations: number, kind: Resharding['kind'], to: ShardLayout): void {
    this.manualOperations += operations;
    this.manualRounds += 1;
    this.start(minute, operations, kind, to);
  }

  private start(minute: number, operations: number, kind: Resharding['kind'], to: ShardLayout): void {
    const startMs = minute * METRIC_PERIOD_MS;
    const endMs = startMs + operations * this.assumptions.reshardStepMs;
    this.resharding = { startMs, endMs, kind, from: this.layout, to, done: 0 };
  }

  private progress({ startMs, endMs }: Resharding, atMs: number): number {
    return endMs === startMs ? 1 : Math.min(1, (atMs - startMs) / (endMs - startMs));
  }

  private applyRound(running: Resharding, atMs: number): void {
    if (running.kind === 'even') return;
    const total = Math.abs(running.to.count - running.from.count);
    const due = Math.floor(this.progress(running, atMs) * total + 1e-9);
    for (; running.done < due; running.done += 1) {
      this.layout = running.kind === 'split' ? splitWidest(this.layout) : mergeNarrowest(this.layout);
    }
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
