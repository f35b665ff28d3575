// One worker of an application: gives a sign of life, looks at the table, and does its part of the plan, round by round.
import { randomUUID } from 'node:crypto';
import type { Lease } from '../../core/leasing/lease.js';
import { startableLeases } from '../../core/leasing/lease.js';
import { liveWorkers, observeHeartbeats, type Sightings } from '../../core/leasing/live-workers.js';
import { type LeaseMove, planLeases } from '../../core/leasing/plan-leases.js';
import { planShardSync } from '../../core/leasing/plan-shard-sync.js';
import { errorName } from '../telemetry/error-name.js';
import { HeldLeases } from './held-leases.js';
import type { Application, WorkerPorts } from './ports.js';
import type { WorkerMetrics } from './worker-events.js';
import { resolveWorkerSettings, type WorkerSettings } from './worker-options.js';
import { emitter, type WorkerParts, zeroCounts } from './worker-parts.js';

/** Signs of life in the time that a lease lasts. */
const ROUNDS_PER_LEASE = 4;

/** A round comes up to this part of its time early or late, so that workers do not move in step. */
const JITTER = 0.1;

/** Leases' lengths after which the last sign of a worker that is gone is swept away. */
const FORGET_AFTER_LEASES = 6;

/** A running worker. */
export interface Worker {
  readonly workerId: string;
  /** Finishes the batches under way, stores how far it came, and lets go of its leases. */
  stop(): Promise<void>;
  metrics(): WorkerMetrics;
}

/** Starts a worker on given ports. */
export function startWorkerOn(ports: WorkerPorts, settings: WorkerSettings): Worker {
  const resolved = resolveWorkerSettings(settings);
  const workerId = resolved.workerId ?? randomUUID();
  const emit = emitter(resolved.onEvent);
  return new LeasingWorker({ ports, settings: resolved, workerId, counts: zeroCounts(), emit });
}

