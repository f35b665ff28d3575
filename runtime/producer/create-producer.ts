// Puts the parts of a producer together, and takes records in.
import { setMaxListeners } from 'node:events';
import type { Writable } from 'node:stream';

import { DOCUMENTED_RATE } from '../../core/batching/adaptive-rate.js';
import { checkPutEntry } from '../../core/batching/check-put-entry.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { recordBytes } from '../../core/records/record-size.js';
import { effectiveHash } from '../../core/sharding/shard-map.js';
import { ABORTED, Dispatcher } from './dispatcher.js';
import { Ledger } from './ledger.js';
import type { ProducerPorts } from './ports.js';
import type { FlushOptions, Producer, PutAllOptions, PutOutcome, PutSummary } from './producer.js';
import { ProducerEvents } from './producer-events.js';
import { emptyTally, type ProducerMetrics } from './producer-metrics.js';
import { type ProducerSettings, type ResolvedSettings, resolveSettings } from './producer-options.js';
import type { ProducerParts } from './producer-parts.js';
import { type Offer, putAll } from './put-all.js';
import { putStream } from './put-stream.js';
import type { PendingRecord } from './record-queue.js';
import { Reporter } from './reporter.js';
import { Router } from './router.js';
import { salter } from './salt.js';
import { type GivenUp, Settler } from './settler.js';
import type { ShardChannel } from './shard-channel.js';
import { ShardDirectory } from './shard-directory.js';
import { type SpilledRecord, Spiller } from './spill.js';
import { tagger } from './tag-record.js';
import { WaitingRoom } from './waiting-room.js';
import { WrongShards } from './wrong-shards.js';

/** Makes a producer on these ports. */
export function createProducerOn(ports: ProducerPorts, streamName: string, settings: ProducerSettings = {}): Producer {
  return new KinesisProducer(ports, streamName, resolveSettings(settings));
}

/** A record on its way in. */
interface Draft {
  /** As it will be put, but for its tags. */
  readonly record: UserRecord;
  readonly bytes: number;
  readonly hash: string;
  readonly signal: AbortSignal | undefined;
  readonly settle: Settle;
}

type Settle = (outcome: PutOutcome) => void;

/** Full buffers are told no more often than this. */
const TELL_FULL_MS = 1_000;

const SHARD_FULL: GivenUp = { errorCode: 'ShardFull', message: 'put record failed: too much waits for its shard' };

class KinesisProducer implements Producer {
  readonly #parts: ProducerParts;
  readonly #dispatcher: Dispatcher;
  readonly #salt: ((record: UserRecord) => UserRecord) | undefined;
  readonly #tag: ((record: UserRecord) => UserRecord) | undefined;
  readonly #spiller: Spiller | undefined;
  readonly #closed = new AbortController();
  #order = 0;
  #tellFullAtMs = 0;
  #closing: Promise<void> | undefined;

