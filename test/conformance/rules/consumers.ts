// Rules of registering enhanced fan-out consumers.
import { equal, holds, refuses } from '../expect.js';
import { api, type Rule } from '../rule.js';

/** Consumers that a stream of an ordinary account may have. */
const CONSUMERS_MAX = 20;

export const consumerRules: readonly Rule[] = [
  {
    rule: 'RegisterStreamConsumer answers with a consumer that is CREATING, then ACTIVE',
    source: api('RegisterStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      const input = { StreamARN: stream.arn, ConsumerName: 'reader' };
      const { Consumer } = await subject.client.registerStreamConsumer(input);
      equal([Consumer!.ConsumerName, Consumer!.ConsumerStatus], ['reader', 'CREATING'], 'consumer');
      holds(Consumer!.ConsumerARN!.startsWith(`${stream.arn}/consumer/reader:`), `got ${Consumer!.ConsumerARN}`);
      await subject.until(async () => {
        const { ConsumerDescription } = await subject.client.describeStreamConsumer(input);
        return ConsumerDescription!.ConsumerStatus === 'ACTIVE' ? true : undefined;
      });
      equal((await subject.summary(stream.name)).ConsumerCount, 1, 'consumers of the stream');
    },
  },
  {
    rule: 'RegisterStreamConsumer of a name that is taken: ResourceInUseException',
    source: api('RegisterStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      await subject.consumer(stream, 'reader');
      const again = subject.client.registerStreamConsumer({ StreamARN: stream.arn, ConsumerName: 'reader' });
      await refuses(again, 'ResourceInUseException');
    },
  },
  {
    rule: 'A stream has at most 20 registered consumers: LimitExceededException',
    source: api('RegisterStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      for (let i = 0; i < CONSUMERS_MAX; i += 1) await subject.consumer(stream, `reader-${i}`);
      const more = subject.client.registerStreamConsumer({ StreamARN: stream.arn, ConsumerName: 'one-more' });
      await refuses(more, 'LimitExceededException');
    },
  },
  {
    rule: 'At most five consumers of a stream are CREATING at once: LimitExceededException',
    source: api('RegisterStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const { arn: StreamARN } = await subject.stream();
      const calls = Array.from({ length: 6 }, (_, i) =>
        subject.client.registerStreamConsumer({ StreamARN, ConsumerName: `reader-${i}` }),
      );
      const refused = (await Promise.allSettled(calls)).filter((outcome) => outcome.status === 'rejected');
      equal(
        refused.map(({ reason }) => reason.name),
        ['LimitExceededException'],
        'refusals of six',
      );
    },
  },
  {
    rule: 'DeregisterStreamConsumer takes the ARN, or the stream and the name; the consumer is DELETING, then gone',
    source: api('DeregisterStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      const { client } = subject;
      const ConsumerARN = await subject.consumer(stream, 'by-arn');
      await subject.consumer(stream, 'by-name');
      await client.deregisterStreamConsumer({ ConsumerARN });
      await client.deregisterStreamConsumer({ StreamARN: stream.arn, ConsumerName: 'by-name' });
      await subject.until(async () => {
        const { Consumers } = await client.listStreamConsumers({ StreamARN: stream.arn });
        holds(
          Consumers!.every((consumer) => consumer.ConsumerStatus === 'DELETING'),
          'those left are DELETING',
        );
        return Consumers!.length === 0 ? true : undefined;
      });
      await refuses(client.describeStreamConsumer({ ConsumerARN }), 'ResourceNotFoundException');
    },
  },
  {
    rule: 'ListStreamConsumers pages by MaxResults and NextToken',
    source: api('ListStreamConsumers'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      for (const name of ['a', 'b', 'c']) await subject.consumer(stream, name);
      const StreamARN = stream.arn;
      const first = await subject.client.listStreamConsumers({ StreamARN, MaxResults: 2 });
      equal(first.Consumers!.length, 2, 'first page');
      const second = await subject.client.listStreamConsumers({ StreamARN, NextToken: first.NextToken! });
      equal(second.Consumers!.length, 1, 'second page');
      equal(second.NextToken ?? undefined, undefined, 'token of the last page');
    },
  },
  {
    rule: 'DescribeStreamConsumer of an unknown consumer: ResourceNotFoundException',
    source: api('DescribeStreamConsumer'),
    plane: 'control',
    async run(subject) {
      const { arn: StreamARN } = await subject.stream();
      const call = subject.client.describeStreamConsumer({ StreamARN, ConsumerName: 'nobody' });
      await refuses(call, 'ResourceNotFoundException');
    },
  },
];
