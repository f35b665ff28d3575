import { describe, expect, test } from '@jest/globals';
import { planStep } from '../../../../core/scaling/planner/plan-step.js';
import { DEFAULT_SETTINGS } from '../../../../core/scaling/planner/settings.js';
import { INITIAL_STATE } from '../../../../core/scaling/planner/state.js';
import type { StreamMinute } from '../../../../core/scaling/planner/stream-minute.js';
import { aSeasonedState, aStreamMinute } from '../../../support/stream-minutes.js';

const DAY = 1_440;
const AT = 2 * DAY;

const flat = aSeasonedState(2, () => 10);
const officeHours = aSeasonedState(2, (minute) => (minute % DAY >= 540 && minute % DAY < 1_080 ? 20 : 4));

const plan = (state: typeof flat, seen: StreamMinute, settings = {}) =>
  planStep(state, seen, { ...DEFAULT_SETTINGS, ...settings }).plan;

describe('a step of the planner', () => {
  test('holds while the stream is being resharded', () => {
    const { action, reason } = plan(flat, aStreamMinute({ minute: AT, status: 'UPDATING', demand: 30 }));
    expect(action).toEqual({ action: 'hold' });
    expect(reason).toBe('the stream is being resharded');
  });

  test('holds without metrics', () => {
    expect(plan(INITIAL_STATE, aStreamMinute({ minute: 1, metrics: null })).action).toEqual({ action: 'hold' });
  });

  test('brings a stream back inside its bounds, as far as one call goes', () => {
    const seen = aStreamMinute({ minute: AT, openShards: 4, demand: 1 });
    expect(plan(flat, seen, { minShards: 12 }).action).toEqual({ action: 'updateShardCount', target: 8 });
    expect(plan(flat, seen, { maxShards: 3 }).action).toEqual({ action: 'updateShardCount', target: 3 });
  });

  test('counts rejected records as demand', () => {
    const { action } = plan(flat, aStreamMinute({ minute: AT, openShards: 10, demand: 18, rejected: 8 }));
    expect(action).toMatchObject({ action: 'updateShardCount' });
    expect((action as { target: number }).target).toBeGreaterThanOrEqual(18);
  });

  test('grows before a rise that comes every day', () => {
    // Half past eight: demand is still 4, and was 20 from nine on each day.
    const seen = aStreamMinute({ minute: AT + 530, openShards: 6, demand: 4 });
    const before = aSeasonedState(2 + 527 / DAY, (minute) => (minute % DAY >= 540 && minute % DAY < 1_080 ? 20 : 4));
    expect(plan(before, seen).action).toMatchObject({ action: 'updateShardCount' });
  });

  test('needs little headroom on a stream that never moved', () => {
    const { action } = plan(flat, aStreamMinute({ minute: AT, openShards: 20, demand: 10 }));
    expect(action).toMatchObject({ target: expect.any(Number) });
    expect((action as { target: number }).target).toBeLessThanOrEqual(13);
  });

  test('holds scaling in while consumers are behind', () => {
    const seen = aStreamMinute({ minute: AT, openShards: 40, demand: 10 });
    expect(plan(flat, seen).action).not.toEqual({ action: 'hold' });
    const behind = plan(flat, { ...seen, iteratorAgeMs: 3_600_000 });
    expect(behind.action).toEqual({ action: 'hold' });
    expect(behind.reason).toContain('consumers are behind');
  });

  test('keeps the last calls for growth, and shrinks by merges meanwhile', () => {
    const seen = aStreamMinute({ minute: AT, demand: 10, callsLast24h: 9 });
    expect(plan(flat, { ...seen, openShards: 15 }).action).toEqual({ action: 'hold' });
    expect(plan(flat, { ...seen, openShards: 32 }).action).toEqual({ action: 'merge', count: 16 });
  });

  test('doubles by splits when no calls are left', () => {
    const seen = aStreamMinute({ minute: AT, openShards: 10, demand: 18, rejected: 8, callsLast24h: 10 });
    expect(plan(flat, seen).action).toEqual({ action: 'split', count: 10 });
  });

  test('pays for fewer shards when throttling costs little', () => {
    const seen = aStreamMinute({ minute: AT, openShards: 16, demand: 4 });
    const target = (throttledGbPrice: number) => {
      const { action } = plan(officeHours, seen, { throttledGbPrice });
      return action.action === 'hold'
        ? 16
        : action.action === 'merge'
          ? 16 - action.count
          : (action as { target: number }).target;
    };
    expect(target(0.0001)).toBeLessThan(target(100));
  });

  test('stops growing when more shards take in no more', () => {
    // A single hot key: four shards' worth are rejected however many shards there are.
    let state = aSeasonedState(1, () => 2);
    let openShards = 2;
    const reasons: string[] = [];
    for (let minute = DAY; minute < DAY + 120; minute += 1) {
      const seen = aStreamMinute({ minute, openShards, demand: openShards * 1.5 + 2, rejected: openShards * 1.5 });
      const step = planStep(state, seen);
      state = step.state;
      const { action } = step.plan;
      if (action.action === 'updateShardCount') openShards = action.target;
      reasons.push(step.plan.reason);
    }
    expect(openShards).toBeLessThanOrEqual(16);
    expect(reasons.some((reason) => reason.includes('a hot key or retries'))).toBe(true);
  });

  test('goes through JSON unchanged and leaves the state before it alone', () => {
    const before = JSON.stringify(flat);
    const seen = aStreamMinute({ minute: AT, openShards: 10, demand: 18, rejected: 8 });
    const direct = planStep(flat, seen);
    const thawed = planStep(JSON.parse(before), seen);
    expect(thawed.plan).toEqual(direct.plan);
    expect(JSON.stringify(thawed.state)).toBe(JSON.stringify(direct.state));
    expect(JSON.stringify(flat)).toBe(before);
  });
});
