// What the owner of a stream tells the planner.

import { UPDATE_SHARD_COUNT_MAX_SHARDS } from '../../limits.js';
import { SHARD_HOUR_PRICE } from '../../pricing/kinesis-prices.js';

export interface PlannerSettings {
  /**
   * Fewest shards, whatever the load.
   *
   * @default 1
   */
  readonly minShards: number;

  /**
   * Most shards, whatever the load.
   *
   * @default 10000
   */
  readonly maxShards: number;

  /**
   * What a rejected GB costs the owner, in dollars: the weight of throttling against shard-hours.
   *
   * @default 1
   */
  readonly throttledGbPrice: number;

  /**
   * What one shard costs per hour, in dollars, with whatever else is billed per shard-hour: fan-out consumers, retention.
   *
   * @default 0.015
   */
  readonly shardHourPrice: number;
}

export const DEFAULT_SETTINGS: PlannerSettings = {
  minShards: 1,
  maxShards: UPDATE_SHARD_COUNT_MAX_SHARDS,
  throttledGbPrice: 1,
  shardHourPrice: SHARD_HOUR_PRICE,
};
