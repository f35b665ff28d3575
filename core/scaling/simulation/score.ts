// What a run is worth: throttling, cost, and both in one figure.
import {
  ADVANTAGE_GB_IN_PRICE,
  ADVANTAGE_GB_OUT_PRICE,
  ON_DEMAND_GB_IN_PRICE,
  ON_DEMAND_GB_OUT_PRICE,
  ON_DEMAND_STREAM_HOUR_PRICE,
  PUT_UNIT_BYTES,
  PUT_UNITS_MILLION_PRICE,
  SHARD_HOUR_PRICE,
} from '../../pricing/kinesis-prices.js';
import type { Outcome } from './simulate.js';
import { MINUTES_PER_DAY, RECORD_BYTES, SHARD_MINUTE_BYTES, SHARD_MINUTE_GIB } from './trace.js';

/** Sums over one run or many, from which every figure follows. */
export interface Tally {
  readonly runs: number;
  readonly days: number;
  readonly offeredGib: number;
  readonly rejectedGib: number;
  /** Throttled share of each run, added up. */
  readonly throttledShares: number;
  readonly throttledMinutes: number;
  readonly shardHours: number;
  readonly oracleShardHours: number;
  readonly calls: number;
  readonly manualRounds: number;
  /** Refusals: for lack of budget, and for any reason. */
  readonly outOfBudget: number;
  readonly refused: number;
  /** What capacity costs: shard-hours, or the on-demand bill. */
  readonly capacityDollars: number;
  readonly putDollars: number;
}

export interface Score {
  /** Throttled share of the volume, percent, and its mean over the runs. */
  readonly throttledVolume: number;
  readonly throttledMean: number;
  readonly minutesPerDay: number;
  readonly xOracle: number;
  readonly callsPerDay: number;
  readonly roundsPerDay: number;
  readonly dollarsPerDay: number;
  /** Daily cost of capacity and a price on each throttled GB. */
  readonly j: number;
  readonly refused: number;
}

export function tally(outcome: Outcome, oracleShardMinutes: number): Tally {
  const { offered, rejected, refusals } = outcome;
  const acceptedBytes = (offered - rejected) * SHARD_MINUTE_BYTES;
  return {
    runs: 1,
    days: outcome.minutes / MINUTES_PER_DAY,
    offeredGib: offered * SHARD_MINUTE_GIB,
    rejectedGib: rejected * SHARD_MINUTE_GIB,
    throttledShares: offered > 0 ? rejected / offered : 0,
    throttledMinutes: outcome.throttledMinutes,
    shardHours: outcome.shardMinutes / 60,
    oracleShardHours: oracleShardMinutes / 60,
    calls: outcome.calls,
    manualRounds: outcome.manualRounds,
    outOfBudget: refusals['out-of-budget'],
    refused: refusals['out-of-budget'] + refusals['out-of-bounds'] + refusals['in-use'],
    capacityDollars: capacityCost(outcome),
    putDollars: outcome.billing === 'shard-hours' ? putCost(acceptedBytes) : 0,
  };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const [first, ...rest] = tallies;
  if (first === undefined) throw new RangeError("'tallies' must not be empty, got none; add a run");
  const sum: Record<string, number> = { ...first };
  for (const other of rest) for (const [key, value] of Object.entries(other)) sum[key]! += value;
  return sum as unknown as Tally;
}

export function scoreOf(sum: Tally, throttledGbPrice = 1): Score {
  const { days, offeredGib, rejectedGib } = sum;
  return {
    throttledVolume: offeredGib > 0 ? (rejectedGib / offeredGib) * 100 : 0,
    throttledMean: (sum.throttledShares / sum.runs) * 100,
    minutesPerDay: sum.throttledMinutes / days,
    xOracle: sum.shardHours / sum.oracleShardHours,
    callsPerDay: sum.calls / days,
    roundsPerDay: sum.manualRounds / days,
    dollarsPerDay: (sum.capacityDollars + sum.putDollars) / days,
    j: (sum.capacityDollars + rejectedGib * throttledGbPrice) / days,
    refused: sum.refused,
  };
}

function capacityCost({ billing, minutes, shardMinutes, offered, rejected }: Outcome): number {
  const gib = (offered - rejected) * SHARD_MINUTE_GIB;
  if (billing === 'shard-hours') return (shardMinutes / 60) * SHARD_HOUR_PRICE;
  if (billing === 'on-demand-advantage') return gib * (ADVANTAGE_GB_IN_PRICE + ADVANTAGE_GB_OUT_PRICE);
  return (minutes / 60) * ON_DEMAND_STREAM_HOUR_PRICE + gib * (ON_DEMAND_GB_IN_PRICE + ON_DEMAND_GB_OUT_PRICE);
}

function putCost(bytes: number): number {
  const unitsPerRecord = Math.ceil(RECORD_BYTES / PUT_UNIT_BYTES);
  return ((bytes / RECORD_BYTES) * unitsPerRecord * PUT_UNITS_MILLION_PRICE) / 1_000_000;
}
