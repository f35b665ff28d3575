// A lab once it runs: what it says about itself, how it drains, how it stops, and what it counts at the end.
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClock } from './clock.js';
import type { StreamCensus } from './engine/api.js';
import type { LabConsumer } from './lab-consumer.js';
import type { LabServices } from './lab-services.js';
import type { ConsumerTotals, LabStatus, LabTotals } from './lab-status.js';
import type { ShardWatch } from './shard-watch.js';
import type { PlatformModel } from './template/model.js';

const DRAIN_POLL_MS = 20;

/** The parts that a running lab answers from. */
export interface LabParts {
  readonly model: PlatformModel;
  readonly clock: LabClock;
  readonly speed: number;
  readonly endpoint: string;
  readonly census: StreamCensus;
  readonly shards: ShardWatch;
  readonly services: LabServices;
  readonly consumers: readonly LabConsumer[];
  /** Objects and records that deliveries have put into their buckets. */
  readonly delivered: () => { readonly objects: number; readonly records: number };
  /** Ends what runs, in order; the counts stay readable. */
  readonly stop: () => Promise<void>;
}

/** A running lab. */
export class Lab {
  readonly stackName: string;
  readonly region: string;
  readonly endpoint: string;
  readonly clock: LabClock;
  readonly streams: readonly { readonly name: string; readonly maxRecordBytes: number }[];
  readonly #parts: LabParts;
  readonly #startLabMs: number;
  readonly #startWallMs = performance.now();
  #totals: Promise<LabTotals> | undefined;

  constructor(parts: LabParts) {
    const { model, clock, endpoint } = parts;
    this.#parts = parts;
    this.stackName = model.stackName;
    this.region = model.region;
    this.endpoint = endpoint;
    this.clock = clock;
    this.#startLabMs = clock.nowMs();
    this.streams = model.streams.map(({ name, maxRecordSizeKiB }) => ({
      name,
      maxRecordBytes: maxRecordSizeKiB * 1_024,
    }));
  }

  status(): LabStatus {
    const { census, shards, services, consumers, clock, speed, delivered } = this.#parts;
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
        openShards: shards.shards(name).open,
        recordsIn: census.accepted(name),
      })),
      consumers: consumers.map((consumer) => ({
        name: consumer.name,
        recordsRead: consumer.recordsRead,
        unread: this.#unread(consumer),
      })),
      deliveredObjects: objects,
      deliveredRecords: records,
      alarms: services.alarms.states().map(({ alarm, state }) => ({ name: alarm.name, state })),
      alerts: services.alerts(),
      resizes: this.#resizes(),
    };
  }

  /** Resolves when every consumer has read and handed over all there is, or when `signal` is aborted. */
  async drain(signal: AbortSignal): Promise<void> {
    const { shards, consumers } = this.#parts;
    while (!signal.aborted) {
      await shards.refresh();
      if (consumers.every((consumer) => this.#unread(consumer) === 0)) return;
      await Promise.all(consumers.map((consumer) => consumer.flush()));
      await wait(DRAIN_POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Stops everything, once, and counts. */
  stop(): Promise<LabTotals> {
    this.#totals ??= this.#stopAndCount();
    return this.#totals;
  }

  async #stopAndCount(): Promise<LabTotals> {
    const { census, shards, services, consumers, delivered, stop } = this.#parts;
    await stop();
    await shards.refresh();
    const counted = consumers.map((consumer) => {
      const { name, streamName, processed, failed } = consumer;
      const totals: ConsumerTotals = { processed, failed, unread: this.#unread(consumer) };
      return { name, totals, produced: census.accepted(streamName) };
    });
    return {
      produced: this.streams.reduce((sum, { name }) => sum + census.accepted(name), 0),
      consumers: Object.fromEntries(counted.map(({ name, totals }) => [name, totals])),
      delivered: delivered().records,
      alerts: services.alerts(),
      resizes: this.#resizes(),
      balanced: counted.every(({ produced, totals }) => produced === totals.processed + totals.failed + totals.unread),
    };
  }

  #resizes(): number {
    return this.streams.reduce((sum, { name }) => sum + this.#parts.census.reshards(name), 0);
  }

  /** Counted by the engine behind the consumer's checkpoints, shard by shard. */
  #unread(consumer: LabConsumer): number {
    const { census, shards } = this.#parts;
    const { streamName } = consumer;
    return shards
      .shards(streamName)
      .ids.reduce((sum, id) => sum + census.countAfter(streamName, id, consumer.checkpoint(id)), 0);
  }
}
