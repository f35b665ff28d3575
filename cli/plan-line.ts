// One line in, one line out: the planner behind `kinesis-platform plan --stdio`.
import { planStep } from '../core/scaling/planner/plan-step.js';
import type { PlannerSettings } from '../core/scaling/planner/settings.js';
import { INITIAL_STATE, type PlannerState } from '../core/scaling/planner/state.js';
import type { ShardMinute, StreamMinute } from '../core/scaling/planner/stream-minute.js';

/** Answers a line with an action as JSON; `error` says what is wrong with a line that is answered with hold. */
export interface Answer {
  readonly line: string;
  readonly error?: string;
}

/** Makes a planner whose state lives as long as the caller keeps it. */
export function linePlanner(settings: PlannerSettings): (line: string) => Answer {
  let state: PlannerState = INITIAL_STATE;
  return (line) => {
    const read = parseLine(line);
    if ('error' in read) return { line: JSON.stringify({ action: 'hold' }), error: read.error };
    const step = planStep(state, read.seen, settings);
    state = step.state;
    return { line: JSON.stringify(step.plan.action) };
  };
}

type Parsed = { readonly seen: StreamMinute } | { readonly error: string };

function parseLine(line: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: `a line must be a JSON object, got '${line.slice(0, 80)}'; send one object a line` };
  }
  if (!isObject(value))
    return { error: `a line must be a JSON object, got '${line.slice(0, 80)}'; send one object a line` };
  const { minute, openShards, status, callsLast24h, metrics, shards } = value;
  if (!isCount(minute, 0)) return wrong('minute', 'an integer of at least 0', minute);
  if (!isCount(openShards, 1)) return wrong('openShards', 'an integer of at least 1', openShards);
  if (status !== 'ACTIVE' && status !== 'UPDATING') return wrong('status', 'ACTIVE or UPDATING', status);
  if (!isCount(callsLast24h, 0)) return wrong('callsLast24h', 'an integer of at least 0', callsLast24h);
  if (metrics === null || metrics === undefined) {
    return { seen: { minute, openShards, status, callsLast24h, metrics: null } };
  }
  if (!isObject(metrics)) return wrong('metrics', 'an object or null', metrics);
  const { incomingBytes, incomingRecords, writeThrottledRecords, metricMinute } = metrics;
  if (!isAmount(incomingBytes)) return wrong('metrics.incomingBytes', 'a number of at least 0', incomingBytes);
  if (!isAmount(incomingRecords)) return wrong('metrics.incomingRecords', 'a number of at least 0', incomingRecords);
  if (!isAmount(writeThrottledRecords)) {
    return wrong('metrics.writeThrottledRecords', 'a number of at least 0', writeThrottledRecords);
  }
  if (!isCount(metricMinute, 0)) return wrong('metrics.metricMinute', 'an integer of at least 0', metricMinute);
  if (shards !== undefined && shards !== null && !areShards(shards)) {
    return wrong('shards', 'a list of {"id":string,"share":number,"throttled":number}', shards);
  }
  return {
    seen: {
      minute,
      openShards,
      status,
      callsLast24h,
      ...(areShards(shards) ? { shards } : {}),
      metrics: { incomingBytes, incomingRecords, writeThrottledRecords, metricMinute },
    },
  };
}

function wrong(field: string, rule: string, got: unknown): Parsed {
  return { error: `'${field}' must be ${rule}, got ${JSON.stringify(got) ?? 'nothing'}; correct it` };
}

function areShards(value: unknown): value is readonly ShardMinute[] {
  return (
    Array.isArray(value) &&
    value.every((shard: unknown) => {
      if (!isObject(shard)) return false;
      return typeof shard.id === 'string' && isAmount(shard.share) && isAmount(shard.throttled);
    })
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
