// Who may subscribe: one live subscription for each consumer and shard. A call soon after a successful one is refused,
// a later one takes over and the old one ends.
import type { StartingPosition } from '@aws-sdk/client-kinesis';
import { SUBSCRIBE_AGAIN_AFTER_MS, SUBSCRIPTION_DURATION_MS } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { FanOutEvent } from '../api.js';
import type { EngineContext } from '../context.js';
import { startingPosition } from '../operations/starting-place.js';
import { findShard } from '../streams/stream-registry.js';
import { pushShard, type Subscription } from './push-shard.js';

interface Live {
  readonly sinceMs: number;
  readonly end: AbortController;
}

/** Finds what a subscription is about; refuses what does not exist or is not ready. */
export function openSubscription(
  engine: EngineContext,
  consumerArn: string,
  shardId: string,
  from: StartingPosition,
): Subscription {
  const { stream, consumer } = engine.streams.findConsumer(consumerArn);
  if (consumer.status !== 'ACTIVE') {
    throw new ServiceError(
      'ResourceInUseException',
      `Consumer ${consumerArn} not ACTIVE, instead in state ${consumer.status}.`,
    );
  }
  const shard = findShard(stream, shardId);
  const start = { type: from.Type, sequenceNumber: from.SequenceNumber, timestamp: from.Timestamp };
  return { stream, consumer, shard, position: startingPosition(stream, shard, start, engine.clock.nowMs()) };
}

/** Counts a subscription that was taken. */
export function reportSubscribed({ stream, consumer }: Subscription, atMs: number): void {
  stream.metrics.consumer(consumer.name, atMs, [
    ['SubscribeToShard.Success', 1, 'Count'],
    ['SubscribeToShard.RateExceeded', 0, 'Count'],
  ]);
}

/** The live subscriptions of callers outside the process. */
export class Subscriptions {
  readonly #engine: EngineContext;
  readonly #live = new Map<string, Live>();

  constructor(engine: EngineContext) {
    this.#engine = engine;
  }

  /** Starts a subscription that ends after five minutes of lab time, or when another takes over. */
  start(subscription: Subscription, signal: AbortSignal): AsyncIterable<FanOutEvent> {
    const { stream, consumer, shard } = subscription;
    const nowMs = this.#engine.clock.nowMs();
    const key = `${consumer.arn}/${shard.id}`;
    const before = this.#live.get(key);
    if (before && nowMs - before.sinceMs < SUBSCRIBE_AGAIN_AFTER_MS) {
      stream.metrics.consumer(consumer.name, nowMs, [
        ['SubscribeToShard.Success', 0, 'Count'],
        ['SubscribeToShard.RateExceeded', 1, 'Count'],
      ]);
      throw new ServiceError(
        'ResourceInUseException',
        `Another active subscription exists for this consumer: ${stream.accountId}:${stream.name}:${shard.id}:${consumer.name}`,
      );
    }
    before?.end.abort();
    const end = new AbortController();
    this.#live.set(key, { sinceMs: nowMs, end });
    reportSubscribed(subscription, nowMs);
    const ended = AbortSignal.any([end.signal, signal]);
    this.#engine.clock.sleep(SUBSCRIPTION_DURATION_MS, ended).then(
      () => end.abort(),
      () => undefined,
    );
    return pushShard(this.#engine, subscription, ended);
  }
}
