// Enhanced fan-out consumers: register, deregister, describe and list.
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { registerConsumer } from '../fan-out/register-consumer.js';
import type { FanOutConsumer, Stream } from '../streams/stream.js';
import type { OperationTable } from './operation.js';
import { parsePageToken, renderPageToken } from './page-token.js';
import { renderConsumer } from './render.js';

const DEFAULT_CONSUMERS_LIMIT = 100;

export const consumerOperations = {
  RegisterStreamConsumer: {
    required: ['StreamARN', 'ConsumerName'],
    optional: ['StreamId', 'Tags'],
    run(engine, input) {
      const consumer = registerConsumer(engine, input);
      engine.later(engine.timings.consumerMs, () => {
        if (consumer.status === 'CREATING') consumer.status = 'ACTIVE';
      });
      return { Consumer: renderConsumer(consumer) };
    },
  },

  DeregisterStreamConsumer: {
    required: [],
    optional: ['StreamARN', 'ConsumerName', 'ConsumerARN', 'StreamId'],
    run(engine, input) {
      const { stream, consumer } = named(engine, input);
      if (consumer.status === 'DELETING') return {};
      consumer.status = 'DELETING';
      for (const shard of stream.shards) shard.announce();
      engine.later(engine.timings.consumerMs, () => stream.consumers.delete(consumer.name));
      return {};
    },
  },

  DescribeStreamConsumer: {
    required: [],
    optional: ['StreamARN', 'ConsumerName', 'ConsumerARN', 'StreamId'],
    run(engine, input) {
      const { stream, consumer } = named(engine, input);
      return { ConsumerDescription: { ...renderConsumer(consumer), StreamARN: stream.arn } };
    },
  },

  ListStreamConsumers: {
    required: ['StreamARN'],
    optional: ['NextToken', 'MaxResults', 'StreamCreationTimestamp', 'StreamId'],
    run(engine, input) {
      const nowMs = engine.clock.nowMs();
      const stream = engine.streams.find(input);
      const after = input.NextToken === undefined ? '' : parsePageToken(input.NextToken, nowMs).after;
      const rest = [...stream.consumers.values()]
        .filter((consumer) => consumer.name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = rest.slice(0, input.MaxResults ?? DEFAULT_CONSUMERS_LIMIT);
      const more = rest.length > page.length;
      return {
        Consumers: page.map(renderConsumer),
        ...(more && { NextToken: renderPageToken({ streamName: stream.name, after: page.at(-1)!.name }, nowMs) }),
      };
    },
  },
} satisfies OperationTable;

interface ConsumerName {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** The consumer that an input names, by its own ARN or by stream and name. */
function named(engine: EngineContext, input: ConsumerName): { stream: Stream; consumer: FanOutConsumer } {
  if (input.ConsumerARN !== undefined) return engine.streams.findConsumer(input.ConsumerARN);
  if (input.StreamARN === undefined || input.ConsumerName === undefined) {
    throw new ServiceError(
      'InvalidArgumentException',
      'Either ConsumerARN, or StreamARN and ConsumerName must be given.',
    );
  }
  const stream = engine.streams.find(input);
  const consumer = stream.consumers.get(input.ConsumerName);
  if (consumer) return { stream, consumer };
  throw new ServiceError(
    'ResourceNotFoundException',
    `Consumer ${input.ConsumerName} under stream ${stream.name} not found for account ${stream.accountId}.`,
  );
}
