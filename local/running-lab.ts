// A lab once it runs: what it says about itself, how it drains, how it stops, and what it counts at the end.
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClock } from './clock.js';
import type { KinesisApi, StreamCensus } from './engine/api.js';
import type { LabConsumer } from './lab-consumer.js';
import type { LabServices } from './lab-services.js';
import type { LabStatus, LabTotals } from './lab-status.js';
import type { PermissionGuard } from './permissions/guard.js';
import type { LedgerEntry } from './permissions/ledger.js';
import type { PermissionReport } from './permissions/report.js';
import { ServiceError } from './service-error.js';
import type { PlatformModel } from './template/model.js';

/** How often what takes a question to the engine is brought up to date, in wall time. */
const REFRESH_MS = 200;
const DRAIN_POLL_MS = 20;

/** What a stream had counted when the lab began. */
export interface StreamCounts {
  readonly accepted: number;
  readonly reshards: number;
}

/** The parts that a running lab answers from. */
export interface LabParts {
  readonly model: PlatformModel;
  readonly clock: LabClock;
  readonly speed: number;
  readonly endpoint: string;
  /** Variables that lead an SDK to all services. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly kinesis: Pick<KinesisApi, 'DescribeStreamSummary'> & StreamCensus;
  readonly services: LabServices;
  readonly guard: Pick<PermissionGuard, 'report' | 'ledger'>;
  readonly consumers: readonly LabConsumer[];
  readonly delivered: () => { readonly objects: number; readonly records: number };
  /** Whether what is left unread is carried over to the next run. */
  readonly keepsData: boolean;
  /** Counts of each stream from before this run. */
  readonly before: ReadonlyMap<string, StreamCounts>;
  /** Ends what runs, in order; the counts stay readable. */
  readonly stop: () => Promise<void>;
}

/** A running lab. */
export class Lab {
  readonly stackName: string;
  readonly region: string;
  readonly endpoint: string;
  /** Variables that lead an SDK to all services. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly clock: LabClock;
  readonly streams: readonly { readonly name: string; readonly maxRecordBytes: number }[];
  readonly #parts: LabParts;
  readonly #startLabMs: number;
  readonly #startWallMs = performance.now();
  readonly #refresher: NodeJS.Timeout;
  readonly #openShards = new Map<string, number>();
  readonly #unread = new Map<LabConsumer, number>();
  #totals: Promise<LabTotals> | undefined;

  constructor(parts: LabParts) {
    const { model, clock, endpoint, endpoints } = parts;
    this.#parts = parts;
    this.stackName = model.stackName;
    this.region = model.region;
    this.endpoint = endpoint;
    this.endpoints = endpoints;
    this.clock = clock;
    this.#startLabMs = clock.nowMs();
    this.streams = model.streams.map(({ name, maxRecordSizeKiB }) => ({
      name,
      maxRecordBytes: maxRecordSizeKiB * 1_024,
    }));
    for (const { name, shardCount } of model.streams) this.#openShards.set(name, shardCount ?? 1);
    this.#refresher = setInterval(() => void this.#refresh().catch(() => undefined), REFRESH_MS);
  }

  /** What the policies of the template refused so far, and which of their statements no call needed. */
  permissions(): PermissionReport {
    return this.#parts.guard.report();
  }

  /** Calls that were decided on, each kind once, to judge them anew under other policies. */
  decidedCalls(): readonly LedgerEntry[] {
    return this.#parts.guard.ledger.entries;
  }

  /** What an earlier run had left each consumer to read; empty when the lab keeps nothing from run to run. */
  get carriedOver(): readonly { readonly name: string; readonly records: number }[] {
    const { consumers, keepsData } = this.#parts;
    return keepsData ? consumers.map(({ name, carriedOver }) => ({ name, records: carriedOver })) : [];
  }

