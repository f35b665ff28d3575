// How far a reader has come in each shard of its stream, for the run after this one. A position is written when its
// records have had their effect, so what a kill cuts off is read again: at least once, as the service has it.
import type { KeptCheckpoint } from '../event-sources/shard-checkpoint.js';
import type { KeptWindow } from '../event-sources/tumbling-window.js';
import type { KeptEntries } from './kept-entries.js';

/** One shard of one reader. */
export interface KeptPosition extends KeptCheckpoint {
  /** Lab time from which records count, where the reader began at the latest one or at a time. */
  readonly fromMs?: number | undefined;
  /** Open windows by lane. */
  readonly windows?: readonly (KeptWindow | null)[];
  /** The shard had ended and everything of it was done, or was passed over at the start. */
  readonly done?: boolean;
}

/** Positions of one reader. */
export interface ReaderPositions {
  /** Whether the reader has none yet: it begins where the template says. */
  readonly isNew: boolean;
  get(shardId: string): KeptPosition | undefined;
  set(shardId: string, position: KeptPosition): void;
  /** Forgets shards that the stream has forgotten. */
  keepOnly(shardIds: ReadonlySet<string>): void;
}

/**
 * Positions of the reader that `identity` stands for: whatever a change of the template would make a new one by, and the
 * creation of its stream, as the names of shards come again.
 */
export function readerPositions(entries: KeptEntries<KeptPosition>, identity: readonly unknown[]): ReaderPositions {
  const prefix = `${JSON.stringify(identity)} `;
  const keys = () => [...entries.keys()].filter((key) => key.startsWith(prefix));
  return {
    isNew: keys().length === 0,
    get: (shardId) => entries.get(prefix + shardId),
    set: (shardId, position) => entries.set(prefix + shardId, position),
    keepOnly(shardIds) {
      for (const key of keys()) if (!shardIds.has(key.slice(prefix.length))) entries.delete(key);
    },
  };
}