  constructor(ports: ProducerPorts, streamName: string, settings: ResolvedSettings) {
    const events = new ProducerEvents(settings.onEvent);
    const tally = emptyTally();
    const ledger = new Ledger(settings);
    const router = new Router({
      ...settings,
      isOrdered: settings.order === 'per-key',
      rate: {
        recordsPerSecond: (DOCUMENTED_RATE.recordsPerSecond * settings.shardRatePercent) / 100,
        bytesPerSecond: (DOCUMENTED_RATE.bytesPerSecond * settings.shardRatePercent) / 100,
      },
    });
    const room = new WaitingRoom(router);
    this.#spiller =
      settings.spill &&
      new Spiller(settings.spill, {
        sleep: ports.sleep,
        onSpilled(records, errorName) {
          if (errorName !== undefined) events.emit({ type: 'spill-failed', errorName, records: records.length });
          else events.emit({ type: 'spilled', records: records.length, bytes: bytesOf(records) });
        },
      });
    const settler = new Settler(ledger, tally, events, this.#spiller);
    const reporter = new Reporter({ ...settings, streamName, events, metrics: () => this.metrics() }, ports.nowMs());
    const needsShards = settings.aggregation === 'by-shard' || settings.shardRatePercent !== Number.POSITIVE_INFINITY;
    const directory = needsShards
      ? new ShardDirectory({
          ports,
          streamName,
          events,
          onListed: (map, isChanged) => {
            const nowMs = ports.nowMs();
            if (isChanged) room.around(() => router.apply(map, nowMs), nowMs);
            wrongShards.judge();
            this.#dispatcher.stir();
          },
          onFailed: () => this.#dispatcher.stir(),
        })
      : undefined;
    // As many may wait for room as like to.
    setMaxListeners(0, this.#closed.signal);
    this.#parts = { streamName, settings, ports, events, tally, ledger, router, room, settler, reporter, directory };
    const wrongShards = new WrongShards(this.#parts);
    this.#dispatcher = new Dispatcher(this.#parts, wrongShards);
    this.#salt = settings.salting && salter(settings.salting);
    this.#tag = settings.producerId === undefined ? undefined : tagger(settings.producerId);
  }

  put(record: UserRecord): Promise<PutOutcome> {
    return new Promise((settle) => {
      const draft = this.#draft(record, undefined, settle);
      if (!draft) return;
      const full = this.#fullness(draft);
      if (!full) return this.#enter(draft);
      this.#tellFull(full);
      this.#observe(draft);
      if (full === 'ProducerFull' || !this.#spiller) {
        return this.#turnAway(
          settle,
          full,
          'put record failed: too much is waiting; await ready() before the next put',
        );
      }
      this.#parts.tally.userRecordsReceived += 1;
      this.#parts.settler.giveUp([this.#open(draft)], SHARD_FULL);
    });
  }

  async ready(signal?: AbortSignal, record?: UserRecord): Promise<void> {
    this.#closed.signal.throwIfAborted();
    signal?.throwIfAborted();
    await this.#room(record ? this.#draft(record, signal, () => undefined) : undefined, signal);
  }

  async putAll(
    records: Iterable<UserRecord> | AsyncIterable<UserRecord>,
    options: PutAllOptions = {},
  ): Promise<PutSummary> {
    const { signal } = options;
    const onAbort = () => this.#dispatcher.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await putAll((record, settle) => this.#offer(record, signal, settle), records, options);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  writable(options: PutAllOptions = {}): Writable {
    const offer: Offer = (record, settle) => this.#offer(record, options.signal, settle);
    return putStream(offer, () => this.flush(), options);
  }

  async flush({ signal }: FlushOptions = {}): Promise<void> {
    const { ledger } = this.#parts;
    const { generation } = ledger;
    const settled = ledger.settled();
    const onAbort = () => this.#dispatcher.abort(generation);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    this.#spiller?.hurry();
    this.#dispatcher.stir();
    await settled;
    signal?.removeEventListener('abort', onAbort);
  }

  close(options: FlushOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: FlushOptions): Promise<void> {
    this.#closed.abort(new Error('put records failed: the producer is closed'));
    await this.flush(options);
    this.#dispatcher.stop();
    this.#parts.reporter.report(this.#parts.ports.nowMs());
    this.#parts.ports.close();
  }

  metrics(): ProducerMetrics {
    const { tally, ledger } = this.#parts;
    return { ...tally, errors: { ...tally.errors }, bufferedRecords: ledger.records, bufferedBytes: ledger.bytes };
  }

  /** Takes a record, or returns what to wait for before it is offered again. */
  #offer(record: UserRecord, signal: AbortSignal | undefined, settle: Settle): Promise<void> | undefined {
    // Whoever hands over a sequence is to stop, not to see every further record fail.
    if (this.#closed.signal.aborted) return Promise.reject(this.#closed.signal.reason);
    const draft = this.#draft(record, signal, settle);
    if (!draft) return undefined;
    if (this.#fullness(draft)) return this.#room(draft, signal);
    this.#enter(draft);
    return undefined;
  }

  /** A record on its way in; undefined when it cannot be put at all, and has settled. */
  #draft(handedIn: UserRecord, signal: AbortSignal | undefined, settle: Settle): Draft | undefined {
    const { settings } = this.#parts;
    if (this.#closed.signal.aborted) {
      return this.#turnAway(settle, 'Closed', 'put record failed: the producer is closed');
    }
    const refusal = checkPutEntry(handedIn, settings.maxRecordBytes);
    if (refusal) return this.#turnAway(settle, refusal.rule, refusal.reason);
    const record = this.#salt ? this.#salt(handedIn) : handedIn;
    const { partitionKey, explicitHashKey, data } = record;
    return {
      record,
      bytes: recordBytes(data, partitionKey),
      hash: effectiveHash(partitionKey, explicitHashKey),
      signal,
      settle,
    };
  }

  /** Sends a record on its way. */
  #enter(draft: Draft): void {
    const { settings, router, settler, tally, ledger } = this.#parts;
    tally.userRecordsReceived += 1;
    const pending = this.#open(draft);
    if (draft.signal?.aborted) {
      settler.giveUp([pending], ABORTED);
      return;
    }
    const channel = router.channelOf(draft.hash, pending.putAtMs);
    this.#observe(draft, channel);
    if (router.push(pending, channel) || ledger.records === 1) this.#dispatcher.stir();
    else this.#dispatcher.stirAt(pending.putAtMs + settings.lingerMs);
  }

  /** What is turned away counts too: it is what makes a shard hot. */
  #observe({ record, bytes, hash }: Draft, channel?: ShardChannel): void {
    const { reporter, router, ports } = this.#parts;
    if (!reporter.isWatching) return;
    const { shardId } = channel ?? router.channelOf(hash, ports.nowMs());
    reporter.observe(record.partitionKey, bytes, shardId);
  }

