// The way in: checks a record, looks whether there is room for it, counts it into the buffers and puts it in its lane.
import { checkPutEntry } from '../../../core/batching/check-put-entry.js';
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import { recordBytes } from '../../../core/records/record-size.js';
import { effectiveHash } from '../../../core/sharding/shard-map.js';
import { ABORTED } from '../outcomes/lifetime.js';
import type { GivenUp } from '../outcomes/settler.js';
import type { PutOutcome } from '../producer.js';
import type { ProducerParts } from '../producer-parts.js';
import type { Dispatcher } from '../sending/dispatcher.js';
import type { ShardChannel } from '../shards/shard-channel.js';
import type { PendingRecord } from './record-queue.js';
import { salter } from './salt.js';
import { tagger } from './tag-record.js';

/** A record on its way in. */
interface Draft {
  /** As it will be put, but for its tags. */
  readonly record: UserRecord;
  readonly bytes: number;
  readonly hash: string;
}

type Settle = (outcome: PutOutcome) => void;

/** Full buffers are told no more often than this. */
const TELL_FULL_MS = 1_000;

const SHARD_FULL: GivenUp = { errorCode: 'ShardFull', message: 'put record failed: too much waits for its shard' };

export class Intake {
  readonly #parts: ProducerParts;
  readonly #dispatcher: Dispatcher;
  readonly #closed: AbortSignal;
  readonly #salt: ((record: UserRecord) => UserRecord) | undefined;
  readonly #tag: ((record: UserRecord) => UserRecord) | undefined;
  #order = 0;
  #tellFullAtMs = 0;

  constructor(parts: ProducerParts, dispatcher: Dispatcher, closed: AbortSignal) {
    const { salting, producerId } = parts.settings;
    this.#parts = parts;
    this.#dispatcher = dispatcher;
    this.#closed = closed;
    this.#salt = salting && salter(salting);
    this.#tag = producerId === undefined ? undefined : tagger(producerId);
  }

  /** Takes a record, or settles it at once. */
  put(record: UserRecord, settle: Settle): void {
    if (this.#closed.aborted) {
      this.#turnAway(settle, 'Closed', 'put record failed: the producer is closed');
    } else if (this.#isValid(record, settle)) {
      const draft = this.#draft(record);
      const full = this.#fullness(draft);
      if (full) this.#refuse(draft, full, settle);
      else this.#enter(draft, undefined, settle);
    }
  }

  /** Takes a record, or returns what to wait for before it is offered again. */
  offer(record: UserRecord, signal: AbortSignal | undefined, settle: Settle): Promise<void> | undefined {
    // Whoever hands over a sequence is to stop, not to see every further record fail.
    if (this.#closed.aborted) return Promise.reject(this.#closed.reason);
    if (!this.#isValid(record, settle)) return undefined;
    const draft = this.#draft(record);
    if (this.#fullness(draft)) return this.#room(draft, signal);
    this.#enter(draft, signal, settle);
    return undefined;
  }

  /** Resolves when there is room: for anything, or for this record. */
  async ready(signal: AbortSignal | undefined, record: UserRecord | undefined): Promise<void> {
    this.#closed.throwIfAborted();
    signal?.throwIfAborted();
    // One that breaks a rule is refused however much room there is.
    const isWaiting = record && checkPutEntry(record, this.#parts.settings.maxRecordBytes) === undefined;
    await this.#room(isWaiting ? this.#draft(record) : undefined, signal);
  }

  async #room(draft: Draft | undefined, signal: AbortSignal | undefined): Promise<void> {
    const hasRoom = () => this.#fullness(draft) === undefined;
    if (hasRoom()) return;
    await this.#parts.ledger.room(hasRoom, signal ? [signal, this.#closed] : [this.#closed]);
  }

  #fullness(draft: Draft | undefined): 'ProducerFull' | 'ShardFull' | undefined {
    const { ledger, router, ports } = this.#parts;
    if (ledger.isFull(draft?.bytes ?? 0)) return 'ProducerFull';
    return draft && router.hasShare(router.channelOf(draft.hash, ports.nowMs()), ledger) ? 'ShardFull' : undefined;
  }

  /** Spills a record that there is no room for, if only its shard has none, or turns it away. */
  #refuse(draft: Draft, full: 'ProducerFull' | 'ShardFull', settle: Settle): void {
    const { tally, settler, spiller } = this.#parts;
    this.#tellFull(full);
    this.#observe(draft);
    if (full === 'ShardFull' && spiller) {
      tally.userRecordsReceived += 1;
      settler.giveUp([this.#open(draft, undefined, settle)], SHARD_FULL);
    } else {
      this.#turnAway(settle, full, 'put record failed: too much is waiting; await ready() before the next put');
    }
  }

  /** Whether a record breaks no rule; one that does settles. */
  #isValid(record: UserRecord, settle: Settle): boolean {
    const refusal = checkPutEntry(record, this.#parts.settings.maxRecordBytes);
    if (refusal) this.#turnAway(settle, refusal.rule, refusal.reason);
    return refusal === undefined;
  }

  #draft(handedIn: UserRecord): Draft {
    const record = this.#salted(handedIn);
    const { partitionKey, explicitHashKey, data } = record;
    return { record, bytes: recordBytes(data, partitionKey), hash: effectiveHash(partitionKey, explicitHashKey) };
  }

  /** With its salt, unless that takes it past a limit. */
  #salted(record: UserRecord): UserRecord {
    if (!this.#salt) return record;
    const salted = this.#salt(record);
    return checkPutEntry(salted, this.#parts.settings.maxRecordBytes) === undefined ? salted : record;
  }

  /** Sends a record on its way. */
  #enter(draft: Draft, signal: AbortSignal | undefined, settle: Settle): void {
    const { settings, router, settler, tally, ledger } = this.#parts;
    tally.userRecordsReceived += 1;
    const pending = this.#open(draft, signal, settle);
    if (signal?.aborted) {
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
  #open({ record, bytes, hash }: Draft, signal: AbortSignal | undefined, settle: Settle): PendingRecord {
    const { ports, ledger, tally } = this.#parts;
    const tagged = this.#tag ? this.#tag(record) : record;
    const generation = ledger.open(bytes);
    if (ledger.bytes > tally.bufferedBytesPeak) tally.bufferedBytesPeak = ledger.bytes;
    const order = this.#order;
    this.#order += 1;
    return {
      record: tagged,
      hash,
      bytes,
      putAtMs: ports.nowMs(),
      order,
      generation,
      attempts: 0,
      lastError: undefined,
      alone: false,
      channel: undefined,
      signal,
      settle,
    };
  }

  /** Settles a record that was not taken. */
  #turnAway(settle: Settle, errorCode: string, message: string): void {
    const { tally } = this.#parts;
    tally.userRecordsReceived += 1;
    tally.userRecordsFailed += 1;
    tally.errors[errorCode] = (tally.errors[errorCode] ?? 0) + 1;
    settle({ kind: 'failed', errorCode, message, attempts: 0 });
  }

  #tellFull(errorCode: 'ProducerFull' | 'ShardFull'): void {
    const { events, ledger, ports } = this.#parts;
    const nowMs = ports.nowMs();
    if (nowMs < this.#tellFullAtMs) return;
    this.#tellFullAtMs = nowMs + TELL_FULL_MS;
    events.emit({ type: 'full', errorCode, records: ledger.records, bytes: ledger.bytes });
  }
}
