// The lab's Kinesis: streams in memory, with the service's limits, states and errors, in lab time.
// Operations are tables (operations/), the HTTP endpoint is one caller among others (http/).
import { setMaxListeners } from 'node:events';
import type { StartingPosition } from '@aws-sdk/client-kinesis';
import { ON_DEMAND_GROWTH_WINDOW_MS, RESHARD_STEP_MS } from '../../core/limits.js';
import type { Clock } from '../clock.js';
import { ServiceError } from '../service-error.js';
import { Account } from './account.js';
import type { FanOut, FanOutEvent, KinesisApi, StartUp, StreamCensus } from './api.js';
import type { EngineContext, EngineOptions, EngineTimings } from './context.js';
import { DataDirectory } from './durability/data-directory.js';
import { Journal } from './durability/journal.js';
import { recover } from './durability/recover.js';
import { pushShard } from './fan-out/push-shard.js';
import { registerConsumer } from './fan-out/register-consumer.js';
import { openSubscription, reportSubscribed, Subscriptions } from './fan-out/subscriptions.js';
import { CallRates } from './limits/call-rates.js';
import { OPERATIONS } from './operations/all-operations.js';
import { endDryRun, type Operation } from './operations/operation.js';
import { parseSequenceNumber } from './store/sequence-number.js';
import { createStream } from './streams/create-stream.js';
import { StreamRegistry } from './streams/stream-registry.js';
import { keepUp } from './streams/upkeep.js';
import { checkInput } from './validation/check-input.js';

const DEFAULT_TIMINGS: EngineTimings = {
  createMs: 1_000,
  deleteMs: 1_000,
  reshardMs: RESHARD_STEP_MS,
  settingMs: 1_000,
  onDemandMs: ON_DEMAND_GROWTH_WINDOW_MS,
  consumerMs: 1_000,
};

const SUBSCRIBE_SHAPE = { required: ['ConsumerARN', 'ShardId', 'StartingPosition'], optional: ['StreamId', 'DryRun'] };

interface SubscribeInput {
  readonly ConsumerARN: string;
  readonly ShardId: string;
  readonly StartingPosition: StartingPosition;
}

type Input = Readonly<Record<string, unknown>>;

/** A running engine. */
export interface KinesisEngine extends KinesisApi, FanOut, StreamCensus, StartUp {
  /** Runs the operation with this name for a caller from outside, whose calls are counted; throws UnknownOperationException when there is none. */
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** SubscribeToShard as a caller from outside makes it: five minutes, one subscription per consumer and shard. */
  subscribeToShard(input: Readonly<Record<string, unknown>>, signal: AbortSignal): AsyncIterable<FanOutEvent>;
  /** Ends every subscription and drops what was still to happen; resolves when a durable engine has let go of its files. */
  close(): Promise<void>;
}

/** Starts an engine without streams. */
export function createKinesisEngine(options: EngineOptions): KinesisEngine {
  const closed = new AbortController();
  setMaxListeners(0, closed.signal);
  const { clock } = options;
  let journal: Journal | undefined;
  const later: EngineContext['later'] = (ms, action) =>
    void clock.sleep(ms, closed.signal).then(
      () => {
        action();
        journal?.touch();
        journal?.commit().catch(() => undefined);
      },
      () => undefined,
    );
  const base = {
    clock,
    metrics: options.metrics,
    streams: new StreamRegistry(options.identity),
    account: new Account(),
    rates: new CallRates(),
    enforceLimits: options.enforceLimits ?? true,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    later,
  };
  if (options.dataDir !== undefined) {
    const directory = new DataDirectory(options.dataDir);
    recover(directory, base);
    journal = new Journal(directory, base.streams, base.account);
  }
  const engine: EngineContext = { ...base, journal };
  keepUp(engine);
  const subscriptions = new Subscriptions(engine);
  const api = Object.fromEntries(
    Object.keys(OPERATIONS).map((name) => [name, (input: Input) => answer(engine, name, input)]),
  ) as unknown as KinesisApi;

  return {
    ...api,
    ...census(engine.streams, clock),
    async call(name, input) {
      if (engine.enforceLimits) engine.rates.admit(name, input, clock.nowMs());
      return answer(engine, name, input);
    },
    subscribe(consumerArn, shardId, from, signal) {
      const subscription = openSubscription(engine, consumerArn, shardId, from);
      reportSubscribed(subscription, clock.nowMs());
      return pushShard(engine, subscription, AbortSignal.any([signal, closed.signal]));
    },
    subscribeToShard(input, signal) {
      checkInput(SUBSCRIBE_SHAPE, input);
      const { ConsumerARN, ShardId, StartingPosition } = input as unknown as SubscribeInput;
      const subscription = openSubscription(engine, ConsumerARN, ShardId, StartingPosition);
      endDryRun(input);
      return subscriptions.start(subscription, AbortSignal.any([signal, closed.signal]));
    },
    hasStream: (name) => engine.streams.get(name) !== undefined,
    openStream(input, keyId) {
      checkInput(OPERATIONS.CreateStream, { ...input });
      // A template that warms a stream up is for an account with the commitment that this needs.
      if (input.WarmThroughputMiBps !== undefined) engine.account.commit(clock.nowMs());
      const stream = createStream(engine, input);
      stream.keyId = keyId;
      stream.status = 'ACTIVE';
      engine.journal?.touch();
    },
    openConsumer(input) {
      checkInput(OPERATIONS.RegisterStreamConsumer, { ...input });
      const consumer = registerConsumer(engine, input);
      consumer.status = 'ACTIVE';
      engine.journal?.touch();
      return consumer.arn;
    },
    async close() {
      closed.abort();
      await journal?.close();
    },
  };
}

/** Operations that change nothing. */
const READS = /^(Describe|Get|List)/;

/** Operations that change nothing but the records. */
const PUTS = /^PutRecords?$/;

/** Runs an operation; what it has changed is on disk before it is answered. */
async function answer(engine: EngineContext, name: string, input: Input): Promise<unknown> {
  const output = run(engine, name, input);
  if (!engine.journal || READS.test(name)) return output;
  if (!PUTS.test(name)) engine.journal.touch();
  await engine.journal.commit();
  return output;
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

function census(streams: StreamRegistry, clock: Clock): StreamCensus {
  return {
    // A stream may be deleted while somebody counts; then there is nothing of it.
    accepted: (name) => streams.get(name)?.accepted ?? 0,
    reshards: (name) => streams.get(name)?.reshards ?? 0,
    countAfter(name, shardId, sequenceNumber) {
      const shard = streams.get(name)?.shard(shardId);
      if (!shard) return 0;
      const number = sequenceNumber === undefined ? undefined : parseSequenceNumber(sequenceNumber);
      const from = number === undefined ? shard.log.firstPosition : shard.positionFrom(number, false);
      return shard.log.nextPosition - from;
    },
    countBefore(name, shardId, timeMs) {
      const log = streams.find({ StreamName: name }).shard(shardId)?.log;
      return log ? log.positionAtTime(timeMs) - log.firstPosition : 0;
    },
    horizonMs: (name) => streams.find({ StreamName: name }).horizonMs(clock.nowMs()),
  };
}
