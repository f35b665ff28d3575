// How far a replay has come: what it needs to go on after a stop, and the counts so far.
import type { ShardProgress } from './plan-replay.js';
import type { ReplayRange } from './replay-range.js';

/** User records: `read = replayed + filtered + failed`. */
export interface ReplayTotals {
  /** In the range. */
  readonly read: number;
  /** Took effect at the target; counted only in a dry run. */
  readonly replayed: number;
  /** Of other keys than those asked for. */
  readonly filtered: number;
  /** Given up by the target, or not to be read out of a damaged aggregated record. */
  readonly failed: number;
}

/** What one replay is, and where it stands. */
export interface ReplayProgress {
  readonly version: 1;
  /** Marks what it replays. */
  readonly replayId: string;
  readonly streamName: string;
  /** Where it replays to, for people and to be compared: `stream:NAME`, `function:NAME` or `none`. */
  readonly target: string;
  readonly range: ReplayRange;
  /** Partition keys that are replayed; none means all. */
  readonly keys: readonly string[];
  readonly shards: Readonly<Record<string, ShardProgress>>;
  readonly totals: ReplayTotals;
  readonly ended: boolean;
}

/** What a replay is to do. */
export type ReplayRequest = Pick<ReplayProgress, 'replayId' | 'streamName' | 'target' | 'range' | 'keys'>;

const NOTHING: ReplayTotals = { read: 0, replayed: 0, filtered: 0, failed: 0 };

export function beginReplay(request: ReplayRequest): ReplayProgress {
  return { version: 1, ...request, shards: {}, totals: NOTHING, ended: false };
}

/** Parses kept progress; undefined when the text is none. */
export function parseProgress(text: string): ReplayProgress | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const progress = value as Partial<ReplayProgress> | null;
  const isOne =
    progress?.version === 1 &&
    typeof progress.replayId === 'string' &&
    typeof progress.range === 'object' &&
    typeof progress.shards === 'object' &&
    typeof progress.totals === 'object' &&
    Array.isArray(progress.keys);
  return isOne ? (progress as ReplayProgress) : undefined;
}

export function addTotals(a: ReplayTotals, b: Partial<ReplayTotals>): ReplayTotals {
  return {
    read: a.read + (b.read ?? 0),
    replayed: a.replayed + (b.replayed ?? 0),
    filtered: a.filtered + (b.filtered ?? 0),
    failed: a.failed + (b.failed ?? 0),
  };
}
