// The engine with its faults: requests that are throttled, fail, take long, or whose reply is lost on the wire, reads
// that fail, pushes that are cut off, and an engine that is gone for a while with every connection and iterator.
import type { Clock } from '../clock.js';
import type { FanOut, KinesisApi } from '../engine/api.js';
import type { KinesisEngine } from '../engine/engine.js';
import { ConnectionLost } from '../service-error.js';
import { pushUntil } from './disturbed-push.js';
import { EngineLife } from './engine-life.js';
import type { FaultDesk } from './fault-desk.js';
import { Ordeal } from './ordeal.js';
import { executePut } from './partial-put.js';
import type { RecordHook } from './record-hook.js';
import { expired, failed, throttled, unavailable } from './trouble.js';

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

/** What both sides of a disturbed engine share. */
interface Parts extends DisturbedEngineOptions {
  readonly life: EngineLife;
  readonly ordeal: Ordeal;
}

/** Puts faults between an engine and those who call it. The engine itself stays as it is, and so do its counts. */
export function disturbEngine(options: DisturbedEngineOptions): DisturbedEngine {
  const { desk, clock, restart } = options;
  const life = new EngineLife(clock, restart);
  const parts = { ...options, life, ordeal: new Ordeal(life, desk, clock) };
  return { served: disturbRequests(parts), read: disturbReads(parts) };
}

function disturbRequests({ engine, desk, records, life, ordeal }: Parts): KinesisEngine {
  const lost = () => new ConnectionLost();
  return {
    ...engine,
    call(operation, input) {
      const { ordinal, mishap } = desk.next('request', operation);
      const attempt = { site: 'request', operation, ordinal, mishap, lost } as const;
      if (operation !== 'PutRecords' && operation !== 'PutRecord') {
        return ordeal.undergo(attempt, () =>
          iterated(life, operation, input, (given) => engine.call(operation, given)),
        );
      }
      // A partial failure is how PutRecords throttles.
      const isPartial = mishap?.kind === 'throttle' && operation === 'PutRecords';
      const put = { operation, ordinal, input, refusedShare: isPartial ? mishap.size : 0 } as const;
      return ordeal.undergo(isPartial ? { ...attempt, mishap: undefined } : attempt, () =>
        executePut(engine, put, records),
      );
    },
    subscribeToShard(input, signal) {
      const { mishap } = desk.next('push', 'SubscribeToShard');
      life.watch(lost)();
      if (mishap?.kind === 'throttle') throw throttled('SubscribeToShard');
      if (mishap?.kind === 'fail') throw failed();
      return pushUntil(life, mishap, signal, (end) => engine.subscribeToShard(input, end));
    },
  };
}

function disturbReads({ engine, desk, life, ordeal }: Parts): KinesisApi & FanOut {
  const read = (operation: keyof KinesisApi, input: Input) => {
    const { ordinal, mishap } = desk.next('read', operation);
    // As a part of the lab, whose calls are not counted.
    const own = engine[operation] as (input: Input) => Promise<unknown>;
    const run = () => iterated(life, operation, input, own);
    return ordeal.undergo({ site: 'read', operation, ordinal, mishap, lost: unavailable }, run);
  };
  const operations = (Object.keys(engine) as (keyof KinesisApi)[]).filter((name) => /^[A-Z]/.test(name));
  const api = Object.fromEntries(operations.map((name) => [name, (input: Input) => read(name, input)]));
  return {
    ...(api as unknown as KinesisApi),
    subscribe: (arn, shardId, from, signal) =>
      pushUntil(life, desk.next('push', shardId).mishap, signal, (end) => engine.subscribe(arn, shardId, from, end)),
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
