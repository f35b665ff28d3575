// One subscription: records are pushed as they arrive, at the consumer's own 2 MiB a second, until the shard has ended.

import { FAN_OUT_BYTES_PER_SECOND, GET_RECORDS_MAX_RECORDS } from '../../../core/limits.js';
import type { FanOutEvent } from '../api.js';
import type { EngineContext } from '../context.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { millisBehind, renderRecords } from '../operations/read-operations.js';
import { renderChildren } from '../operations/render.js';
import type { LogPage } from '../store/shard-log.js';
import type { Shard } from '../streams/shard.js';
import type { FanOutConsumer, Stream } from '../streams/stream.js';

/** Most bytes of one event. */
const EVENT_MAX_BYTES = FAN_OUT_BYTES_PER_SECOND / 2;

/** An idle subscription sends an event without records this often, so that its age is known. */
const HEARTBEAT_MS = 5_000;

export interface Subscription {
  readonly stream: Stream;
  readonly consumer: FanOutConsumer;
  readonly shard: Shard;
  /** First position to push. */
  readonly position: number;
}

/** Yields the events of a subscription until the shard has ended, the consumer is gone or `signal` is aborted. */
export async function* pushShard(
  engine: EngineContext,
  subscription: Subscription,
  signal: AbortSignal,
): AsyncGenerator<FanOutEvent, void, undefined> {
  const { stream, consumer, shard } = subscription;
  const bucket = new TokenBucket(FAN_OUT_BYTES_PER_SECOND, engine.clock.nowMs());
  let position = subscription.position;
  while (!signal.aborted && consumer.status === 'ACTIVE' && stream.status !== 'DELETING') {
    await paid(engine, bucket, signal);
    const nowMs = engine.clock.nowMs();
    shard.log.trim(stream.horizonMs(nowMs));
    const page = shard.log.read(position, GET_RECORDS_MAX_RECORDS, EVENT_MAX_BYTES);
    position = page.next;
    bucket.spend(page.bytes);
    const event = renderEvent(subscription, page, nowMs);
    report(subscription, page, event.MillisBehindLatest, nowMs);
    yield event;
    if (event.ChildShards) return;
    if (position >= shard.log.nextPosition && !shard.isReadThrough(position))
      await arrival(engine, shard, position, signal);
  }
}

function renderEvent({ stream, shard }: Subscription, page: LogPage, nowMs: number): FanOutEvent {
  const ended = shard.isReadThrough(page.next);
  const Records = renderRecords(stream, shard, page);
  return {
    Records,
    MillisBehindLatest: millisBehind(shard, page, nowMs),
    ...(ended
      ? { ChildShards: renderChildren(shard) }
      : { ContinuationSequenceNumber: Records.at(-1)?.SequenceNumber ?? continuation(shard, page.next) }),
  };
}

/** Sequence number after which `position` comes. */
function continuation(shard: Shard, position: number): string {
  const before = position - 1;
  if (before < shard.log.firstPosition) return shard.numbers.first();
  return shard.sequenceNumber(before, shard.log.arrivalMs(before));
}

function report({ stream, consumer, shard }: Subscription, page: LogPage, behindMs: number, atMs: number): void {
  stream.metrics.consumer(consumer.name, atMs, [
    ['SubscribeToShardEvent.Bytes', page.bytes, 'Bytes'],
    ['SubscribeToShardEvent.Records', page.records.length, 'Count'],
    ['SubscribeToShardEvent.MillisBehindLatest', behindMs, 'Milliseconds'],
    ['SubscribeToShardEvent.Success', 1, 'Count'],
  ]);
  stream.metrics.shard(shard.id, atMs, [
    ['OutgoingBytes', page.bytes, 'Bytes'],
    ['OutgoingRecords', page.records.length, 'Count'],
  ]);
}

/** Waits until what was pushed before is within the consumer's rate. */
async function paid(engine: EngineContext, bucket: TokenBucket, signal: AbortSignal): Promise<void> {
  if (!engine.enforceLimits) return;
  const available = bucket.available(engine.clock.nowMs());
  if (available >= 0) return;
  await engine.clock.sleep((-available / bucket.perSecond) * 1_000, signal).catch(() => undefined);
}

/** Waits for a record at `position`, the end of the shard, the next sign of life, or the end of the subscription. */
async function arrival(engine: EngineContext, shard: Shard, position: number, signal: AbortSignal): Promise<void> {
  const idle = new AbortController();
  const stop = () => idle.abort('no longer idle');
  const unwatch = shard.watch(stop);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (position >= shard.log.nextPosition && !shard.isReadThrough(position) && !signal.aborted) {
      await engine.clock.sleep(HEARTBEAT_MS, idle.signal).catch(() => undefined);
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', stop);
  }
}
