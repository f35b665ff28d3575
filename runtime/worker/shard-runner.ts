// Reads one shard under one lease: pages to batches, checkpoints at intervals, and an end in good order.
import type { Lease } from '../../core/leasing/lease.js';
import { averageThroughput } from '../../core/leasing/throughput.js';
import { IDLE_BYTES_PER_SECOND } from '../../core/leasing/weigh-leases.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import { errorName } from '../telemetry/error-name.js';
import { deliverRecords } from './deliver-records.js';
import type { LeaseChange, LeaseFence, ShardPosition, ShardRecord } from './ports.js';
import type { WorkerParts } from './worker-parts.js';

const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 5_000;

/** An estimate of an idle shard is written again when it is off by this part, and by what an idle one counts. */
const ESTIMATE_SLACK = 0.2;

/** Less time than this is no measurement. */
const LEAST_MEASURED_MS = 1_000;

export interface RunnerTask {
  readonly lease: Lease;
  readonly streamArn: string;
  /** Where to begin when the lease has no checkpoint. */
  readonly start: ShardPosition;
  /** Whether the worker has renewed in time. */
  isValid(): boolean;
  /** Creates the leases of the shard's children. */
  createChildren(): Promise<void>;
  /** Tells whether the stream still has the shard. */
  isListed(): Promise<boolean>;
}

export type RunnerEnd = 'drained' | 'ended' | 'lost';

export class ShardRunner {
  readonly fence: LeaseFence;
  /** How it ended; never rejects. */
  readonly finished: Promise<RunnerEnd>;
  behindMs = 0;
  readonly #parts: WorkerParts;
  readonly #task: RunnerTask;
  readonly #stop = new AbortController();
  #checkpoint: string | undefined;
  #bytesPerSecond: number | undefined;
  #written: Pick<Lease, 'checkpoint' | 'bytesPerSecond'>;
  #bytes = 0;
  #measuredMs: number;
  /** Arrival of the first and the last record since the last measurement; the first is the last one's of before. */
  #arrivedFromMs: number | undefined;
  #arrivedToMs = 0;
  #isLost = false;

  constructor(parts: WorkerParts, task: RunnerTask) {
    const { lease } = task;
    this.#parts = parts;
    this.#task = task;
    this.fence = { shardId: lease.shardId, owner: lease.owner, ownerSwitches: lease.ownerSwitches };
    this.#checkpoint = lease.checkpoint;
    this.#bytesPerSecond = lease.bytesPerSecond;
    this.#written = lease;
    this.#measuredMs = parts.ports.nowMs();
    this.finished = this.#run();
  }

  /** What a last write of the lease is to hold. */
  progress(): LeaseChange {
    const { checkpoint = null, bytesPerSecond = null } = this.#measured();
    return { checkpoint, bytesPerSecond };
  }

  /** Ends after the batch that is with the handler; the checkpoint is left to whoever asked. */
  drain(): Promise<RunnerEnd> {
    this.#stop.abort();
    return this.finished;
  }

  /** Ends without a checkpoint: the lease is somebody else's. */
  abandon(): void {
    this.#isLost = true;
    this.#stop.abort();
  }

