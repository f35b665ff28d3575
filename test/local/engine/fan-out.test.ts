import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FanOutEvent } from '../../../local/engine/api.js';
import { anEngine, putText, STREAM, textOf } from '../../support/an-engine.js';

const ARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
const SHARD = 'shardId-000000000000';

let stop: AbortController;

beforeEach(() => {
  stop = new AbortController();
});

afterEach(() => stop.abort());

function aConsumer() {
  const lab = anEngine({ shards: 1 });
  const arn = lab.engine.openConsumer({ StreamARN: ARN, ConsumerName: 'pushed' });
  const subscribe = (Type: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON') =>
    collect(lab.engine.subscribe(arn, SHARD, { Type }, stop.signal));
  return { ...lab, arn, subscribe };
}

/** Collects what is pushed, as it comes. */
function collect(events: AsyncIterable<FanOutEvent>) {
  const seen: FanOutEvent[] = [];
  const done = (async () => {
    for await (const event of events) seen.push(event);
  })();
  const texts = () => seen.flatMap((event) => event.Records.map(textOf));
  return { seen, done, texts };
}

test('records are pushed as they arrive, without lab time passing', async () => {
  const { engine, subscribe } = aConsumer();
  await putText(engine, 'before');
  const { texts } = subscribe();
  await wait(0);
  expect(texts()).toEqual(['before']);
  await putText(engine, 'after');
  await wait(0);
  expect(texts()).toEqual(['before', 'after']);
});

test('LATEST starts with what comes after the subscription', async () => {
  const { engine, subscribe } = aConsumer();
  await putText(engine, 'before');
  const { texts } = subscribe('LATEST');
  await wait(0);
  await putText(engine, 'after');
  await wait(0);
  expect(texts()).toEqual(['after']);
});

test('a subscription can go on after the continuation sequence number of another', async () => {
  const { engine, arn, subscribe } = aConsumer();
  await putText(engine, 'a');
  const first = subscribe();
  await wait(0);
  await putText(engine, 'b');
  const SequenceNumber = first.seen[0]!.ContinuationSequenceNumber!;
  const from = { Type: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber };
  const second = collect(engine.subscribe(arn, SHARD, from, stop.signal));
  await wait(0);
  expect(second.texts()).toEqual(['b']);
});

test('at the end of the shard comes an event with its children, and the subscription ends', async () => {
  const { engine, clock, subscribe } = aConsumer();
  const { seen, done, texts } = subscribe();
  await putText(engine, 'last');
  await engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await clock.advance(30_000);
  await done;
  expect(texts()).toEqual(['last']);
  expect(seen.at(-1)).toMatchObject({
    ChildShards: [{ ShardId: 'shardId-000000000001' }, { ShardId: 'shardId-000000000002' }],
  });
  expect(seen.at(-1)).not.toHaveProperty('ContinuationSequenceNumber');
});

test('an idle subscription gives signs of life, each a datapoint of its age', async () => {
  const { clock, metrics, subscribe } = aConsumer();
  const { seen } = subscribe();
  await clock.advance(15_000);
  expect(seen.length).toBe(4);
  expect(metrics.values('SubscribeToShardEvent.MillisBehindLatest')).toEqual([0, 0, 0, 0]);
  expect(metrics.datapoints[0]).toMatchObject({
    namespace: 'AWS/Kinesis',
    dimensions: { StreamName: STREAM, ConsumerName: 'pushed' },
  });
});

test('a consumer gets 2 MiB a second of its own', async () => {
  const { engine, clock, subscribe } = aConsumer();
  for (let second = 0; second < 8; second += 1) {
    await engine.PutRecord({ StreamName: STREAM, Data: Buffer.alloc(1_048_575), PartitionKey: 'k' });
    await clock.advance(1_000);
  }
  const { seen } = subscribe();
  const records = () => seen.reduce((sum, event) => sum + event.Records.length, 0);
  await clock.advance(1_000);
  expect(records()).toBeGreaterThanOrEqual(4);
  expect(records()).toBeLessThanOrEqual(5);
  await clock.advance(2_000);
  expect(records()).toBe(8);
});

test('it ends when it is aborted, and when its consumer is deregistered', async () => {
  const { engine, arn, subscribe } = aConsumer();
  const gone = subscribe();
  await wait(0);
  await engine.DeregisterStreamConsumer({ ConsumerARN: arn });
  await gone.done;
  stop.abort();
});

test('from outside, a second call within 5 seconds is refused, a later one takes over, and all end after 5 minutes', async () => {
  const { engine, clock, arn, metrics } = aConsumer();
  const input = { ConsumerARN: arn, ShardId: SHARD, StartingPosition: { Type: 'LATEST' } };
  const first = collect(engine.subscribeToShard(input, stop.signal));
  await clock.advance(4_999);
  expect(() => engine.subscribeToShard(input, stop.signal)).toThrow('Another active subscription exists');
  await clock.advance(1);
  const second = collect(engine.subscribeToShard(input, stop.signal));
  await first.done;
  await clock.advance(300_000);
  await second.done;
  expect(metrics.sum('SubscribeToShard.RateExceeded')).toBe(1);
  expect(metrics.sum('SubscribeToShard.Success')).toBe(2);
});

test('fails when the consumer is not ACTIVE yet', async () => {
  const { engine } = anEngine();
  const { Consumer } = await engine.RegisterStreamConsumer({ StreamARN: ARN, ConsumerName: 'new' });
  expect(() => engine.subscribe(Consumer!.ConsumerARN!, SHARD, { Type: 'LATEST' }, stop.signal)).toThrow(
    'not ACTIVE, instead in state CREATING',
  );
});

test('fails when a name is taken, or when there are 20 consumers', async () => {
  const { engine, clock } = anEngine();
  for (let i = 0; i < 20; i += 1) {
    await engine.RegisterStreamConsumer({ StreamARN: ARN, ConsumerName: `c${i}` });
    await clock.advance(1_000);
  }
  const register = (ConsumerName: string) => engine.RegisterStreamConsumer({ StreamARN: ARN, ConsumerName });
  await expect(register('c3')).rejects.toMatchObject({ name: 'ResourceInUseException' });
  await expect(register('c20')).rejects.toMatchObject({ name: 'LimitExceededException' });
  const { Consumers } = await engine.ListStreamConsumers({ StreamARN: ARN, MaxResults: 2 });
  expect(Consumers!.map((consumer) => consumer.ConsumerStatus)).toEqual(['ACTIVE', 'ACTIVE']);
});
