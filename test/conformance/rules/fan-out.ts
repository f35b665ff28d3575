// Rules of SubscribeToShard: records are pushed, over either HTTP version.
import type { Kinesis, StartingPosition, SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import { equal, holds, refuses } from '../expect.js';
import { FIRST_SHARD, putText, textOf } from '../records.js';
import { api, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';
import { split } from './resharding.js';

const TRIM_HORIZON: StartingPosition = { Type: 'TRIM_HORIZON' };

export const fanOutRules: readonly Rule[] = [
  pushRule('with the default SDK client, over HTTP/2', ({ http2 }) => http2),
  pushRule('over HTTP/1.1', ({ client }) => client),
  {
    rule: 'Each pushed event says where to go on: a new subscription AFTER its continuation number misses nothing',
    source: api('SubscribeToShardEvent'),
    plane: 'data',
    seconds: 6,
    async run(subject) {
      const { stream, consumer } = await subscribable(subject);
      await putText(subject, stream, 'one');
      const first = await listen(subject.client, consumer, TRIM_HORIZON);
      await subject.until(async () => (first.texts().length > 0 ? true : undefined));
      const SequenceNumber = first.events.filter((event) => event.Records!.length > 0).at(-1)!
        .ContinuationSequenceNumber!;
      await putText(subject, stream, 'two');
      await subject.sleep(5_500);
      const second = await listen(subject.client, consumer, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber });
      await subject.until(async () => (second.texts().length > 0 ? true : undefined));
      equal(second.texts(), ['two'], 'texts of the second subscription');
      first.stop();
      second.stop();
    },
  },
  {
    rule: 'The last event of a closed shard names its children, and the subscription ends',
    source: api('SubscribeToShardEvent'),
    plane: 'data',
    seconds: 40,
    async run(subject) {
      const { stream, consumer } = await subscribable(subject);
      const subscription = await listen(subject.client, consumer, { Type: 'LATEST' });
      await split(subject, stream);
      await subject.until(async () => (subscription.ended() ? true : undefined));
      equal(
        subscription.events.at(-1)?.ChildShards?.map((child) => child.ShardId),
        ['shardId-000000000001', 'shardId-000000000002'],
        'ChildShards',
      );
    },
  },
  {
    rule: 'A second SubscribeToShard within five seconds of a successful one: ResourceInUseException',
    source: api('SubscribeToShard'),
    plane: 'data',
    async run(subject) {
      const { consumer } = await subscribable(subject);
      const first = await listen(subject.client, consumer, TRIM_HORIZON);
      await refuses(subscribe(subject.client, consumer, TRIM_HORIZON), 'ResourceInUseException');
      first.stop();
    },
  },
  {
    rule: 'A SubscribeToShard after five seconds takes over, and the older subscription ends',
    source: api('SubscribeToShard'),
    plane: 'data',
    seconds: 6,
    async run(subject) {
      const { stream, consumer } = await subscribable(subject);
      const first = await listen(subject.client, consumer, TRIM_HORIZON);
      await subject.sleep(5_500);
      const second = await listen(subject.client, consumer, TRIM_HORIZON);
      await subject.until(async () => (first.ended() ? true : undefined));
      await putText(subject, stream, 'for the second');
      await subject.until(async () => (second.texts().length > 0 ? true : undefined));
      equal([first.texts(), second.texts()], [[], ['for the second']], 'texts');
      second.stop();
    },
  },
  {
    rule: 'A subscription ends after five minutes',
    source: api('SubscribeToShard'),
    plane: 'data',
    seconds: 301,
    async run(subject) {
      const { consumer } = await subscribable(subject);
      const subscription = await listen(subject.client, consumer, TRIM_HORIZON);
      await subject.sleep(290_000);
      holds(!subscription.ended(), 'it lasts for five minutes');
      await subject.sleep(11_000);
      await subject.until(async () => (subscription.ended() ? true : undefined));
    },
  },
  {
    rule: 'Two consumers of a shard are pushed the same records, each at its own pace',
    source: api('SubscribeToShard'),
    plane: 'data',
    async run(subject) {
      const { stream, consumer } = await subscribable(subject);
      const other = await subject.consumer(stream, 'other');
      const both = [
        await listen(subject.client, consumer, TRIM_HORIZON),
        await listen(subject.client, other, TRIM_HORIZON),
      ];
      await putText(subject, stream, 'for both');
      for (const subscription of both) {
        await subject.until(async () => (subscription.texts().length > 0 ? true : undefined));
        equal(subscription.texts(), ['for both'], 'texts');
        subscription.stop();
      }
    },
  },
  {
    rule: 'SubscribeToShard of an unknown consumer: ResourceNotFoundException',
    source: api('SubscribeToShard'),
    plane: 'data',
    async run(subject) {
      const { arn } = await subject.stream();
      const call = subscribe(subject.client, `${arn}/consumer/nobody:1700000000`, TRIM_HORIZON);
      await refuses(call, 'ResourceNotFoundException');
    },
  },
];

function pushRule(how: string, clientOf: (subject: Subject) => Kinesis): Rule {
  return {
    rule: `SubscribeToShard pushes records as they arrive, ${how}`,
    source: api('SubscribeToShard'),
    plane: 'data',
    async run(subject) {
      const { stream, consumer } = await subscribable(subject);
      await putText(subject, stream, 'before');
      const subscription = await listen(clientOf(subject), consumer, TRIM_HORIZON);
      await subject.until(async () => (subscription.texts().length > 0 ? true : undefined));
      await putText(subject, stream, 'after');
      await subject.until(async () => (subscription.texts().length > 1 ? true : undefined));
      equal(subscription.texts(), ['before', 'after'], 'texts');
      const { MillisBehindLatest, ContinuationSequenceNumber } = subscription.events.at(-1)!;
      equal([MillisBehindLatest, typeof ContinuationSequenceNumber], [0, 'string'], 'the last event');
      subscription.stop();
    },
  };
}

/** A stream with a consumer that is ready. */
async function subscribable(subject: Subject): Promise<{ stream: TestStream; consumer: string }> {
  const stream = await subject.stream();
  return { stream, consumer: await subject.consumer(stream, 'reader') };
}

function subscribe(client: Kinesis, ConsumerARN: string, from: StartingPosition) {
  return client.subscribeToShard({ ConsumerARN, ShardId: FIRST_SHARD, StartingPosition: from });
}

/** A subscription whose events are collected as they come. */
async function listen(client: Kinesis, consumer: string, from: StartingPosition) {
  const { EventStream } = await subscribe(client, consumer, from);
  const events: SubscribeToShardEvent[] = [];
  const iterator = EventStream![Symbol.asyncIterator]();
  let over = false;
  const collect = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      if (next.value.SubscribeToShardEvent) events.push(next.value.SubscribeToShardEvent);
    }
  };
  const done = collect()
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  return {
    events,
    done,
    texts: () => events.flatMap((event) => event.Records!.map(textOf)),
    ended: () => over,
    stop: () => void Promise.resolve(iterator.return?.(undefined)).catch(() => undefined),
  };
}
