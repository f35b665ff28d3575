// Knows the shards of the stream, asks again when there is evidence of a reshard, and backs off when it gets no answer.
import { type MappedShard, ShardMap } from '../../../core/sharding/shard-map.js';
import type { ProducerPorts, ShardListing } from '../ports.js';
import type { ProducerEvents } from '../telemetry/producer-events.js';

/** Waits after a listing that failed, as the KPL's. */
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_FACTOR = 1.5;
const BACKOFF_MOST_MS = 30_000;

/** Wait after a listing that was as the one before. */
const UNCHANGED_MS = 1_000;

/** Closed shards whose ranges are kept: late acknowledgements name them. */
const CLOSED_KEPT = 10_000;

export interface ShardDirectoryOptions {
  readonly ports: ProducerPorts;
  readonly streamName: string;
  readonly events: ProducerEvents;
  /** Told after each listing, whether it has changed anything or not. */
  readonly onListed: (map: ShardMap, isChanged: boolean) => void;
  /** Told after a listing that failed. */
  readonly onFailed: () => void;
}

export class ShardDirectory {
  readonly #options: ShardDirectoryOptions;
  #map: ShardMap | undefined;
  readonly #closed = new Map<string, MappedShard>();
  #isWanted = true;
  #isAsking = false;
  #isStopped = false;
  #failures = 0;
  #askAgainAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ShardDirectoryOptions) {
    this.#options = options;
  }

  get map(): ShardMap | undefined {
    return this.#map;
  }

  /** Whether the first answer is still to come: until then it is better to wait than to guess. */
  get isStarting(): boolean {
    return this.#map === undefined && this.#failures === 0;
  }

  /** When to ask again; undefined when nothing is to be asked, or the answer is on its way. */
  get askAtMs(): number | undefined {
    return this.#isWanted && !this.#isAsking ? this.#askAgainAtMs : undefined;
  }

  /** A shard of the stream, open or closed, if it was ever listed. */
  find(shardId: string): MappedShard | undefined {
    return this.#map?.get(shardId) ?? this.#closed.get(shardId);
  }

  /** Notes that the map is out of date. */
  doubt(): void {
    this.#isWanted = true;
  }

  /** Asks no more, and listens to no answer. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Asks if it is time to. */
  askIfDue(nowMs: number): void {
    if (this.#isStopped) return;
    const atMs = this.askAtMs;
    if (atMs !== undefined && nowMs >= atMs) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { ports, streamName, events, onListed, onFailed } = this.#options;
    this.#isAsking = true;
    this.#isWanted = false;
    const listing = await listShards(ports, streamName);
    this.#isAsking = false;
    if (this.#isStopped) return;
    if (listing.kind === 'listed' && listing.shards.length > 0) {
      this.#failures = 0;
      const isChanged = this.#learn(new ShardMap(listing.shards));
      // One that tells nothing new is late: every reply until it is not would ask again.
      this.#askAgainAtMs = isChanged ? Number.NEGATIVE_INFINITY : ports.nowMs() + UNCHANGED_MS;
      onListed(this.#map!, isChanged);
      return;
    }
    this.#isWanted = true;
    const retryInMs = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * BACKOFF_FACTOR ** this.#failures);
    this.#failures += 1;
    this.#askAgainAtMs = ports.nowMs() + retryInMs;
    const { errorCode, message } =
      listing.kind === 'failed' ? listing : { errorCode: 'NoShards', message: 'the stream has no open shards yet' };
    events.emit({ type: 'shard-map-failed', errorCode, message, retryInMs });
    onFailed();
  }

  #learn(map: ShardMap): boolean {
    const before = this.#map;
    this.#map = map;
    if (!before) return true;
    const closed = before.shards.filter(({ shardId }) => !map.get(shardId));
    const opened = map.shards.filter(({ shardId }) => !before.get(shardId));
    for (const shard of closed) this.#closed.set(shard.shardId, shard);
    for (const shardId of this.#closed.keys()) {
      if (this.#closed.size <= CLOSED_KEPT) break;
      this.#closed.delete(shardId);
    }
    if (closed.length === 0 && opened.length === 0) return false;
    const [ids, closedIds] = [opened, closed].map((shards) => shards.map(({ shardId }) => shardId));
    this.#options.events.emit({ type: 'resharded', openShards: map.shards.length, opened: ids!, closed: closedIds! });
    return true;
  }
}

async function listShards(ports: ProducerPorts, streamName: string): Promise<ShardListing> {
  try {
    return await ports.listShards(streamName);
  } catch (error) {
    return unexpected(error);
  }
}

/** A port that rejects all the same. */
function unexpected(error: unknown): ShardListing {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', errorCode: 'UnknownError', message };
}
