import { afterEach } from '@jest/globals';
import type { ReaderPositions } from '../../local/data-dir/kept-positions.js';
import type { FanOut, KinesisApi, StreamCensus } from '../../local/engine/api.js';
import type { KinesisEngine } from '../../local/engine/engine.js';
import { MappingRunner } from '../../local/event-sources/mapping-runner.js';
import type { InvocationResult } from '../../local/services/lambda/invoker.js';
import type { EventSourceMappingModel } from '../../local/template/model.js';
import { aMapping, answered, type StreamEvent, textsIn } from './a-mapping.js';
import { anEngine, putText, STREAM } from './an-engine.js';

export interface StoredFailure {
  readonly bucket: string;
  readonly key: string;
  readonly body: { readonly payload: string; readonly [name: string]: unknown };
}

export interface MappingRunSettings extends Partial<EventSourceMappingModel> {
  readonly shards?: number;
  /** Registers a consumer, so that records are pushed. */
  readonly dedicated?: boolean;
  /** A run whose lab is gone: this one goes on over its engine. */
  readonly after?: Pick<ReturnType<typeof anEngine>, 'engine' | 'clock' | 'metrics'>;
  readonly positions?: ReaderPositions;
  /** What the mapping meets in place of the engine's own calls. */
  readonly trouble?: (engine: KinesisEngine) => Partial<KinesisApi & FanOut & StreamCensus>;
}

/** Wall time that a function which never answers holds a test's end up. */
const HUNG_MS = 20;

const started: { readonly runner: MappingRunner; readonly engine: KinesisEngine }[] = [];
afterEach(async () => {
  for (const { runner, engine } of started.splice(0)) {
    await runner.stop(HUNG_MS);
    await engine.close();
  }
});

/** A mapping runner over a real engine at a standing clock, whose function answers as `answer` says; both end with the test. */
export function aMappingRun(settings: MappingRunSettings = {}) {
  const { shards = 1, dedicated = false, trouble, after, positions, ...mapping } = settings;
  const { engine, clock, metrics } = after ?? anEngine({ shards });
  const stream = { ...engine, ...trouble?.(engine) };
  const events: StreamEvent[] = [];
  const objects: StoredFailure[] = [];
  const messages: { arn: string; body: string }[] = [];
  const errors: unknown[] = [];
  const kept: string[] = [];
  let refusals = 0;
  const run = { answer: (_event: StreamEvent): InvocationResult | Promise<InvocationResult> => answered() };
  const streamArn = aMapping().eventSourceArn;
  const eventSourceArn = dedicated ? engine.openConsumer({ StreamARN: streamArn, ConsumerName: 'c' }) : streamArn;
  const runner = new MappingRunner({
    mapping: aMapping({ eventSourceArn, ...mapping }),
    kinesis: stream,
    fanOut: stream,
    census: stream,
    invoker: {
      invoke: async (_name, event) => {
        events.push(event as StreamEvent);
        return run.answer(event as StreamEvent);
      },
    },
    ports: {
      objects: {
        put: async (bucket, key, body) => {
          if (refusals > 0) {
            refusals -= 1;
            throw new Error('no room');
          }
          objects.push({ bucket, key, body: JSON.parse(Buffer.from(body).toString('utf8')) });
        },
      },
      queues: { send: async (arn, body) => void messages.push({ arn, body }) },
      topics: { publish: async (arn, { body }) => void messages.push({ arn, body }) },
    },
    metrics,
    clock,
    onKept: (records) => void kept.push(...records.map(({ data }) => Buffer.from(data).toString('utf8'))),
    positions,
    onError: (error) => errors.push(error),
  });
  started.push({ runner, engine });
  return {
    engine,
    clock,
    metrics,
    runner,
    events,
    objects,
    messages,
    errors,
    /** Texts of the records that the failure destination has taken. */
    kept,
    /** Sets how the function answers from now on. */
    answer: (answer: typeof run.answer) => {
      run.answer = answer;
    },
    /** Makes the bucket refuse the next objects. */
    refuseObjects: (count: number) => {
      refusals = count;
    },
    /** The texts that each invocation carried. */
    batches: () => events.map(textsIn),
    put: async (...texts: string[]) => {
      for (const text of texts) await putText(engine, text);
    },
    putKeyed: (text: string, key: string) => putText(engine, text, key),
    split: (shards: number) =>
      engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: shards, ScalingType: 'UNIFORM_SCALING' }),
    allowLargeRecords: () => engine.call('UpdateMaxRecordSize', { StreamARN: streamArn, MaxRecordSizeInKiB: 10_240 }),
    unread: () => runner.unread(engine),
  };
}
