import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planResize, type ScalingPolicy, type StreamLoad } from '../../../core/scaling/plan-resize.js';

const somePolicy: fc.Arbitrary<ScalingPolicy> = fc
  .record({
    minShards: fc.integer({ min: 1, max: 200 }),
    spread: fc.integer({ min: 0, max: 9_800 }),
    targetPercent: fc.integer({ min: 1, max: 100 }),
    scaleInAfterMinutes: fc.integer({ min: 1, max: 240 }),
  })
  .map(({ spread, ...policy }) => ({ ...policy, maxShards: policy.minShards + spread }));

const aPercent = fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: undefined });

const someLoad: fc.Arbitrary<StreamLoad> = fc.record({
  mode: fc.constantFrom('PROVISIONED' as const, 'PROVISIONED' as const, 'ON_DEMAND' as const),
  status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'UPDATING'),
  openShards: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 10_000 })),
  recentPercent: aPercent,
  windowPercent: aPercent,
  resizesInLastDay: fc.integer({ min: 0, max: 12 }),
});

const planned = (load: StreamLoad, policy: ScalingPolicy) => {
  const plan = planResize(load, policy);
  return plan.kind === 'resize' ? plan.to : load.openShards;
};

test('every resize is one that UpdateShardCount takes', () => {
  fc.assert(
    fc.property(someLoad, somePolicy, (load, policy) => {
      const plan = planResize(load, policy);
      if (plan.kind !== 'resize') return;
      expect([load.mode, load.status]).toEqual(['PROVISIONED', 'ACTIVE']);
      expect(load.resizesInLastDay).toBeLessThan(10);
      expect(plan.from).toBe(load.openShards);
      expect(Number.isInteger(plan.to)).toBe(true);
      expect(plan.to).not.toBe(plan.from);
      expect(plan.to * 2).toBeGreaterThanOrEqual(plan.from);
      expect(plan.to).toBeLessThanOrEqual(Math.min(plan.from * 2, 10_000));
    }),
    { numRuns: 1_000 },
  );
});

test('no resize leaves the bounds, nor moves away from them', () => {
  fc.assert(
    fc.property(someLoad, somePolicy, (load, policy) => {
      const to = planned(load, policy);
      const beyond = (shards: number) => Math.max(0, policy.minShards - shards, shards - policy.maxShards);
      expect(beyond(to)).toBeLessThanOrEqual(beyond(load.openShards));
    }),
    { numRuns: 1_000 },
  );
});

test('more demand never plans fewer shards', () => {
  fc.assert(
    fc.property(someLoad, somePolicy, fc.nat(500), fc.nat(500), (load, policy, moreNow, moreInWindow) => {
      const { recentPercent = 0, windowPercent = 0 } = load;
      const busy = { ...load, recentPercent, windowPercent };
      const busier = {
        ...busy,
        recentPercent: recentPercent + moreNow,
        windowPercent: windowPercent + moreInWindow,
      };
      expect(planned(busier, policy)).toBeGreaterThanOrEqual(planned(busy, policy));
    }),
    { numRuns: 1_000 },
  );
});

test('under a steady load, scaling ends and does not swing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(20_000), somePolicy, (start, demand, policy) => {
      let openShards = start;
      const directions = new Set<number>();
      for (let step = 0; step < 40; step += 1) {
        const percent = Math.ceil(demand / openShards);
        const load = { mode: 'PROVISIONED', status: 'ACTIVE', resizesInLastDay: 0 } as const;
        const to = planned({ ...load, openShards, recentPercent: percent, windowPercent: percent }, policy);
        if (to === openShards) break;
        directions.add(Math.sign(to - openShards));
        openShards = to;
        expect(step).toBeLessThan(39);
      }
      expect(directions.size).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});
