// Sends what is due and deals with the replies: the producer's heart. It beats when a lane is full, when a reply comes, and
// when time is up for something; between two beats nothing runs.

import { PUT_PAYLOAD_UNIT_BYTES } from '../../core/limits.js';
import { fullJitterMs } from '../../core/retry/full-jitter.js';
import { Alarm } from './alarm.js';
import { type Call, type CollectOptions, collectCall } from './collect-call.js';
import type { Lane } from './lane.js';
import type { EntryReply, RequestReply } from './ports.js';
import type { ProducerParts } from './producer-parts.js';
import type { PendingRecord } from './record-queue.js';
import { isRetryable, isThrottle } from './retryable.js';
import type { GivenUp } from './settler.js';
import type { Entry } from './take-entry.js';
import type { WrongShards } from './wrong-shards.js';

/** Waiting records are looked through for those whose time is up this many times in the time they have. */
const SWEEPS_PER_TTL = 20;

export const EXPIRED: GivenUp = {
  errorCode: 'Expired',
  message: "put record failed: older than 'recordTtlMs' before it was accepted",
};
export const ABORTED: GivenUp = { errorCode: 'Aborted', message: 'put record failed: aborted before it was accepted' };

const INVALID: ReadonlySet<string> = new Set(['ValidationException', 'InvalidArgumentException']);

/** Records that were refused for one reason. */
interface Refusal extends GivenUp {
  readonly retryable: boolean;
  readonly pendings: PendingRecord[];
}

export class Dispatcher {
  readonly #parts: ProducerParts;
  readonly #wrongShards: WrongShards;
  readonly #collecting: CollectOptions;
  readonly #alarm: Alarm;
  #callsUnderWay = 0;
  #sweepAtMs = 0;
  /** Records of flushes up to this one are given up. */
  #abortedGeneration = -1;