  async #run(): Promise<RunnerEnd> {
    const { ports, emit } = this.#parts;
    for (let attempt = 1; !this.#stop.signal.aborted; attempt += 1) {
      try {
        if (await this.#read(() => (attempt = 1))) return 'ended';
      } catch (error) {
        emit({ type: 'shard.read-failed', shardId: this.fence.shardId, error: errorName(error) });
        await ports.sleep(fullJitterMs(attempt, RETRY_BASE_MS, RETRY_CAP_MS, ports.random), this.#stop.signal);
      }
    }
    return this.#isLost ? 'lost' : 'drained';
  }

  /** Reads on from the checkpoint; tells whether the shard has ended. */
  async #read(onPage: () => void): Promise<boolean> {
    const { signal } = this.#stop;
    const { shardId } = this.fence;
    const from = this.#checkpoint === undefined ? this.#task.start : { afterSequenceNumber: this.#checkpoint };
    try {
      for await (const page of this.#parts.ports.stream.read(shardId, from, signal)) {
        onPage();
        this.behindMs = page.behindMs;
        await deliverRecords(this.#parts, this.#delivery(), page.records);
        if (!this.#mayGoOn()) return false;
        if (page.isLast) return await this.#end();
        await this.#saveIfDue();
      }
    } catch (error) {
      // Past its retention, unread: there is nothing left to wait for.
      if (errorName(error) !== 'ResourceNotFoundException' || (await this.#task.isListed())) throw error;
      return await this.#end();
    }
    return false;
  }

  #delivery() {
    const { streamArn } = this.#task;
    return {
      ...{ streamArn, shardId: this.fence.shardId, signal: this.#stop.signal },
      mayGoOn: () => this.#mayGoOn(),
      onDone: (records: readonly ShardRecord[]) => this.#onDone(records),
    };
  }

  #mayGoOn(): boolean {
    if (!this.#task.isValid()) this.abandon();
    return !this.#stop.signal.aborted;
  }

  async #onDone(records: readonly ShardRecord[]): Promise<void> {
    const { counts } = this.#parts;
    const bytes = records.reduce((sum, { data, partitionKey }) => sum + data.byteLength + partitionKey.length, 0);
    this.#checkpoint = records.at(-1)!.sequenceNumber;
    this.#bytes += bytes;
    this.#arrivedFromMs ??= records[0]!.arrivalMs;
    this.#arrivedToMs = records.at(-1)!.arrivalMs;
    counts.records += records.length;
    counts.bytes += bytes;
    await this.#saveIfDue();
  }

  async #saveIfDue(): Promise<void> {
    const { ports, settings } = this.#parts;
    if (this.#isLost || ports.nowMs() - this.#measuredMs < settings.checkpointIntervalMs) return;
    const measured = this.#measured();
    const known = this.#written.bytesPerSecond ?? 0;
    const off = Math.abs((measured.bytesPerSecond ?? 0) - known);
    const isOff = off > Math.max(known * ESTIMATE_SLACK, IDLE_BYTES_PER_SECOND);
    if (this.#checkpoint === this.#written.checkpoint && !isOff) return;
    try {
      await this.#save(measured);
    } catch {
      // The next interval's write holds this one's.
    }
  }

  async #save(measured: LeaseChange & Pick<Lease, 'checkpoint' | 'bytesPerSecond'>): Promise<void> {
    this.#parts.counts.tableWrites += 1;
    if (await this.#parts.ports.table.changeLease(this.fence, measured)) this.#written = measured;
    else this.abandon();
  }

  /** Over the time in which the bytes came, where that is longer: a reader that catches up is not a busier one. */
  #measured(): { checkpoint?: string; bytesPerSecond?: number } {
    const nowMs = this.#parts.ports.nowMs();
    const elapsedMs = nowMs - this.#measuredMs;
    if (elapsedMs >= LEAST_MEASURED_MS) {
      const arrivedInMs = this.#arrivedFromMs === undefined ? 0 : this.#arrivedToMs - this.#arrivedFromMs;
      const inMs = Math.max(elapsedMs, arrivedInMs);
      this.#bytesPerSecond = averageThroughput(this.#bytesPerSecond, this.#bytes, inMs);
      if (this.#arrivedFromMs !== undefined) this.#arrivedFromMs = this.#arrivedToMs;
      this.#bytes = 0;
      this.#measuredMs = nowMs;
    }
    const checkpoint = this.#checkpoint === undefined ? {} : { checkpoint: this.#checkpoint };
    return this.#bytesPerSecond === undefined ? checkpoint : { ...checkpoint, bytesPerSecond: this.#bytesPerSecond };
  }

  /** Children first: a crash in between ends the shard again, never forgets its children. */
  async #end(): Promise<boolean> {
    const { table } = this.#parts.ports;
    await this.#save(this.#measured());
    if (this.#isLost) return false;
    await this.#task.createChildren();
    this.#parts.counts.tableWrites += 1;
    const change = { ...this.#measured(), isEnded: true, owner: null, pendingOwner: null };
    const isOurs = await table.changeLease(this.fence, change);
    if (!isOurs) this.abandon();
    return isOurs;
  }
}
