/** A reader of a stream as the totals and the live view see it: a mapping or a delivery. */
export interface LabConsumer {
  /** Beginning of the construct path. */
  readonly name: string;
  readonly streamName: string;
  readonly processed: number;
  /** Distinct records in failure storage. */
  readonly failed: number;
  /** Records of the stream behind its checkpoints, counted by the engine. */
  countUnread(): Promise<number>;
  /** Records of the stream that were unread when the lab began, from a run before it. */
  readonly carriedOver: number;
  /** Records that were read and wait for a full buffer. */
  readonly pending: number;
  /** Hands over what waits for a full buffer. */
  flush(): Promise<void>;
  /** Stops reading; what is under way ends within `limitMs` of wall time, or stays unread. */
  stop(limitMs: number): Promise<void>;
}

/** Shortest beginnings of construct paths, all of the same depth, that tell the paths apart. */
export function nameByPath(paths: readonly string[]): string[] {
  const deepest = Math.max(1, ...paths.map((path) => path.split('/').length));
  for (let depth = 1; ; depth += 1) {
    const names = paths.map((path) => path.split('/').slice(0, depth).join('/'));
    if (depth >= deepest || new Set(names).size === names.length) return names;
  }
}
