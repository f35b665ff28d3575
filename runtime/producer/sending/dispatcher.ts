// Sends what is due: the producer's heart. It beats when a lane is full, when a reply comes, and
// when time is up for something; between two beats nothing runs.
import type { PutEntry } from '../../../core/batching/check-put-entry.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import { ABORTED, EXPIRED } from '../outcomes/lifetime.js';
import type { ProducerPorts, RequestReply } from '../ports.js';
import type { ProducerParts } from '../producer-parts.js';
import type { WrongShards } from '../shards/wrong-shards.js';
import { Alarm } from './alarm.js';
import { type Call, type CollectOptions, collectCall } from './collect-call.js';
import { ReplyReader } from './reply-reader.js';

/** Waiting records are looked through for those whose time is up this many times in the time they have. */
const SWEEPS_PER_TTL = 20;

const INVALID: ReadonlySet<string> = new Set(['ValidationException', 'InvalidArgumentException']);

export class Dispatcher {
  readonly #parts: ProducerParts;
  readonly #wrongShards: WrongShards;
  readonly #collecting: CollectOptions;
  readonly #replies: ReplyReader;
  readonly #alarm: Alarm;
  #callsUnderWay = 0;
  #sweepAtMs = 0;

  constructor(parts: ProducerParts, wrongShards: WrongShards) {
    const { settings, ports } = parts;
    const isOrdered = settings.order === 'per-key';
    this.#parts = parts;
    this.#wrongShards = wrongShards;
    this.#replies = new ReplyReader(parts, wrongShards);
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
    const { router, room, settler, lifetime } = this.#parts;
    lifetime.abort(generation);
    const isGone = (pending: PendingRecord) => lifetime.isAborted(pending);
    settler.giveUp([...router.take(isGone), ...room.take(isGone)], ABORTED);
    this.#wrongShards.giveUp(isGone);
    this.stir();
  }

  /** Stops waking up. */
  stop(): void {
    this.#alarm.cancel();
    this.#parts.directory?.stop();
  }

  /** One look at everything: give up, take back, ask, send; then sleep until the next thing is due. */
  #beat(): void {
    const { ports, router, room, ledger, settings, directory, settler, reporter, lifetime } = this.#parts;
    const nowMs = ports.nowMs();
    reporter.reportIfDue(nowMs);
    // A map that is known to be wrong is set right also while nothing waits for it; the next record will.
    if (ledger.records > 0 || directory?.map) directory?.askIfDue(nowMs);
    if (ledger.records === 0) {
      // The minute that ends with the last record is told too, not with the next one.
      if (reporter.dueAtMs === undefined) this.#alarm.cancel();
      else this.#alarm.stirAt(reporter.dueAtMs);
      return;
    }
    if (nowMs >= this.#sweepAtMs) this.#sweep(nowMs);
    room.release(nowMs);
    let wakeAtMs = Math.min(this.#sweepAtMs, directory?.askAtMs ?? Number.POSITIVE_INFINITY, room.nextAtMs);
    const expired: PendingRecord[] = [];
    const isLive = (pending: PendingRecord) => {
      if (!lifetime.isExpired(pending, nowMs)) return true;
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
    const { router, room, settler, settings, lifetime } = this.#parts;
    this.#sweepAtMs = nowMs + settings.recordTtlMs / SWEEPS_PER_TTL;
    const isExpired = (pending: PendingRecord) => lifetime.isExpired(pending, nowMs);
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
    const reply = await putRecords(ports, streamName, entries);
    this.#callsUnderWay -= 1;
    tally.callMs += ports.nowMs() - call.sentAtMs;
    if (reply.kind === 'failed') tally.callsFailed += 1;
    if (isOfOneEntry(reply) && call.entries.length > 1) await this.#halve(call);
    else this.#replies.read(call, reply);
    this.stir();
  }

  /** Sends the halves of a call, one after the other, until what the service refuses stands alone. */
  async #halve({ entries }: Call): Promise<void> {
    const middle = entries.length >> 1;
    for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
      await this.#send({ entries: half, sentAtMs: this.#parts.ports.nowMs() });
    }
  }
}

/** One entry that breaks a rule of the stream fails its whole call. */
function isOfOneEntry(reply: RequestReply): boolean {
  return reply.kind === 'failed' && INVALID.has(reply.errorCode);
}

/** Whatever the port does, every record of the call has an answer. */
async function putRecords(
  ports: ProducerPorts,
  streamName: string,
  entries: readonly PutEntry[],
): Promise<RequestReply> {
  try {
    const reply = await ports.putRecords(streamName, entries);
    if (reply.kind === 'failed' || reply.entries.length === entries.length) return reply;
    const message = `put records failed: ${entries.length} entries sent, ${reply.entries.length} results came back`;
    return { kind: 'failed', errorCode: 'ResultCountMismatch', message, retryable: false };
  } catch (error) {
    return unexpected(error);
  }
}

/** A port that rejects all the same. */
function unexpected(error: unknown): RequestReply {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', errorCode: 'UnknownError', message, retryable: false };
}
