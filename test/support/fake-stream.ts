import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { splitHashKeySpace } from '../../core/sharding/hash-key-range.js';
import { effectiveHash, hashOfText, hashText, isWithin, type MappedShard } from '../../core/sharding/shard-map.js';
import type { EntryReply, ProducerPorts, RequestReply } from '../../runtime/producer/ports.js';
import { VirtualTime } from './virtual-time.js';

/** A record as a shard holds it. */
export interface StoredRecord {
  readonly shardId: string;
  readonly entry: PutEntry;
  readonly sequenceNumber: string;
}

export interface FakeStreamOptions {
  readonly shards?: number;
  /** Error code for an entry, or nothing to take it. */
  readonly refuse?: (entry: PutEntry, shardId: string) => string | undefined;
  /** Reply to a whole call, or nothing to answer for each entry. */
  readonly answer?: (call: number, entries: readonly PutEntry[]) => RequestReply | undefined;
  /** Time a call takes; given from 0 to below 1. */
  readonly latencyMs?: (random: number) => number;
  readonly random?: () => number;
}

/** A stream in virtual time that can be resharded, and the ports to it. */
export class FakeStream {
  readonly time = new VirtualTime();
  readonly stored: StoredRecord[] = [];
  readonly calls: (readonly PutEntry[])[] = [];
  listings = 0;
  closed = 0;
  /** Error code for listings, or undefined. */
  listingError: string | undefined;
  readonly ranges = new Map<string, MappedShard>();
  #open: MappedShard[] = [];
  #numbers = 0;
  readonly #options: FakeStreamOptions;

  constructor(options: FakeStreamOptions = {}) {
    this.#options = options;
    for (const { start, end } of splitHashKeySpace(options.shards ?? 1)) this.#add(hashText(start), hashText(end));
  }

  get openShards(): readonly MappedShard[] {
    return this.#open;
  }

  readonly ports: ProducerPorts = {
    nowMs: this.time.nowMs,
    sleep: this.time.sleep,
    random: () => this.#random(),
    close: () => {
      this.closed += 1;
    },
    listShards: async () => {
      this.listings += 1;
      await this.time.sleep(5);
      if (this.listingError) return { kind: 'failed', errorCode: this.listingError, message: 'no listing' };
      return { kind: 'listed', shards: [...this.#open] };
    },
    putRecords: async (_streamName, entries) => {
      this.calls.push(entries);
      const call = this.calls.length;
      await this.time.sleep(this.#options.latencyMs?.(this.#random()) ?? 10);
      const answer = this.#options.answer?.(call, entries);
      return answer ?? { kind: 'replied', entries: entries.map((entry) => this.#take(entry)) };
    },
  };

  /** Splits an open shard in the middle. */
  split(shardId: string): void {
    const { start, end } = this.#close(shardId);
    const middle = (hashOfText(start) + hashOfText(end)) / 2n;
    this.#add(start, hashText(middle));
    this.#add(hashText(middle + 1n), end);
  }

  /** Merges the first two open shards. */
  mergeFirst(): void {
    const [a, b] = this.#open;
    this.#close(a!.shardId);
    this.#close(b!.shardId);
    this.#add(a!.start, b!.end);
  }

  /** User records of a shard in their order, as the KCL gives them: without aggregated records that hold foreign ones. */
  asKclReads(shardId: string): UserRecord[] {
    const range = this.ranges.get(shardId)!;
    return this.stored
      .filter((record) => record.shardId === shardId)
      .flatMap(({ entry }) => {
        const decoded = decodeRecord(entry.data);
        if (decoded.kind === 'plain') return [entry];
        const isForeign = decoded.records.some(
          ({ partitionKey, explicitHashKey }) => !isWithin(range, effectiveHash(partitionKey, explicitHashKey)),
        );
        return isForeign ? [] : decoded.records;
      });
  }

  /** The same of the whole stream, parents before their children. */
  get allAsKclReads(): UserRecord[] {
    return [...this.ranges.keys()].flatMap((shardId) => this.asKclReads(shardId));
  }

  #take(entry: PutEntry): EntryReply {
    const hash = effectiveHash(entry.partitionKey, entry.explicitHashKey);
    const { shardId } = this.#open.find((shard) => isWithin(shard, hash))!;
    const errorCode = this.#options.refuse?.(entry, shardId);
    if (errorCode !== undefined) return { kind: 'failed', errorCode, message: `${errorCode} of the entry` };
    this.#numbers += 1;
    const sequenceNumber = String(this.#numbers);
    this.stored.push({ shardId, entry, sequenceNumber });
    return { kind: 'put', shardId, sequenceNumber };
  }

  #add(start: string, end: string): void {
    const shard = { shardId: `shardId-${String(this.ranges.size).padStart(12, '0')}`, start, end };
    this.ranges.set(shard.shardId, shard);
    this.#open = [...this.#open, shard].sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  #close(shardId: string): MappedShard {
    const shard = this.#open.find((open) => open.shardId === shardId)!;
    this.#open = this.#open.filter((open) => open !== shard);
    return shard;
  }

  #random(): number {
    return this.#options.random?.() ?? 0.5;
  }
}
