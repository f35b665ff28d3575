/** What a planner may ask for in one step. */
export type PlanAction =
  | { readonly action: 'hold' }
  /** Sets the shard count by one UpdateShardCount call: ten a day, half to double. */
  | { readonly action: 'updateShardCount'; readonly target: number }
  /** Halves the `count` widest shards, each once; or those named. */
  | { readonly action: 'split'; readonly count: number; readonly shards?: readonly string[] }
  /** Joins `count` pairs of neighbours, narrowest first; or those named. */
  | { readonly action: 'merge'; readonly count: number; readonly pairs?: readonly (readonly [string, string])[] };