class LeasingWorker implements Worker {
  readonly workerId: string;
  readonly #parts: WorkerParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #wake = new AbortController();
  #held: HeldLeases | undefined;
  #seen: Sightings = new Map();
  #counter = 0;
  #validUntilMs = 0;
  #application: Application | undefined;
  #syncedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.workerId = parts.workerId;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#running;
  }

  metrics(): WorkerMetrics {
    return { ...this.#parts.counts, leases: this.#held?.size ?? 0, behindMs: this.#held?.behindMs ?? 0 };
  }

  async #run(): Promise<void> {
    const { ports, settings, emit, workerId } = this.#parts;
    const roundMs = settings.leaseDurationMs / ROUNDS_PER_LEASE;
    emit({ type: 'worker.started', workerId });
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#round(this.#held ?? (await this.#open()));
      } catch (error) {
        emit({ type: 'round.failed', error: errorName(error) });
      }
      if (this.#stopping.signal.aborted) break;
      await ports.sleep(roundMs * (1 + JITTER * (2 * ports.random() - 1)), this.#wake.signal);
    }
    await this.#held?.releaseAll();
    // Others go on at once when it succeeds, and when the leases run out when it does not.
    await ports.table.removeHeartbeat(workerId).catch(() => undefined);
    emit({ type: 'worker.stopped', workerId });
    ports.close();
  }

  async #open(): Promise<HeldLeases> {
    const { ports, settings } = this.#parts;
    const { startAt } = settings;
    const startAtMs = startAt === 'oldest' ? undefined : startAt === 'newest' ? ports.nowMs() : startAt.getTime();
    const application = await ports.table.openApplication({ startAtMs });
    this.#application = application;
    const streamArn = await ports.stream.arn();
    await this.#syncShards();
    this.#held = new HeldLeases(this.#parts, {
      streamArn,
      start: application.startAtMs === undefined ? { atOldest: true } : { atMs: application.startAtMs },
      isValid: () => ports.nowMs() < this.#validUntilMs,
      syncShards: () => this.#syncShards(),
      isListed: async (shardId) => (await ports.stream.listShards(undefined)).some((it) => it.shardId === shardId),
      onEnded: () => this.#wake.abort(),
    });
    return this.#held;
  }

  async #round(held: HeldLeases): Promise<void> {
    const { ports, settings, workerId } = this.#parts;
    await this.#beat();
    const { leases, heartbeats } = await ports.table.read();
    const nowMs = ports.nowMs();
    this.#seen = observeHeartbeats(this.#seen, heartbeats, nowMs);
    const workers = liveWorkers(this.#seen, settings.leaseDurationMs, nowMs);
    held.keepOnly(leases);
    for (const lease of leases) {
      if (lease.owner === workerId && lease.pendingOwner !== undefined) await this.#answer(lease, workers, held);
    }
    const plan = planLeases({ leases, workers, handoffsAtOnce: settings.handoffsAtOnce });
    const mine = plan.filter(({ to }) => to === workerId);
    await Promise.all(mine.map((move) => this.#take(move, held)));
    const ours = startableLeases(leases).filter((it) => it.owner === workerId && it.pendingOwner === undefined);
    await Promise.all(ours.map((lease) => this.#startOwned(lease, held)));
    if (workers[0] === workerId) await this.#tidy(nowMs);
  }

  /** A lease lasts from before the sign of life was written: nobody else counts from earlier. */
  async #beat(): Promise<void> {
    const { ports, settings, workerId, counts } = this.#parts;
    const startedMs = ports.nowMs();
    this.#counter += 1;
    counts.tableWrites += 1;
    await ports.table.writeHeartbeat({ workerId, counter: startedMs + this.#counter });
    this.#validUntilMs = startedMs + settings.leaseDurationMs;
  }

  /** Another worker wants a lease of this one: it gets it, unless it is gone. */
  async #answer(lease: Lease, workers: readonly string[], held: HeldLeases): Promise<void> {
    const { shardId, pendingOwner, ownerSwitches } = lease;
    if (!workers.includes(pendingOwner!)) await this.#change(lease, { pendingOwner: null });
    else if (held.has(shardId)) void held.handOver(shardId, pendingOwner);
    // Asked for before this worker had begun.
    else await this.#change(lease, { owner: pendingOwner!, pendingOwner: null, ownerSwitches: ownerSwitches + 1 });
  }

  async #take({ kind, lease }: LeaseMove, held: HeldLeases): Promise<void> {
    const { workerId, counts, emit } = this.#parts;
    const { shardId, owner: from, ownerSwitches } = lease;
    if (kind === 'request') {
      if (from === undefined || !(await this.#change(lease, { pendingOwner: workerId }))) return;
      return emit({ type: 'lease.requested', shardId, from });
    }
    const taken = { owner: workerId, ownerSwitches: ownerSwitches + 1 };
    if (!(await this.#change(lease, { ...taken, pendingOwner: null }))) return;
    counts.taken += 1;
    emit({ type: 'lease.taken', shardId, from });
    held.start({ ...lease, ...taken, pendingOwner: undefined });
  }

  /** A lease that this worker gave up, and that nobody has taken since, is taken anew: old reads must not pass for it. */
  async #startOwned(lease: Lease, held: HeldLeases): Promise<void> {
    if (held.wasHeld(lease)) await this.#take({ kind: 'claim', lease, to: this.workerId }, held);
    else held.start(lease);
  }

  #change(...change: Parameters<WorkerPorts['table']['changeLease']>): Promise<boolean> {
    this.#parts.counts.tableWrites += 1;
    return this.#parts.ports.table.changeLease(...change);
  }

  /** What one of the workers does for all. */
  async #tidy(nowMs: number): Promise<void> {
    const { settings, ports } = this.#parts;
    for (const [workerId, { sinceMs }] of this.#seen) {
      if (nowMs - sinceMs > settings.leaseDurationMs * FORGET_AFTER_LEASES) await ports.table.removeHeartbeat(workerId);
    }
    if (nowMs - this.#syncedMs >= settings.shardSyncIntervalMs) await this.#syncShards();
  }

  async #syncShards(): Promise<void> {
    const { ports, counts } = this.#parts;
    const syncedMs = ports.nowMs();
    const shards = await ports.stream.listShards(this.#application?.startAtMs);
    const { leases } = await ports.table.read();
    const { create, remove } = planShardSync(leases, shards);
    counts.tableWrites += create.length + remove.length;
    // Parents first: a child whose parent has no lease would be read at once.
    let left = create;
    while (left.length > 0) {
      const waiting = new Set(left.map(({ shardId }) => shardId));
      const isChild = ({ parents }: Lease) => parents.some((parent) => waiting.has(parent));
      await Promise.all(left.filter((lease) => !isChild(lease)).map((lease) => ports.table.createLease(lease)));
      left = left.filter(isChild);
    }
    await Promise.all(remove.map(({ shardId }) => ports.table.removeLease(shardId)));
    this.#syncedMs = syncedMs;
  }
}
