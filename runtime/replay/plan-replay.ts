// Which shards a replay reads and in which order: what a reshard has closed comes before what it has opened, so that each
// key is replayed in its order.
import { ARRIVAL_SLACK_MS, type ReplayRange } from './replay-range.js';

/** A shard, as a listing tells of it. */
export interface LineageShard {
  readonly shardId: string;
  /** One after a split, two after a merge, none of a shard that the stream began with. */
  readonly parentIds: readonly string[];
}

/** Where reading a shard starts. */
export type ReplayStart =
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'at'; readonly sequenceNumber: string }
  | { readonly kind: 'after'; readonly sequenceNumber: string };

/** One shard to replay. */
export interface ShardTask {
  readonly shardId: string;
  /** Shards whose replay must have ended before. */
  readonly after: readonly string[];
  readonly start: ReplayStart;
}

/** How far a replay has come with a shard. */
export interface ShardProgress {
  /**
   * The last record of the stream that has been delivered.
   *
   * @default - none has been
   */
  readonly after?: string;
  /**
   * When that one arrived.
   *
   * @default - none has been delivered
   */
  readonly afterMs?: number;
  /** Whether nothing of the range is left in the shard. */
  readonly done: boolean;
}

/**
 * Plans what is left to replay, parents before their children.
 *
 * `shards` are all that may hold records of the range. A parent that is not among them has nothing of it, and one that is
 * done is not waited for.
 */
export function planReplay(
  shards: readonly LineageShard[],
  range: ReplayRange,
  progress: Readonly<Record<string, ShardProgress>> = {},
): ShardTask[] {
  const wanted = range.kind === 'time' ? shards : shards.filter(({ shardId }) => shardId === range.shardId);
  const open = new Map(wanted.filter(({ shardId }) => !progress[shardId]?.done).map((shard) => [shard.shardId, shard]));
  const planned = new Map<string, ShardTask>();
  const add = ({ shardId, parentIds }: LineageShard) => {
    if (planned.has(shardId)) return;
    const after = parentIds.filter((parent) => open.has(parent));
    for (const parent of after) add(open.get(parent)!);
    planned.set(shardId, { shardId, after, start: startOf(range, progress[shardId]?.after) });
  };
  for (const shard of [...open.values()].sort(byId)) add(shard);
  return [...planned.values()];
}

function startOf(range: ReplayRange, after: string | undefined): ReplayStart {
  if (after !== undefined) return { kind: 'after', sequenceNumber: after };
  if (range.kind === 'sequence') return { kind: 'at', sequenceNumber: range.first };
  return { kind: 'time', atMs: range.fromMs - ARRIVAL_SLACK_MS };
}

function byId(a: LineageShard, b: LineageShard): number {
  return a.shardId < b.shardId ? -1 : 1;
}
