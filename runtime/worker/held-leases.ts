// The leases that this worker holds, and how each of them goes: handed over, released, ended or lost.
import type { Lease } from '../../core/leasing/lease.js';
import type { ShardPosition } from './ports.js';
import { ShardRunner } from './shard-runner.js';
import type { WorkerParts } from './worker-parts.js';

export interface HeldLeasesOptions {
  readonly streamArn: string;
  readonly start: ShardPosition;
  isValid(): boolean;
  syncShards(): Promise<void>;
  isListed(shardId: string): Promise<boolean>;
  /** A shard has ended: its children may be planned. */
  onEnded(): void;
}

const WRITE_ATTEMPTS = 5;
const WRITE_RETRY_MS = 200;

export class HeldLeases {
  readonly #parts: WorkerParts;
  readonly #options: HeldLeasesOptions;
  readonly #runners = new Map<string, ShardRunner>();
  readonly #leaving = new Map<string, Promise<void>>();
  /** Leases that this worker had, with the fence it had them under: what was read before it let go does not bring them back. */
  readonly #past = new Map<string, number>();

  constructor(parts: WorkerParts, options: HeldLeasesOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  get size(): number {
    return this.#runners.size;
  }

  get behindMs(): number {
    return Math.max(0, ...[...this.#runners.values()].map(({ behindMs }) => behindMs));
  }

  has(shardId: string): boolean {
    return this.#runners.has(shardId);
  }

  /** Whether this worker has let go of this very lease, or of a later one of its shard. */
  wasHeld({ shardId, ownerSwitches }: Lease): boolean {
    return !this.#runners.has(shardId) && ownerSwitches <= (this.#past.get(shardId) ?? -1);
  }

  /** Begins to read under a lease that this worker owns, unless it does already. */
  start(lease: Lease): void {
    const { shardId } = lease;
    if (this.#runners.has(shardId)) return;
    const { streamArn, start, isValid, syncShards, isListed } = this.#options;
    const task = { lease, streamArn, start, isValid, createChildren: syncShards, isListed: () => isListed(shardId) };
    const runner = new ShardRunner(this.#parts, task);
    this.#runners.set(shardId, runner);
    void runner.finished.then((end) => {
      if (end === 'drained') return;
      this.#forget(runner);
      if (end === 'lost') this.#parts.counts.lost += 1;
      this.#parts.emit(end === 'lost' ? { type: 'lease.lost', shardId } : { type: 'shard.ended', shardId });
      if (end === 'ended') this.#options.onEnded();
    });
  }

  /** Gives up, at once and without a write, the leases that the table says are no longer this worker's. */
  keepOnly(leases: readonly Lease[]): void {
    const current = new Map(leases.map((lease) => [lease.shardId, lease]));
    for (const [shardId, runner] of this.#runners) {
      const lease = current.get(shardId);
      if (this.#leaving.has(shardId)) continue;
      // A newer count is another owner's; an older one is a read from before this worker took it.
      if (!lease || lease.ownerSwitches > runner.fence.ownerSwitches) runner.abandon();
    }
  }

  /** Finishes the batch under way and gives the lease to `to`, or to nobody, with the checkpoint, in one write. */
  handOver(shardId: string, to: string | undefined): Promise<void> {
    const runner = this.#runners.get(shardId);
    if (!runner) return Promise.resolve();
    const under = this.#leaving.get(shardId);
    if (under) return under;
    const leaving = this.#handOver(runner, to).finally(() => this.#leaving.delete(shardId));
    this.#leaving.set(shardId, leaving);
    return leaving;
  }

  async releaseAll(): Promise<void> {
    await Promise.all(this.#leaving.values());
    await Promise.all([...this.#runners.keys()].map((shardId) => this.handOver(shardId, undefined)));
  }

  async #handOver(runner: ShardRunner, to: string | undefined): Promise<void> {
    if ((await runner.drain()) !== 'drained') return;
    const { counts, emit } = this.#parts;
    const { shardId, ownerSwitches } = runner.fence;
    const change = {
      ...runner.progress(),
      ...{ owner: to ?? null, pendingOwner: null, ownerSwitches: ownerSwitches + 1 },
    };
    const isOurs = await this.#write(() => this.#parts.ports.table.changeLease(runner.fence, change));
    this.#forget(runner);
    if (!isOurs) {
      counts.lost += 1;
      return emit({ type: 'lease.lost', shardId });
    }
    if (to === undefined) return emit({ type: 'lease.released', shardId });
    counts.handedOver += 1;
    emit({ type: 'lease.handed-over', shardId, to });
  }

  /** A write that fails altogether leaves the lease to run out. */
  async #write(write: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      this.#parts.counts.tableWrites += 1;
      try {
        return await write();
      } catch {
        if (attempt === WRITE_ATTEMPTS) return false;
        await this.#parts.ports.sleep(WRITE_RETRY_MS * attempt);
      }
    }
  }

  #forget({ fence: { shardId, ownerSwitches } }: ShardRunner): void {
    this.#runners.delete(shardId);
    this.#past.set(shardId, ownerSwitches);
  }
}
