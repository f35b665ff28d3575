// The engine with its faults: requests that are throttled, fail, take long, or whose reply is lost on the wire, reads
// that fail, pushes that are cut off, and an engine that is gone for a while with every connection and iterator.
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import type { FanOut, KinesisApi } from '../engine/api.js';
import type { KinesisEngine } from '../engine/engine.js';
import { ConnectionLost, ServiceError } from '../service-error.js';
import { EngineLife } from './engine-life.js';
import type { FaultDesk } from './fault-desk.js';
import type { Mishap } from './mishap.js';
import { executePut } from './partial-put.js';
import type { RecordHook } from './record-hook.js';

/** Longest delay of a request, in lab time. */
const MAX_DELAY_MS = 800;

/** A push is cut off after at most so many events. */
const MAX_EVENTS = 20;

export interface DisturbedEngineOptions {
  readonly engine: KinesisEngine;
  /** Ends the engine and brings it back from its disk. */
  readonly restart: () => Promise<void>;
  readonly desk: FaultDesk;
  readonly clock: Clock;
  readonly records: RecordHook;
}

export interface DisturbedEngine {
  /** What the endpoint serves. */
  readonly served: KinesisEngine;
  /** What the lab's event sources read. */
  readonly read: KinesisApi & FanOut;
}

type Input = Readonly<Record<string, unknown>>;

/** One call, what is to go wrong with it, and what the caller sees when its connection is lost. */
interface Attempt {
  readonly site: 'request' | 'read';
  readonly operation: string;
  readonly ordinal: number;
  readonly mishap: Mishap<'request'> | Mishap<'read'> | undefined;
  readonly lost: () => Error;
}

/** Puts faults between an engine and those who call it. The engine itself stays as it is, and so do its counts. */
export function disturbEngine(options: DisturbedEngineOptions): DisturbedEngine {
  const { engine, desk, clock, records } = options;
  const life = new EngineLife(clock, options.restart);

  async function undergo({ site, operation, ordinal, mishap, lost }: Attempt, run: () => Promise<unknown>) {
    const alive = life.watch(lost);
    alive();
    switch (mishap?.kind) {
      case 'throttle':
        throw throttled(operation);
      case 'fail':
        throw failed();
      case 'lose-request':
        throw lost();
      case 'restart-before':
        life.end(mishap.size);
        break;
      case 'delay':
        await clock.sleep(mishap.size * MAX_DELAY_MS);
        break;
    }
    alive();
    const output = await run();
    if (mishap?.kind === 'lose-reply') throw lost();
    if (mishap?.kind === 'restart-after') life.end(mishap.size);
    try {
      alive();
    } catch (error) {
      if (mishap?.kind !== 'restart-after') desk.cut(site, operation, ordinal);
      throw error;
    }
    return output;
  }

  const call = (operation: string, input: Input) => {
    const { ordinal, mishap } = desk.next('request', operation);
    // A partial failure is how PutRecords throttles.
    const partial = mishap?.kind === 'throttle' && operation === 'PutRecords' ? mishap : undefined;
    const run = () =>
      operation === 'PutRecords' || operation === 'PutRecord'
        ? executePut(engine, { operation, ordinal, input, refusedShare: partial?.size ?? 0 }, records)
        : iterated(life, operation, input, (given) => engine.call(operation, given));
    const lost = () => new ConnectionLost();
    return undergo({ site: 'request', operation, ordinal, mishap: partial ? undefined : mishap, lost }, run);
  };

  const read = (operation: keyof KinesisApi, input: Input) => {
    const { ordinal, mishap } = desk.next('read', operation);
    if (mishap?.kind === 'expire-iterator' && operation === 'GetRecords') return Promise.reject(expired());
    // As a part of the lab, whose calls are not counted.
    const own = engine[operation] as (input: Input) => Promise<unknown>;
    const run = () => iterated(life, operation, input, own);
    return undergo({ site: 'read', operation, ordinal, mishap, lost: unavailable }, run);
  };

  const reads = Object.fromEntries(
    (Object.keys(engine) as (keyof KinesisApi)[])
      .filter((name) => /^[A-Z]/.test(name))
      .map((name) => [name, (input: Input) => read(name, input)]),
  ) as unknown as KinesisApi;

  return {
    read: {
      ...reads,
      subscribe: (arn, shardId, from, signal) =>
        push(life, desk.next('push', shardId).mishap, signal, (end) => engine.subscribe(arn, shardId, from, end)),
    },
    served: {
      ...engine,
      call,
      subscribeToShard(input, signal) {
        const { mishap } = desk.next('push', 'SubscribeToShard');
        life.watch(() => new ConnectionLost())();
        if (mishap?.kind === 'throttle') throw throttled('SubscribeToShard');
        if (mishap?.kind === 'fail') throw failed();
        return push(life, mishap, signal, (end) => engine.subscribeToShard(input, end));
      },
    },
  };
}

/** Iterators carry the life of the engine that gave them out, and end with it. */
async function iterated(
  life: EngineLife,
  operation: string,
  input: Input,
  run: (input: Input) => Promise<unknown>,
): Promise<unknown> {
  if (operation !== 'GetRecords' && operation !== 'GetShardIterator') return run(input);
  const { ShardIterator } = input;
  const given = typeof ShardIterator === 'string' ? life.unmark(ShardIterator) : ShardIterator;
  if (given === undefined && ShardIterator !== undefined) throw expired();
  const output = (await run({ ...input, ...(given === undefined ? {} : { ShardIterator: given }) })) as Input;
  const mark = (name: string) => (typeof output[name] === 'string' ? { [name]: life.mark(output[name]) } : {});
  return { ...output, ...mark('ShardIterator'), ...mark('NextShardIterator') };
}

async function* push<T>(
  life: EngineLife,
  mishap: Mishap<'push'> | undefined,
  signal: AbortSignal,
  subscribe: (end: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const alive = life.watch(unavailable);
  alive();
  if (mishap?.kind === 'throttle') throw throttled('SubscribeToShard');
  if (mishap?.kind === 'fail') throw failed();
  let left = mishap?.kind === 'cut' ? 1 + Math.floor(mishap.size * MAX_EVENTS) : Number.POSITIVE_INFINITY;
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const stop = () => end.abort();
  signal.addEventListener('abort', stop, { once: true });
  const unwatch = life.onEnd(stop);
  try {
    for await (const event of subscribe(end.signal)) {
      alive();
      yield event;
      left -= 1;
      if (left === 0) throw failed();
    }
    alive();
  } finally {
    unwatch();
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function throttled(operation: string): ServiceError {
  const code = /^(Put|Get)Record/.test(operation) ? 'ProvisionedThroughputExceededException' : 'LimitExceededException';
  return new ServiceError(code, `Rate exceeded for ${operation} (chaos).`);
}

function failed(): ServiceError {
  return new ServiceError('InternalFailure', 'The request failed because of an unknown error (chaos).', 500);
}

function unavailable(): ServiceError {
  return new ServiceError('ServiceUnavailable', 'The service is temporarily unavailable (chaos).', 503);
}

function expired(): ServiceError {
  return new ServiceError('ExpiredIteratorException', 'Iterator expired (chaos).');
}
