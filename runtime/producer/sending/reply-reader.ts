// What a reply means for each record of its call: settled, sent again, given up, or its shard in question.
import { PUT_PAYLOAD_UNIT_BYTES } from '../../../core/limits.js';
import { fullJitterMs } from '../../../core/retry/full-jitter.js';
import type { Lane } from '../buffering/lane.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import { ABORTED, EXPIRED } from '../outcomes/lifetime.js';
import type { GivenUp } from '../outcomes/settler.js';
import type { EntryReply, RequestReply } from '../ports.js';
import type { ProducerParts } from '../producer-parts.js';
import type { WrongShards } from '../shards/wrong-shards.js';
import type { Call } from './collect-call.js';
import { isRetryable, isThrottle } from './retryable.js';
import type { Entry } from './take-entry.js';

/** Records that were refused for one reason. */
interface Refusal extends GivenUp {
  readonly retryable: boolean;
  readonly pendings: PendingRecord[];
}

export class ReplyReader {
  readonly #parts: ProducerParts;
  readonly #wrongShards: WrongShards;

  constructor(parts: ProducerParts, wrongShards: WrongShards) {
    this.#parts = parts;
    this.#wrongShards = wrongShards;
  }

  /** Settles what was taken, keeps the rest for another try or gives it up, and lets the lanes go on. */
  read(call: Call, reply: RequestReply): void {
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
    const { tally, events, settler, settings, lifetime } = this.#parts;
    const again: PendingRecord[] = [];
    const failed: PendingRecord[] = [];
    const aborted: PendingRecord[] = [];
    const expired: PendingRecord[] = [];
    const lastError = `${errorCode}: ${message}`;
    for (const pending of pendings) {
      pending.lastError = lastError;
      if (!retryable || pending.attempts >= settings.maxAttempts) failed.push(pending);
      else if (lifetime.isAborted(pending)) aborted.push(pending);
      else if (lifetime.isExpired(pending, nowMs)) expired.push(pending);
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
}
