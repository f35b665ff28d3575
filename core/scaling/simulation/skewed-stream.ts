// A stream whose keys are uneven: every shard takes at most one MiB/s of its own part. Actions and limits are those of the
// even model; single shards can be split and joined by id.
import { METRIC_PERIOD_MS, UPDATE_SHARD_COUNT_CALLS_PER_DAY, UPDATE_SHARD_COUNT_MAX_FACTOR } from '../../limits.js';
import type { PlanAction } from '../planner/action.js';
import type { SkewedKeys } from './skewed-keys.js';

export interface SkewedShard {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  /** Share of the load that its keys have. */
  share: number;
}

interface Running {
  readonly startMs: number;
  readonly endMs: number;
  /** Layout before, and after each step of it; an even reshard has one step at its end. */
  readonly before: readonly SkewedShard[];
  readonly after: readonly SkewedShard[];
}

export class SkewedStream {
  readonly keys: SkewedKeys;
  shards: readonly SkewedShard[];
  private readonly stepMs: number;
  private running: Running | undefined;
  private made = 0;
  private readonly callMinutes: number[] = [];
  refused = 0;

  constructor(keys: SkewedKeys, count: number, stepMs: number) {
    this.keys = keys;
    this.stepMs = stepMs;
    this.shards = this.even(count);
  }

  get updating(): boolean {
    return this.running !== undefined;
  }

  callsLast24h(minute: number): number {
    return this.callMinutes.filter((called) => called > minute - 1_440).length;
  }

  /** Brings the stream to the start of a minute. */
  advance(minute: number): void {
    if (this.keys.moveTo(minute)) this.weigh();
    if (this.running === undefined || this.running.endMs > minute * METRIC_PERIOD_MS) return;
    this.shards = this.running.after;
    this.running = undefined;
  }

  /** Accepted part of a load over a minute, and the shards it is billed for. */
  take(minute: number, load: number): { readonly accepted: number; readonly shards: number } {
    const running = this.running;
    if (running === undefined) return { accepted: acceptedOf(this.shards, load), shards: this.shards.length };
    const { startMs, endMs, before, after } = running;
    const progress = Math.min(1, ((minute + 0.5) * METRIC_PERIOD_MS - startMs) / (endMs - startMs));
    const mixed = (one: number, other: number) => one * (1 - progress) + other * progress;
    return {
      accepted: mixed(acceptedOf(before, load), acceptedOf(after, load)),
      shards: mixed(before.length, after.length),
    };
  }

  act(minute: number, action: PlanAction): void {
    if (action.action === 'hold') return;
    const after = this.running === undefined ? this.layoutAfter(minute, action) : undefined;
    if (after === undefined) {
      this.refused += 1;
      return;
    }
    if (action.action === 'updateShardCount') this.callMinutes.push(minute);
    const operations = Math.abs(after.length - this.shards.length);
    const startMs = minute * METRIC_PERIOD_MS;
    this.running = { startMs, endMs: startMs + operations * this.stepMs, before: this.shards, after };
  }

  private layoutAfter(
    minute: number,
    action: Exclude<PlanAction, { action: 'hold' }>,
  ): readonly SkewedShard[] | undefined {
    const count = this.shards.length;
    if (action.action === 'updateShardCount') {
      const factor = UPDATE_SHARD_COUNT_MAX_FACTOR;
      const reachable = action.target <= count * factor && action.target * factor >= count && action.target !== count;
      if (!reachable || this.callsLast24h(minute) >= UPDATE_SHARD_COUNT_CALLS_PER_DAY) return undefined;
      return this.even(action.target);
    }
    if (action.action === 'split') {
      const named = new Set(action.shards ?? this.widest(action.count));
      return this.shards.flatMap((shard) => (named.has(shard.id) ? this.halves(shard) : [shard]));
    }
    const pairs = action.pairs ?? this.neighbours(action.count);
    return this.joined(new Map(pairs));
  }

  private joined(pairs: ReadonlyMap<string, string>): readonly SkewedShard[] | undefined {
    const after: SkewedShard[] = [];
    for (let at = 0; at < this.shards.length; at += 1) {
      const shard = this.shards[at]!;
      const next = this.shards[at + 1];
      const partner = pairs.get(shard.id);
      if (partner !== undefined && partner !== next?.id) return undefined;
      if (partner === undefined) after.push(shard);
      else {
        after.push(this.make(shard.start, next!.end));
        at += 1;
      }
    }
    return after;
  }

  private widest(count: number): readonly string[] {
    const byWidth = [...this.shards].sort((one, other) => other.end - other.start - (one.end - one.start));
    return byWidth.slice(0, count).map(({ id }) => id);
  }

  private neighbours(count: number): readonly (readonly [string, string])[] {
    return Array.from(
      { length: count },
      (_, pair) => [this.shards[pair * 2]!.id, this.shards[pair * 2 + 1]!.id] as const,
    );
  }

  private halves({ start, end }: SkewedShard): readonly SkewedShard[] {
    const middle = (start + end) / 2;
    return [this.make(start, middle), this.make(middle, end)];
  }

  private even(count: number): readonly SkewedShard[] {
    return Array.from({ length: count }, (_, at) => this.make(at / count, (at + 1) / count));
  }

  private make(start: number, end: number): SkewedShard {
    this.made += 1;
    return { id: `shardId-${String(this.made).padStart(12, '0')}`, start, end, share: this.keys.shareOf(start, end) };
  }

  private weigh(): void {
    const { before = [], after = [] } = this.running ?? {};
    for (const shard of new Set([...this.shards, ...before, ...after])) {
      shard.share = this.keys.shareOf(shard.start, shard.end);
    }
  }
}

function acceptedOf(shards: readonly SkewedShard[], load: number): number {
  let accepted = 0;
  for (const { share } of shards) accepted += Math.min(load * share, 1);
  return accepted;
}
