// Puts together one PutRecords call from the lanes that may send: those that have waited long enough, and those that
// have enough.
import type { Lane } from '../buffering/lane.js';
import type { PendingRecord } from '../buffering/record-queue.js';
import type { ShardChannel } from '../shards/shard-channel.js';
import { type Entry, type EntryLimits, takeEntry } from './take-entry.js';

/** One PutRecords call. */
export interface Call {
  readonly entries: readonly Entry[];
  readonly sentAtMs: number;
}

export interface CollectOptions extends EntryLimits {
  readonly lingerMs: number;
  readonly maxCallRecords: number;
  readonly maxCallBytes: number;
  readonly isOrdered: boolean;
}

/** Bytes that an entry may come out larger than expected: framing, keys and tags of a record that goes alone. */
const SLACK_BYTES = 1_024;

/** While this many calls are under way, a further one waits until it is worth its own cost, or something is due. */
const BUSY_CALLS = 2;
const WORTHWHILE_BYTES = 256 * 1_024;

/**
 * Shards that have used up their rates rest until the next of these moments, all together: a call for each token of each
 * shard would cost more than it carries.
 */
const REST_MS = 25;

/** Part of the longest wait that a record may be spared when a call is made anyway. */
const COMES_ALONG = 0.25;

/** What the other calls are. */
export interface Surroundings {
  readonly callsUnderWay: number;
  /** Whether everything goes, however short it has waited. */
  readonly isFlushing: boolean;
}

/** What is known while one call is put together. */
interface Draft {
  readonly options: CollectOptions;
  readonly nowMs: number;
  /** Whether everything goes, however short it has waited. */
  readonly isFlushing: boolean;
  /** Whether lanes that have enough may go before they have waited. */
  readonly takesFull: boolean;
  readonly isLive: (pending: PendingRecord) => boolean;
  readonly entries: Entry[];
  bytes: number;
  /** Lanes whose first record is due by then are taken from. */
  dueByMs: number;
  /** Earliest time at which something more could be sent. */
  wakeAtMs: number;
}

/**
 * Collects the next call, or tells when to ask again. Lanes it took from are out of turn until their entries are settled.
 */
export function collectCall(
  channels: readonly ShardChannel[],
  nowMs: number,
  { callsUnderWay, isFlushing }: Surroundings,
  isLive: (pending: PendingRecord) => boolean,
  options: CollectOptions,
): { readonly call: Call | undefined; readonly wakeAtMs: number } {
  const draft: Draft = {
    options,
    nowMs,
    isFlushing,
    takesFull: callsUnderWay < BUSY_CALLS || fullBytes(channels) >= WORTHWHILE_BYTES,
    isLive,
    entries: [],
    bytes: 0,
    dueByMs: nowMs,
    wakeAtMs: Number.POSITIVE_INFINITY,
  };
  const willing: ShardChannel[] = [];
  for (const channel of channels) {
    if (channel.waiting.size === 0 || channel.predecessors.size > 0) continue;
    if (nowMs < channel.restsUntilMs) draft.wakeAtMs = Math.min(draft.wakeAtMs, channel.restsUntilMs);
    else willing.push(channel);
  }
  // Where a call is made in any case, what would be due soon comes along.
  if (willing.some((channel) => nextDueAtMs(channel, options) <= nowMs)) {
    draft.dueByMs += options.lingerMs * COMES_ALONG;
  }
  for (const channel of willing) if (!takeFrom(channel, draft)) break;
  const call = draft.entries.length === 0 ? undefined : { entries: draft.entries, sentAtMs: nowMs };
  return { call, wakeAtMs: draft.wakeAtMs };
}

/** When the lane that has waited longest is due. */
function nextDueAtMs({ waiting }: ShardChannel, { lingerMs }: CollectOptions): number {
  for (const { queue } of waiting) return queue.first!.putAtMs + lingerMs;
  return Number.POSITIVE_INFINITY;
}

/** Takes what one shard has to send; false when the call has no room for more. */
function takeFrom(channel: ShardChannel, draft: Draft): boolean {
  for (const lane of draft.takesFull ? channel.full : []) {
    const reason = takeFromLane(lane, draft, true);
    if (reason !== 'taken') return reason === 'shard-busy';
  }
  for (const lane of channel.waiting) {
    const dueAtMs = lane.queue.first!.putAtMs + draft.options.lingerMs;
    // A record that goes by itself comes along whenever it can; an aggregated one would come out small.
    const comesAlong = lane.kind === 'single' && draft.entries.length > 0;
    if (dueAtMs > draft.dueByMs && !draft.isFlushing && !comesAlong) {
      draft.wakeAtMs = Math.min(draft.wakeAtMs, dueAtMs);
      break;
    }
    const reason = takeFromLane(lane, draft, false);
    if (reason !== 'taken') return reason === 'shard-busy';
  }
  return true;
}

function takeFromLane(lane: Lane, draft: Draft, isFull: boolean): 'taken' | 'shard-busy' | 'call-full' {
  const { channel, queue } = lane;
  const { options, nowMs, entries } = draft;
  let result: 'taken' | 'shard-busy' | 'call-full' = 'taken';
  while (queue.length > 0) {
    const expected = expectedBytes(lane, options);
    // A second entry of a lane goes along only if it is a whole one, or of those that go by themselves.
    if (
      lane.outstanding > 0 &&
      (options.isOrdered || (lane.kind !== 'single' && isFull && queue.bytes < options.maxAggregateBytes))
    )
      break;
    if (entries.length >= options.maxCallRecords || draft.bytes + expected + SLACK_BYTES > options.maxCallBytes) {
      if (entries.length > 0) {
        result = 'call-full';
        break;
      }
    }
    const waitMs = channel.rate?.waitMs(expected, nowMs) ?? 0;
    if (waitMs > 0) {
      channel.restsUntilMs = Math.ceil((nowMs + waitMs) / REST_MS) * REST_MS;
      draft.wakeAtMs = Math.min(draft.wakeAtMs, channel.restsUntilMs);
      result = 'shard-busy';
      break;
    }
    const entry = takeEntry(lane, options, draft.isLive);
    if (!entry) break;
    channel.rate?.spend(entry.bytes);
    entries.push(entry);
    draft.bytes += entry.bytes;
    lane.outstanding += 1;
    channel.outstanding += 1;
  }
  channel.settleLane(lane);
  return result;
}

/** Bytes in lanes that have enough for a whole record of the stream. */
function fullBytes(channels: readonly ShardChannel[]): number {
  let bytes = 0;
  for (const { full } of channels) for (const { queue } of full) bytes += queue.bytes;
  return bytes;
}

/** Bytes that the next entry of a lane will have, about. */
function expectedBytes({ kind, queue }: Lane, { maxAggregateBytes }: CollectOptions): number {
  const first = queue.first?.bytes ?? 0;
  return kind === 'single' ? first : Math.max(first, Math.min(queue.bytes, maxAggregateBytes));
}
