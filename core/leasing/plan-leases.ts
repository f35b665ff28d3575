// Who reads what. Every worker makes the same plan of the same table and carries out its own part of it: there is no
// leader to lose.
import { type Lease, startableLeases } from './lease.js';
import { weighLeases } from './weigh-leases.js';

export interface LeasePlanInput {
  readonly leases: readonly Lease[];
  /** Workers that are alive. */
  readonly workers: readonly string[];
  /** Handoffs to one worker that may be under way at once. */
  readonly handoffsAtOnce: number;
}

/** A lease that `to` is to take: at once when nobody alive owns it, else from its owner, who finishes first. */
export interface LeaseMove {
  readonly kind: 'claim' | 'request';
  readonly lease: Lease;
  readonly to: string;
}

/** Leases move once a load is this far from even, in parts of the average: what estimates differ by moves nothing. */
const UNEVEN = 0.15;

/** Then they move until loads are this near to even. */
const EVEN_ENOUGH = 0.1;

/** A lease of more than this part of the difference would only change which of the two is the busy one. */
const LARGEST_SHARE = 0.9;

/**
 * Plans which worker takes which lease.
 *
 * Leases without a live owner go to whoever has least, the heaviest first. Then, while loads are apart, a lease goes from
 * one that has more to one that has less, the one that brings the two closest. Each move makes loads less uneven and
 * none is taken back, so plans come to rest.
 */
export function planLeases({ leases, workers, handoffsAtOnce }: LeasePlanInput): LeaseMove[] {
  if (workers.length === 0) return [];
  const startable = startableLeases(leases);
  const weights = weighLeases(startable);
  const loads = new Map(workers.map((id) => [id, { id, load: 0, leases: [] as Lease[], incoming: 0 }]));
  const orphans: Lease[] = [];
  for (const lease of startable) {
    const asked = lease.pendingOwner === undefined ? undefined : loads.get(lease.pendingOwner);
    const owner = lease.owner === undefined ? undefined : loads.get(lease.owner);
    const worker = owner && asked ? asked : owner;
    if (!worker) {
      orphans.push(lease);
      continue;
    }
    worker.load += weights.get(lease)!;
    if (worker === owner) worker.leases.push(lease);
    else worker.incoming += 1;
  }

  const moves: LeaseMove[] = [];
  const workersByLoad = () => [...loads.values()].sort((a, b) => a.load - b.load || (a.id < b.id ? -1 : 1));
  const heaviestFirst = (a: Lease, b: Lease) => weights.get(b)! - weights.get(a)! || (a.shardId < b.shardId ? -1 : 1);
  for (const lease of orphans.sort(heaviestFirst)) {
    const [least] = workersByLoad();
    least!.load += weights.get(lease)!;
    moves.push({ kind: 'claim', lease, to: least!.id });
  }

  const average = [...loads.values()].reduce((sum, { load }) => sum + load, 0) / workers.length;
  if ([...loads.values()].every(({ load }) => Math.abs(load - average) <= average * UNEVEN)) return moves;
  for (;;) {
    const step = nextStep();
    if (!step) return moves;
    const { from, to, lease } = step;
    from.leases.splice(from.leases.indexOf(lease), 1);
    from.load -= weights.get(lease)!;
    to.load += weights.get(lease)!;
    to.incoming += 1;
    moves.push({ kind: 'request', lease, to: to.id });
  }

  function nextStep() {
    const sorted = workersByLoad();
    for (const from of sorted.toReversed()) {
      for (const to of sorted) {
        const isEven = from.load <= average * (1 + EVEN_ENOUGH) && to.load >= average * (1 - EVEN_ENOUGH);
        if (isEven || to.load >= from.load) break;
        if (to.incoming >= handoffsAtOnce) continue;
        const lease = bestLease(from.leases, from.load - to.load);
        if (lease) return { from, to, lease };
      }
    }
    return undefined;
  }

  /** The lease whose move leaves the least difference between the two. */
  function bestLease(candidates: readonly Lease[], difference: number): Lease | undefined {
    const left = (lease: Lease) => Math.abs(difference - 2 * weights.get(lease)!);
    return candidates
      .filter((lease) => weights.get(lease)! <= difference * LARGEST_SHARE)
      .sort((a, b) => left(a) - left(b) || (a.shardId < b.shardId ? -1 : 1))[0];
  }
}
