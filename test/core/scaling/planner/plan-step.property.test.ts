import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planStep } from '../../../../core/scaling/planner/plan-step.js';
import { DEFAULT_SETTINGS } from '../../../../core/scaling/planner/settings.js';
import { DEFAULT_ASSUMPTIONS } from '../../../../core/scaling/simulation/assumptions.js';
import { planner } from '../../../../core/scaling/simulation/policies/planner.js';
import { simulate } from '../../../../core/scaling/simulation/simulate.js';
import { aSeasonedState, aStreamMinute } from '../../../support/stream-minutes.js';

const wave = (minute: number) => 12 + 10 * Math.sin((minute / 1_440) * 2 * Math.PI) + (minute % 97 === 0 ? 15 : 0);
const states = [aSeasonedState(0.01, () => 3), aSeasonedState(1, wave), aSeasonedState(2, wave)];

/** A load that jumps to a new level every so often, from nothing to 60 shards. */
const jumpyLoad = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.double({ min: 0, max: 60, noNaN: true })), {
    minLength: 4,
    maxLength: 16,
  })
  .map((pieces) => Float64Array.from(pieces.flatMap(([minutes, level]) => new Array<number>(minutes).fill(level))));

test('plans no call that the service would refuse, and never overruns the budget', () => {
  fc.assert(
    fc.property(
      jumpyLoad,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 8, max: 200 }),
      (load, minShards, maxShards) => {
        const policy = planner({ minShards, maxShards });
        const { refusals } = simulate({ name: 'jumpy', load }, policy, DEFAULT_ASSUMPTIONS);
        expect(refusals).toEqual({ 'in-use': 0, 'out-of-budget': 0, 'out-of-bounds': 0 });
      },
    ),
    { numRuns: 6 },
  );
});

test('every plan is a call within half to double, the bounds and the budget, whatever is seen', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...states),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 12 }),
      fc.double({ min: 0, max: 20_000, noNaN: true }),
      (state, openShards, callsLast24h, demand) => {
        const rejected = Math.max(0, demand - openShards);
        const seen = aStreamMinute({ minute: 2_890, openShards, callsLast24h, demand, rejected });
        const { action } = planStep(state, seen).plan;
        if (action.action === 'hold') return;
        if (action.action === 'split') expect(action.count).toBe(openShards);
        else if (action.action === 'merge') expect(action.count * 2).toBe(openShards);
        else {
          expect(callsLast24h).toBeLessThan(10);
          expect(Number.isInteger(action.target)).toBe(true);
          expect(action.target).toBeGreaterThanOrEqual(openShards / 2);
          expect(action.target).toBeLessThanOrEqual(Math.min(openShards * 2, DEFAULT_SETTINGS.maxShards));
          expect(action.target).not.toBe(openShards);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('more demand never plans fewer shards, all else equal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...states),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0, max: 80, noNaN: true }),
      fc.double({ min: 0, max: 80, noNaN: true }),
      (state, openShards, callsLast24h, one, other) => {
        const planned = (demand: number) => {
          const rejected = Math.max(0, demand - openShards);
          const seen = aStreamMinute({ minute: 2_890, openShards, callsLast24h, demand, rejected });
          const { action } = planStep(state, seen).plan;
          if (action.action === 'updateShardCount') return action.target;
          if (action.action === 'split') return openShards + action.count;
          return action.action === 'merge' ? openShards - action.count : openShards;
        };
        expect(planned(Math.max(one, other))).toBeGreaterThanOrEqual(planned(Math.min(one, other)));
      },
    ),
    { numRuns: 30 },
  );
});
