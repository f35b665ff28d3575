import type { KeptPosition, ReaderPositions } from '../../local/data-dir/kept-positions.js';

export interface MemoryPositions extends ReaderPositions {
  /** What a lab that starts now, after a kill, would find. */
  snapshot(): MemoryPositions;
}

/** Positions as a file would keep them: text in, text out. */
export function memoryPositions(kept: ReadonlyMap<string, string> = new Map()): MemoryPositions {
  const entries = new Map(kept);
  return {
    isNew: kept.size === 0,
    get: (shardId) => {
      const text = entries.get(shardId);
      return text === undefined ? undefined : (JSON.parse(text) as KeptPosition);
    },
    set: (shardId, position) => void entries.set(shardId, JSON.stringify(position)),
    keepOnly(shardIds) {
      for (const shardId of entries.keys()) if (!shardIds.has(shardId)) entries.delete(shardId);
    },
    snapshot: () => memoryPositions(entries),
  };
}
