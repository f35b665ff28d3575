// Puts the parts of a producer together, and takes records in.

import { DOCUMENTED_RATE } from '../../core/batching/adaptive-rate.js';
import { checkPutEntry } from '../../core/batching/check-put-entry.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { recordBytes } from '../../core/records/record-size.js';
import { effectiveHash } from '../../core/sharding/shard-map.js';
import { Dispatcher } from './dispatcher.js';
import { Ledger } from './ledger.js';
import type { ProducerPorts } from './ports.js';
import type { FlushOptions, Producer, PutAllOptions, PutOutcome, PutSummary } from './producer.js';
import { ProducerEvents } from './producer-events.js';
import { emptyTally, type ProducerMetrics } from './producer-metrics.js';
import { type ProducerSettings, type ResolvedSettings, resolveSettings } from './producer-options.js';
import type { ProducerParts } from './producer-parts.js';
import { putAll } from './put-all.js';
import { putStream } from './put-stream.js';
import { Reporter } from './reporter.js';
import { Router } from './router.js';
import { salter } from './salt.js';
import { Settler } from './settler.js';
import { ShardDirectory } from './shard-directory.js';
import { type SpilledRecord, Spiller } from './spill.js';
import { tagger } from './tag-record.js';
import { WaitingRoom } from './waiting-room.js';
import { WrongShards } from './wrong-shards.js';

/** Makes a producer on these ports. */
export function createProducerOn(ports: ProducerPorts, streamName: string, settings: ProducerSettings = {}): Producer {
  return new KinesisProducer(ports, streamName, resolveSettings(settings));
}

/** What comes between a record as it is handed in and as it is put. */
type Change = (record: UserRecord) => UserRecord;

class KinesisProducer implements Producer {
  readonly #parts: ProducerParts;
  readonly #dispatcher: Dispatcher;
  readonly #changes: readonly Change[];
  readonly #spiller: Spiller | undefined;
  readonly #closed = new AbortController();
  #order = 0;
  #isFullTold = false;

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
    this.#parts = { streamName, settings, ports, events, tally, ledger, router, room, settler, reporter, directory };
    const wrongShards = new WrongShards(this.#parts);
    this.#dispatcher = new Dispatcher(this.#parts, wrongShards);
    const { salting, producerId } = settings;
    this.#changes = [...(salting ? [salter(salting)] : []), ...(producerId ? [tagger(producerId)] : [])];
  }

  put(record: UserRecord): Promise<PutOutcome> {
    return this.#put(record, undefined);
  }

  async ready(signal?: AbortSignal, record?: UserRecord): Promise<void> {
    const hasRoom = () => this.#refusal(record) === undefined;
    this.#closed.signal.throwIfAborted();
    signal?.throwIfAborted();
    if (hasRoom()) return;
    const either = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    await this.#parts.ledger.room(hasRoom, either);
  }

  async putAll(
    records: Iterable<UserRecord> | AsyncIterable<UserRecord>,
    options: PutAllOptions = {},
  ): Promise<PutSummary> {
    const { signal } = options;
    const onAbort = () => this.#dispatcher.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await putAll(this, (record) => this.#put(record, signal), records, options);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  writable(options: PutAllOptions = {}) {
    return putStream(this, options);
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

  async close(options: FlushOptions = {}): Promise<void> {
    if (this.#closed.signal.aborted) return;
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

  #put(handedIn: UserRecord, signal: AbortSignal | undefined): Promise<PutOutcome> {
    const { settings, ports, ledger, router, settler, tally, reporter } = this.#parts;
    tally.userRecordsReceived += 1;
    if (this.#closed.signal.aborted) return this.#turnAway('Closed', 'put record failed: the producer is closed');
    const refusal = checkPutEntry(handedIn, settings.maxRecordBytes);
    if (refusal) return this.#turnAway(refusal.rule, refusal.reason);
    let record = handedIn;
    for (const change of this.#changes) record = change(record);

    const nowMs = ports.nowMs();
    const bytes = recordBytes(record.data, record.partitionKey);
    const hash = effectiveHash(record.partitionKey, record.explicitHashKey);
    const channel = router.channelOf(hash, nowMs);
    reporter.observe(record.partitionKey, bytes, channel.shardId);
    const full = ledger.isFull(bytes) ? 'ProducerFull' : router.hasShare(channel, ledger) ? 'ShardFull' : undefined;
    if (full) this.#tellFull(full);
    else this.#isFullTold = false;
    if (full === 'ProducerFull' || (full && !this.#spiller)) {
      return this.#turnAway(full, 'put record failed: too much is waiting; await ready() before the next put');
    }
    return new Promise((resolve) => {
      const pending = {
        record,
        hash,
        bytes,
        putAtMs: nowMs,
        order: this.#order++,
        generation: ledger.open(bytes),
        attempts: 0,
        alone: false,
        channel: undefined,
        signal,
        resolve,
      };
      if (ledger.bytes > tally.bufferedBytesPeak) tally.bufferedBytesPeak = ledger.bytes;
      if (full) {
        settler.giveUp([pending], { errorCode: full, message: 'put record failed: too much waits for its shard' });
      } else if (signal?.aborted) {
        settler.giveUp([pending], { errorCode: 'Aborted', message: 'put record failed: aborted before it was sent' });
      } else if (router.push(pending, channel) || ledger.records === 1) {
        this.#dispatcher.stir();
      } else {
        this.#dispatcher.stirAt(nowMs + settings.lingerMs);
      }
    });
  }

  /** Settles a record that was not taken. */
  #turnAway(errorCode: string, message: string): Promise<PutOutcome> {
    const { tally } = this.#parts;
    tally.userRecordsFailed += 1;
    tally.errors[errorCode] = (tally.errors[errorCode] ?? 0) + 1;
    return Promise.resolve({ kind: 'failed', errorCode, message, attempts: 0 });
  }

  /** Why a record of this size and key would not be taken now. */
  #refusal(record: UserRecord | undefined): 'ProducerFull' | 'ShardFull' | undefined {
    const { ledger, router, ports } = this.#parts;
    if (ledger.isFull(record ? recordBytes(record.data, record.partitionKey) : 0)) return 'ProducerFull';
    if (!record) return undefined;
    const channel = router.channelOf(effectiveHash(record.partitionKey, record.explicitHashKey), ports.nowMs());
    return router.hasShare(channel, ledger) ? 'ShardFull' : undefined;
  }

  #tellFull(errorCode: 'ProducerFull' | 'ShardFull'): void {
    if (this.#isFullTold) return;
    this.#isFullTold = true;
    const { events, ledger } = this.#parts;
    events.emit({ type: 'full', errorCode, records: ledger.records, bytes: ledger.bytes });
  }
}

function bytesOf(records: readonly SpilledRecord[]): number {
  return records.reduce((sum, { record }) => sum + recordBytes(record.data, record.partitionKey), 0);
}