  /** Open shards of a stream, and what is unread, are as of the last refresh. */
  status(): LabStatus {
    const { services, consumers, clock, speed, delivered } = this.#parts;
    const labNowMs = clock.nowMs();
    const { objects, records } = delivered();
    return {
      stackName: this.stackName,
      labNowMs,
      labElapsedMs: labNowMs - this.#startLabMs,
      wallElapsedMs: performance.now() - this.#startWallMs,
      speed,
      achievedSpeed: clock.achievedSpeed(),
      streams: this.streams.map(({ name }) => ({
        name,
        openShards: this.#openShards.get(name) ?? 0,
        recordsIn: this.#produced(name),
      })),
      consumers: consumers.map((consumer) => ({
        name: consumer.name,
        processed: consumer.processed,
        failed: consumer.failed,
        unread: (this.#unread.get(consumer) ?? 0) + consumer.pending,
      })),
      deliveredObjects: objects,
      deliveredRecords: records,
      alarms: [...services.alarms.states(), ...services.alarms.compositeStates()].map(({ alarm, state }) => ({
        name: alarm.name,
        state,
      })),
      alerts: services.alerts(),
      resizes: this.#resizes(),
    };
  }

  /** Resolves when every consumer has read and handed over all there is, or when `signal` is aborted. */
  async drain(signal: AbortSignal): Promise<void> {
    const { consumers } = this.#parts;
    while (!signal.aborted) {
      await this.#refresh();
      if (consumers.every((consumer) => this.#unread.get(consumer) === 0)) {
        const flushed = Promise.all(consumers.map((consumer) => consumer.flush()));
        await Promise.race([flushed, aborted(signal)]);
        return;
      }
      await wait(DRAIN_POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Stops everything, once, and counts. */
  stop(): Promise<LabTotals> {
    this.#totals ??= this.#stopAndCount();
    return this.#totals;
  }

  async #stopAndCount(): Promise<LabTotals> {
    const { services, consumers, delivered, guard, stop } = this.#parts;
    clearInterval(this.#refresher);
    await stop();
    await this.#refresh();
    const goesOn = this.carriedOver.length > 0;
    const counted = consumers.map((consumer) => {
      const { name, streamName, processed, failed, carriedOver } = consumer;
      const unread = (this.#unread.get(consumer) ?? 0) + consumer.pending;
      const totals = { ...(goesOn && { carriedOver }), processed, failed, unread };
      return { name, totals, missing: carriedOver + this.#produced(streamName) - processed - failed - unread };
    });
    const unbalanced = counted.filter(({ missing }) => missing !== 0);
    return {
      produced: this.streams.reduce((sum, { name }) => sum + this.#produced(name), 0),
      consumers: Object.fromEntries(counted.map(({ name, totals }) => [name, totals])),
      delivered: delivered().records,
      alerts: services.alerts(),
      resizes: this.#resizes(),
      missing: Object.fromEntries(unbalanced.map(({ name, missing }) => [name, missing])),
      balanced: unbalanced.length === 0,
      refusedCalls: guard.ledger.refused.reduce((sum, { count }) => sum + count, 0),
    };
  }

  async #refresh(): Promise<void> {
    const { consumers, kinesis } = this.#parts;
    for (const consumer of consumers) {
      const unread = await unlessDeleted(consumer.countUnread());
      if (unread !== undefined) this.#unread.set(consumer, unread);
    }
    for (const { name } of this.streams) {
      const output = await unlessDeleted(kinesis.DescribeStreamSummary({ StreamName: name }));
      this.#openShards.set(name, output?.StreamDescriptionSummary?.OpenShardCount ?? 0);
    }
  }

  #resizes(): number {
    const { kinesis, before } = this.#parts;
    return this.streams.reduce((sum, { name }) => sum + kinesis.reshards(name) - (before.get(name)?.reshards ?? 0), 0);
  }

  /** Records that a stream has accepted in this run. */
  #produced(streamName: string): number {
    const { kinesis, before } = this.#parts;
    return kinesis.accepted(streamName) - (before.get(streamName)?.accepted ?? 0);
  }
}

/** Resolves when `signal` is aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Undefined when the stream is gone: whoever deletes the lab's stream ends the counting of it, not the lab. */
function unlessDeleted<T>(question: Promise<T>): Promise<T | undefined> {
  return question.catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  });
}
