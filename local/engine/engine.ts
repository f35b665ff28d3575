// The lab's Kinesis: streams in memory, with the service's limits, states and errors, in lab time.
// Operations are tables (operations/), the HTTP endpoint is one caller among others (http/).
import { setMaxListeners } from 'node:events';
import type { StartingPosition } from '@aws-sdk/client-kinesis';
import { RESHARD_STEP_MS } from '../../core/limits.js';
import { ServiceError } from '../service-error.js';
import { Account } from './account.js';
import type { FanOut, FanOutEvent, KinesisApi, StartUp, StreamCensus } from './api.js';
import type { EngineContext, EngineOptions } from './context.js';
import { pushShard } from './fan-out/push-shard.js';
import { registerConsumer } from './fan-out/register-consumer.js';
import { openSubscription, Subscriptions } from './fan-out/subscriptions.js';
import { OPERATIONS } from './operations/all-operations.js';
import type { Operation } from './operations/operation.js';
import { parseSequenceNumber } from './store/sequence-number.js';
import { createStream } from './streams/create-stream.js';
import { StreamRegistry } from './streams/stream-registry.js';
import { checkInput } from './validation/check-input.js';

const DEFAULT_TIMINGS = { createMs: 1_000, deleteMs: 1_000, reshardMs: RESHARD_STEP_MS, consumerMs: 1_000 };

const SUBSCRIBE_SHAPE = { required: ['ConsumerARN', 'ShardId', 'StartingPosition'], optional: ['StreamId', 'DryRun'] };

interface SubscribeInput {
  readonly ConsumerARN: string;
  readonly ShardId: string;
  readonly StartingPosition: StartingPosition;
}

/** A running engine. */
export interface KinesisEngine extends KinesisApi, FanOut, StreamCensus, StartUp {
  /** Runs the operation with this name; throws UnknownOperationException when there is none. */
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** SubscribeToShard as a caller from outside makes it: five minutes, one subscription per consumer and shard. */
  subscribeToShard(input: Readonly<Record<string, unknown>>, signal: AbortSignal): AsyncIterable<FanOutEvent>;
  /** Ends every subscription and drops what was still to happen. */
  close(): void;
}

/** Starts an engine without streams. */
export function createKinesisEngine(options: EngineOptions): KinesisEngine {
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);
  const { clock, metrics } = options;
  const engine: EngineContext = {
    clock,
    metrics,
    streams: new StreamRegistry(options.identity),
    account: new Account(),
    enforceLimits: options.enforceLimits ?? true,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    later: (ms, action) => void clock.sleep(ms, closed.signal).then(action, () => undefined),
  };
  const subscriptions = new Subscriptions(engine);
  const call = async (name: string, input: Readonly<Record<string, unknown>>) => run(engine, name, input);
  const api = Object.fromEntries(
    Object.keys(OPERATIONS).map((name) => [name, (input: Readonly<Record<string, unknown>>) => call(name, input)]),
  ) as unknown as KinesisApi;

  return {
    ...api,
    ...census(engine.streams),
    call,
    subscribe(consumerArn, shardId, from, signal) {
      const subscription = openSubscription(engine, consumerArn, shardId, from);
      return pushShard(engine, subscription, AbortSignal.any([signal, closed.signal]));
    },
    subscribeToShard(input, signal) {
      checkInput(SUBSCRIBE_SHAPE, input);
      const { ConsumerARN, ShardId, StartingPosition } = input as unknown as SubscribeInput;
      const subscription = openSubscription(engine, ConsumerARN, ShardId, StartingPosition);
      return subscriptions.start(subscription, AbortSignal.any([signal, closed.signal]));
    },
    openStream(input) {
      checkInput(OPERATIONS.CreateStream, { ...input });
      // A template that warms a stream up is for an account with the commitment that this needs.
      if (input.WarmThroughputMiBps !== undefined) engine.account.commit(clock.nowMs());
      createStream(engine, input).status = 'ACTIVE';
    },
    openConsumer(input) {
      checkInput(OPERATIONS.RegisterStreamConsumer, { ...input });
      const consumer = registerConsumer(engine, input);
      consumer.status = 'ACTIVE';
      return consumer.arn;
    },
    close: () => closed.abort(),
  };
}

function run(engine: EngineContext, name: string, input: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(OPERATIONS, name)) {
    const text = name.includes('Channel')
      ? `Operation ${name} is outside the lab: its Kinesis has no channels; try them in an account.`
      : `Operation ${name} is not offered by the lab's Kinesis.`;
    throw new ServiceError('UnknownOperationException', text);
  }
  // The table's entry takes exactly what its shape has let through.
  const operation = OPERATIONS[name as keyof KinesisApi] as Operation<never>;
  checkInput(operation, input);
  return operation.run(engine, input as never);
}

function census(streams: StreamRegistry): StreamCensus {
  return {
    accepted: (name) => streams.find({ StreamName: name }).accepted,
    reshards: (name) => streams.find({ StreamName: name }).reshards,
    countAfter(name, shardId, sequenceNumber) {
      const shard = streams.find({ StreamName: name }).shard(shardId);
      if (!shard) return 0;
      const number = sequenceNumber === undefined ? undefined : parseSequenceNumber(sequenceNumber);
      const from = number === undefined ? shard.log.firstPosition : shard.positionFrom(number, false);
      return shard.log.nextPosition - from;
    },
  };
}
