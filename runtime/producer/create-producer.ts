// A producer: its parts at work together, behind the interface that its users see.
import { setMaxListeners } from 'node:events';
import type { Writable } from 'node:stream';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import type { ShardMap } from '../../core/sharding/shard-map.js';
import { assembleParts, takeMetrics } from './assemble-parts.js';
import { Intake } from './buffering/intake.js';
import { checkStreamName } from './check-settings.js';
import { type Offer, putAll } from './hand-over/put-all.js';
import { putStream } from './hand-over/put-stream.js';
import type { ProducerPorts } from './ports.js';
import type { FlushOptions, Producer, PutAllOptions, PutOutcome, PutSummary } from './producer.js';
import { type ProducerSettings, type ResolvedSettings, resolveSettings } from './producer-options.js';
import type { ProducerParts } from './producer-parts.js';
import { Dispatcher } from './sending/dispatcher.js';
import { WrongShards } from './shards/wrong-shards.js';
import type { ProducerMetrics } from './telemetry/producer-metrics.js';

/** Makes a producer on these ports. */
export function createProducerOn(ports: ProducerPorts, streamName: string, settings: ProducerSettings = {}): Producer {
  checkStreamName(streamName);
  return new KinesisProducer(ports, streamName, resolveSettings(settings));
}

class KinesisProducer implements Producer {
  readonly #parts: ProducerParts;
  readonly #dispatcher: Dispatcher;
  readonly #intake: Intake;
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(ports: ProducerPorts, streamName: string, settings: ResolvedSettings) {
    // As many may wait for room as like to.
    setMaxListeners(0, this.#closed.signal);
    const onListed = (map: ShardMap, isChanged: boolean) => {
      const { room, router } = this.#parts;
      const nowMs = ports.nowMs();
      if (isChanged) room.around(() => router.apply(map, nowMs), nowMs);
      wrongShards.judge();
      this.#dispatcher.stir();
    };
    this.#parts = assembleParts(ports, streamName, settings, { onListed, onFailed: () => this.#dispatcher.stir() });
    const wrongShards = new WrongShards(this.#parts);
    this.#dispatcher = new Dispatcher(this.#parts, wrongShards);
    this.#intake = new Intake(this.#parts, this.#dispatcher, this.#closed.signal);
  }

  put(record: UserRecord): Promise<PutOutcome> {
    return new Promise((settle) => {
      try {
        this.#intake.put(record, settle);
      } catch (error) {
        // A question of the caller's own, such as `isBusy`, or a record that is none.
        const message = `put record failed: ${error instanceof Error ? error.message : String(error)}`;
        settle({ kind: 'failed', errorCode: 'UnknownError', message, attempts: 0 });
      }
    });
  }

  ready(signal?: AbortSignal, record?: UserRecord): Promise<void> {
    return this.#intake.ready(signal, record);
  }

  async putAll(
    records: Iterable<UserRecord> | AsyncIterable<UserRecord>,
    options: PutAllOptions = {},
  ): Promise<PutSummary> {
    const { signal } = options;
    const onAbort = () => this.#dispatcher.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await putAll((record, settle) => this.#intake.offer(record, signal, settle), records, options);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  writable(options: PutAllOptions = {}): Writable {
    const { signal } = options;
    const offer: Offer = (record, settle) => this.#intake.offer(record, signal, settle);
    const stream = putStream(offer, () => this.flush(), options);
    const onAbort = () => this.#dispatcher.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.once('close', () => signal?.removeEventListener('abort', onAbort));
    return stream;
  }

  async flush({ signal }: FlushOptions = {}): Promise<void> {
    const { ledger } = this.#parts;
    const { generation } = ledger;
    const settled = ledger.settled();
    const onAbort = () => this.#dispatcher.abort(generation);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    this.#parts.spiller?.hurry();
    this.#dispatcher.stir();
    await settled;
    signal?.removeEventListener('abort', onAbort);
  }

  close(options: FlushOptions = {}): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#close(options);
    // Whoever is in more of a hurry than the first.
    else if (options.signal) void this.flush(options);
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
    return takeMetrics(this.#parts);
  }
}
