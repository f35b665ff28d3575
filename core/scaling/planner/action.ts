/** What a planner may ask for in one step. */
export type PlanAction =
  | { readonly action: 'hold' }
  /** Sets the shard count by one UpdateShardCount call: ten a day, half to double. */
  | { readonly action: 'updateShardCount'; readonly target: number }
  /** Halves the `count` widest shards, each once. */
  | { readonly action: 'split'; readonly count: number }
  /** Joins `count` pairs of neighbours, narrowest first. */
  | { readonly action: 'merge'; readonly count: number };
