// Promises of the plan, over any leases and workers: every worker makes it alone, so it must come to rest by itself.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Lease, startableLeases } from '../../../core/leasing/lease.js';
import { planLeases } from '../../../core/leasing/plan-leases.js';
import { weighLeases } from '../../../core/leasing/weigh-leases.js';
import { aLease } from '../../support/a-lease.js';

const HANDOFFS = 4;
const workersOf = (count: number) => Array.from({ length: count }, (_, i) => `worker-${i}`);

/** Carries a plan out, as if every worker did its part at once. */
function apply(leases: readonly Lease[], workers: readonly string[]): { leases: Lease[]; moves: number } {
  const moves = planLeases({ leases, workers, handoffsAtOnce: HANDOFFS });
  const taker = new Map(moves.map(({ lease, to }) => [lease.shardId, to]));
  const next = leases.map((lease) => {
    const owner = taker.get(lease.shardId);
    return owner === undefined ? lease : { ...lease, owner, ownerSwitches: lease.ownerSwitches + 1 };
  });
  return { leases: next, moves: moves.length };
}

function settle(leases: readonly Lease[], workers: readonly string[]): { leases: Lease[]; rounds: number } {
  let state = [...leases];
  for (let rounds = 0; ; rounds += 1) {
    const next = apply(state, workers);
    if (next.moves === 0) return { leases: state, rounds };
    if (rounds > 200) throw new Error('the plan does not come to rest');
    state = next.leases;
  }
}

function loadsOf(leases: readonly Lease[], workers: readonly string[]): number[] {
  const weights = weighLeases(leases);
  return workers.map((id) =>
    leases.filter(({ owner }) => owner === id).reduce((sum, lease) => sum + weights.get(lease)!, 0),
  );
}

const rates = fc.array(fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.constant(undefined)), {
  minLength: 1,
  maxLength: 60,
});
const anyLeases = fc.tuple(rates, fc.array(fc.nat(12), { minLength: 60, maxLength: 60 })).map(([all, owners]) =>
  // Owners beyond the workers there are, are dead.
  all.map((bytesPerSecond, i) => aLease(`shard-${i}`, { bytesPerSecond, owner: `worker-${owners[i]}` })),
);

test('comes to rest, with every lease at one live worker', () => {
  fc.assert(
    fc.property(anyLeases, fc.integer({ min: 1, max: 8 }), (leases, count) => {
      const workers = workersOf(count);
      const settled = settle(leases, workers);
      for (const { owner } of settled.leases) expect(workers).toContain(owner);
    }),
    { numRuns: 200 },
  );
});

test('loads are within 20 % of even where no shard has more than 10 % of a fair share', () => {
  const small = fc.array(fc.integer({ min: 80_000, max: 100_000 }), { minLength: 80, maxLength: 120 });
  fc.assert(
    fc.property(small, fc.integer({ min: 2, max: 8 }), fc.nat(100), (all, count, seed) => {
      const workers = workersOf(count);
      const leases = all.map((bytesPerSecond, i) =>
        aLease(`shard-${i}`, { bytesPerSecond, owner: (i * seed) % 3 === 0 ? 'worker-0' : `worker-${i % 10}` }),
      );
      const loads = loadsOf(settle(leases, workers).leases, workers);
      const even = loads.reduce((a, b) => a + b, 0) / count;
      for (const load of loads) {
        expect(load).toBeGreaterThanOrEqual(even * 0.8);
        expect(load).toBeLessThanOrEqual(even * 1.2);
      }
    }),
    { numRuns: 100 },
  );
});

test('no lease moves twice in a plan, and nobody is asked for more handoffs than allowed', () => {
  fc.assert(
    fc.property(anyLeases, fc.integer({ min: 1, max: 8 }), (leases, count) => {
      const moves = planLeases({ leases, workers: workersOf(count), handoffsAtOnce: HANDOFFS });
      expect(new Set(moves.map(({ lease }) => lease.shardId)).size).toBe(moves.length);
      for (const id of workersOf(count)) {
        expect(moves.filter(({ kind, to }) => kind === 'request' && to === id).length).toBeLessThanOrEqual(HANDOFFS);
      }
    }),
    { numRuns: 200 },
  );
});

test('a child is not planned before all of each parent was handled', () => {
  const lineage = fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat(30), { maxLength: 2 })), {
    minLength: 2,
    maxLength: 30,
  });
  fc.assert(
    fc.property(lineage, (shards) => {
      const leases = shards.map(([isEnded, parents], i) =>
        aLease(`shard-${i}`, { isEnded, parents: parents.filter((p) => p < i).map((p) => `shard-${p}`) }),
      );
      const planned = planLeases({ leases, workers: ['w'], handoffsAtOnce: HANDOFFS }).map(({ lease }) => lease);
      expect(new Set(planned)).toEqual(new Set(startableLeases(leases)));
      for (const { parents } of planned) {
        for (const { shardId, isEnded } of leases) if (parents.includes(shardId)) expect(isEnded).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