  /** Counts a record into the buffers. */
  #open({ record, bytes, hash, signal, settle }: Draft): PendingRecord {
    const { ports, ledger, tally } = this.#parts;
    const generation = ledger.open(bytes);
    if (ledger.bytes > tally.bufferedBytesPeak) tally.bufferedBytesPeak = ledger.bytes;
    const order = this.#order;
    this.#order += 1;
    return {
      record: this.#tag ? this.#tag(record) : record,
      hash,
      bytes,
      putAtMs: ports.nowMs(),
      order,
      generation,
      attempts: 0,
      alone: false,
      channel: undefined,
      signal,
      settle,
    };
  }

  /** Settles a record that was not taken. */
  #turnAway(settle: Settle, errorCode: string, message: string): undefined {
    const { tally } = this.#parts;
    tally.userRecordsReceived += 1;
    tally.userRecordsFailed += 1;
    tally.errors[errorCode] = (tally.errors[errorCode] ?? 0) + 1;
    settle({ kind: 'failed', errorCode, message, attempts: 0 });
  }

  /** Resolves when there is room: for anything, or for this record. */
  async #room(draft: Draft | undefined, signal: AbortSignal | undefined): Promise<void> {
    const hasRoom = () => this.#fullness(draft) === undefined;
    if (hasRoom()) return;
    await this.#parts.ledger.room(hasRoom, signal ? [signal, this.#closed.signal] : [this.#closed.signal]);
  }

  #fullness(draft: Draft | undefined): 'ProducerFull' | 'ShardFull' | undefined {
    const { ledger, router, ports } = this.#parts;
    if (ledger.isFull(draft?.bytes ?? 0)) return 'ProducerFull';
    return draft && router.hasShare(router.channelOf(draft.hash, ports.nowMs()), ledger) ? 'ShardFull' : undefined;
  }

  #tellFull(errorCode: 'ProducerFull' | 'ShardFull'): void {
    const { events, ledger, ports } = this.#parts;
    const nowMs = ports.nowMs();
    if (nowMs < this.#tellFullAtMs) return;
    this.#tellFullAtMs = nowMs + TELL_FULL_MS;
    events.emit({ type: 'full', errorCode, records: ledger.records, bytes: ledger.bytes });
  }
}

function bytesOf(records: readonly SpilledRecord[]): number {
  return records.reduce((sum, { record }) => sum + recordBytes(record.data, record.partitionKey), 0);
}