  constructor(parts: ProducerParts, wrongShards: WrongShards) {
    const { settings, ports } = parts;
    const isOrdered = settings.order === 'per-key';
    this.#parts = parts;
    this.#wrongShards = wrongShards;
    this.#alarm = new Alarm(ports, () => this.#beat());
    this.#collecting = {
      ...settings,
      isOrdered,
      // One partition key for a key, also where it has a record of the stream for itself.
      wrapsSingles: isOrdered || settings.keyBuckets > 1,
    };
  }

  /** Looks for work soon. */
  stir(): void {
    this.#alarm.stir();
  }

  /** Looks for work by then. */
  stirAt(atMs: number): void {
    this.#alarm.stirAt(atMs);
  }

  /** Gives up records put before a flush ended, or whose own signal is aborted; those in a call when it does not take them. */
  abort(generation = -1): void {
    const { router, room, settler } = this.#parts;
    this.#abortedGeneration = Math.max(this.#abortedGeneration, generation);
    const isGone = (pending: PendingRecord) => this.#isAborted(pending);
    settler.giveUp([...router.take(isGone), ...room.take(isGone)], ABORTED);
    this.#wrongShards.giveUp(isGone);
    this.stir();
  }

  /** Stops waking up. */
  stop(): void {
    this.#alarm.cancel();
  }

  /** One look at everything: give up, take back, ask, send; then sleep until the next thing is due. */
  #beat(): void {
    const { ports, router, room, ledger, settings, directory, settler, reporter } = this.#parts;
    const nowMs = ports.nowMs();
    reporter.reportIfDue(nowMs);
    if (ledger.records === 0) {
      this.#alarm.cancel();
      return;
    }
    directory?.askIfDue(nowMs);
    if (nowMs >= this.#sweepAtMs) this.#sweep(nowMs);
    room.release(nowMs);
    let wakeAtMs = Math.min(this.#sweepAtMs, directory?.askAtMs ?? Number.POSITIVE_INFINITY, room.nextAtMs);
    const expired: PendingRecord[] = [];
    const isLive = (pending: PendingRecord) => {
      if (!this.#isExpired(pending, nowMs)) return true;
      expired.push(pending);
      return false;
    };
    while (this.#callsUnderWay < settings.maxCalls && !directory?.isStarting) {
      const surroundings = { callsUnderWay: this.#callsUnderWay, isFlushing: ledger.isFlushing };
      const next = collectCall(router.inTurn(), nowMs, surroundings, isLive, this.#collecting);
      wakeAtMs = Math.min(wakeAtMs, next.wakeAtMs);
      if (!next.call) break;
      void this.#send(next.call);
    }
    settler.giveUp(expired, EXPIRED);
    this.#alarm.stirAt(Math.max(wakeAtMs, nowMs + 1));
  }

  #sweep(nowMs: number): void {
    const { router, room, settler, settings } = this.#parts;
    this.#sweepAtMs = nowMs + settings.recordTtlMs / SWEEPS_PER_TTL;
    const isExpired = (pending: PendingRecord) => this.#isExpired(pending, nowMs);
    settler.giveUp([...router.takeExpired(isExpired), ...room.take(isExpired)], EXPIRED);
    this.#wrongShards.giveUp(isExpired);
  }

  async #send(call: Call): Promise<void> {
    const { ports, tally, streamName } = this.#parts;
    this.#callsUnderWay += 1;
    tally.calls += 1;
    for (const { pendings } of call.entries) {
      for (const pending of pendings) {
        if (pending.attempts === 0) tally.bufferingMs += call.sentAtMs - pending.putAtMs;
        pending.attempts += 1;
      }
      tally.attempts += pendings.length;
    }
    const entries = call.entries.map(({ entry }) => entry);
    const reply = await ports.putRecords(streamName, entries).catch(unexpected);
    this.#callsUnderWay -= 1;
    tally.callMs += ports.nowMs() - call.sentAtMs;
    if (reply.kind === 'failed') tally.callsFailed += 1;
    if (isOfOneEntry(reply) && call.entries.length > 1) await this.#halve(call);
    else this.#read(call, reply);
    this.stir();
  }

  /** Sends the halves of a call, one after the other, until what the service refuses stands alone. */
  async #halve({ entries }: Call): Promise<void> {
    const middle = entries.length >> 1;
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      await this.#send({ entries: half, sentAtMs: this.#parts.ports.nowMs() });
    }
  }

  /** Settles what was taken, keeps the rest for another try or gives it up, and lets the lanes go on. */
  #read(call: Call, reply: RequestReply): void {
    const { ports, router, room, settings } = this.#parts;
    const nowMs = ports.nowMs();
    const refused = new Map<string, Refusal>();
    const taken: Lane[] = [];
    const turnedBack: Lane[] = [];
    call.entries.forEach((entry, at) => {
      const answer = reply.kind === 'failed' ? reply : reply.entries[at]!;
      if (answer.kind === 'put') {
        if (this.#accept(entry, answer)) taken.push(entry.lane);
        return;
      }
      turnedBack.push(entry.lane);
      const { errorCode, message } = answer;
      if (isThrottle(errorCode)) this.#slowDown(entry, call.sentAtMs, nowMs);
      const retryable = reply.kind === 'failed' ? reply.retryable : isRetryable(errorCode);
      const refusal = refused.get(errorCode) ?? { errorCode, message, retryable, pendings: [] };
      refused.set(errorCode, refusal);
      refusal.pendings.push(...entry.pendings);
    });
    const again = [...refused.values()].flatMap((refusal) => this.#sort(refusal, nowMs));
    // What goes again is back before its lane goes on.
    room.keep(again, nowMs, (group) => {
      const attempts = group.reduce((most, pending) => Math.max(most, pending.attempts), 1);
      return nowMs + fullJitterMs(attempts, settings.retryBaseMs, settings.retryCapMs, ports.random);
    });
    for (const lane of [...turnedBack, ...taken]) router.settle(lane);
  }

  /** Settles an entry that was taken; false when its shard is in question, and its lane stays out of turn. */
  #accept(entry: Entry, { shardId, sequenceNumber }: Extract<EntryReply, { kind: 'put' }>): boolean {
    const { tally, settler } = this.#parts;
    tally.kinesisRecordsPut += 1;
    tally.kinesisBytesPut += entry.bytes;
    tally.payloadUnits += Math.ceil(entry.bytes / PUT_PAYLOAD_UNIT_BYTES);
    if (this.#wrongShards.isDoubtful(entry, shardId)) {
      this.#wrongShards.hold({ entry, shardId, sequenceNumber });
      return false;
    }
    entry.pendings.forEach((pending, at) => {
      settler.put(pending, shardId, sequenceNumber, entry.isAggregated ? at : undefined);
    });
    return true;
  }

  /** Learns from a throttle. */
  #slowDown({ lane, pendings }: Entry, sentAtMs: number, nowMs: number): void {
    const { tally, events } = this.#parts;
    const { rate, shardId = '' } = lane.channel;
    tally.throttled += pendings.length;
    if (!rate?.throttled(sentAtMs, nowMs)) return;
    const sharePercent = Math.round(rate.share * 100);
    events.emit({ type: 'throttled', shardId, records: pendings.length, sharePercent });
  }

  /** Returns what is to be sent again of what was refused for one reason; the rest is given up. */
  #sort({ errorCode, message, retryable, pendings }: Refusal, nowMs: number): readonly PendingRecord[] {
    const { tally, events, settler, settings } = this.#parts;
    const again: PendingRecord[] = [];
    const failed: PendingRecord[] = [];
    const aborted: PendingRecord[] = [];
    const expired: PendingRecord[] = [];
    for (const pending of pendings) {
      if (!retryable || pending.attempts >= settings.maxAttempts) failed.push(pending);
      else if (this.#isAborted(pending)) aborted.push(pending);
      else if (this.#isExpired(pending, nowMs)) expired.push(pending);
      else again.push(pending);
    }
    settler.giveUp(failed, { errorCode, message });
    settler.giveUp(aborted, ABORTED);
    settler.giveUp(expired, EXPIRED);
    if (again.length > 0) {
      tally.retries += again.length;
      events.emit({ type: 'retried', errorCode, records: again.length });
    }
    return again;
  }

  #isExpired(pending: PendingRecord, nowMs: number): boolean {
    return nowMs - pending.putAtMs >= this.#parts.settings.recordTtlMs;
  }

  #isAborted({ generation, signal }: PendingRecord): boolean {
    return generation <= this.#abortedGeneration || signal?.aborted === true;
  }
}

/** One entry that breaks a rule of the stream fails its whole call. */
function isOfOneEntry(reply: RequestReply): boolean {
  return reply.kind === 'failed' && INVALID.has(reply.errorCode);
}

/** A port that rejects all the same. */
function unexpected(error: unknown): RequestReply {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', errorCode: 'UnknownError', message, retryable: false };
}
