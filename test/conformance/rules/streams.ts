// Rules of creating, describing, listing and deleting streams.
import { equal, holds, INVALID, refuses } from '../expect.js';
import { api, guide, type Rule } from '../rule.js';

export const streamRules: readonly Rule[] = [
  {
    rule: 'The default SDK client, which speaks HTTP/2, connects and lists streams',
    source: api('ListStreams'),
    plane: 'control',
    async run({ http2 }) {
      const { StreamNames } = await http2.listStreams({});
      holds(Array.isArray(StreamNames), 'StreamNames must be a list');
    },
  },
  {
    rule: 'CreateStream answers at once; the stream is CREATING, then ACTIVE with its shards',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const name = subject.freshName();
      await subject.client.createStream({ StreamName: name, ShardCount: 3 });
      equal((await subject.summary(name)).StreamStatus, 'CREATING', 'status at first');
      const summary = await subject.active(name);
      equal(summary.OpenShardCount, 3, 'open shards');
      equal(summary.StreamModeDetails?.StreamMode, 'PROVISIONED', 'mode');
      equal(summary.RetentionPeriodHours, 24, 'retention');
      equal(summary.EncryptionType, 'NONE', 'encryption');
      equal(summary.ConsumerCount, 0, 'consumers');
    },
  },
  {
    rule: 'An on-demand stream starts with four shards',
    source: guide('how-do-i-size-a-stream'),
    plane: 'control',
    async run(subject) {
      const { name } = await subject.stream({ StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
      const summary = await subject.summary(name);
      equal(summary.OpenShardCount, 4, 'open shards');
      equal(summary.StreamModeDetails?.StreamMode, 'ON_DEMAND', 'mode');
    },
  },
  {
    rule: 'CreateStream takes tags',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const { name } = await subject.stream({ ShardCount: 1, Tags: { team: 'orders' } });
      const { Tags } = await subject.client.listTagsForStream({ StreamName: name });
      equal(Tags, [{ Key: 'team', Value: 'orders' }], 'tags');
    },
  },
  {
    rule: 'CreateStream takes a maximum record size',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const { name } = await subject.stream({ ShardCount: 1, MaxRecordSizeInKiB: 2_048 });
      equal((await subject.summary(name)).MaxRecordSizeInKiB, 2_048, 'record size');
    },
  },
  {
    rule: 'CreateStream of a name that is taken: ResourceInUseException',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const { name } = await subject.stream();
      await refuses(subject.client.createStream({ StreamName: name, ShardCount: 1 }), 'ResourceInUseException');
    },
  },
  {
    rule: 'CreateStream of a name with characters outside a-zA-Z0-9_.- is refused',
    source: api('CreateStream'),
    plane: 'control',
    async run({ client }) {
      await refuses(client.createStream({ StreamName: 'no blanks', ShardCount: 1 }), ...INVALID);
    },
  },
  {
    rule: 'CreateStream of a name longer than 128 characters is refused',
    source: api('CreateStream'),
    plane: 'control',
    async run({ client }) {
      await refuses(client.createStream({ StreamName: 'n'.repeat(129), ShardCount: 1 }), ...INVALID);
    },
  },
  {
    rule: 'CreateStream past the shard quota of the account: LimitExceededException',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const call = subject.client.createStream({ StreamName: subject.freshName(), ShardCount: 100_000 });
      await refuses(call, 'LimitExceededException');
    },
  },
  {
    rule: 'DescribeStreamSummary of an unknown stream: ResourceNotFoundException',
    source: api('DescribeStreamSummary'),
    plane: 'control',
    async run(subject) {
      const StreamName = subject.freshName();
      await refuses(subject.client.describeStreamSummary({ StreamName }), 'ResourceNotFoundException');
    },
  },
  {
    rule: 'A stream is addressed by its ARN as well as by its name',
    source: api('DescribeStreamSummary'),
    plane: 'control',
    async run(subject) {
      const { name, arn } = await subject.stream();
      const { StreamDescriptionSummary } = await subject.client.describeStreamSummary({ StreamARN: arn });
      equal(StreamDescriptionSummary!.StreamName, name, 'name');
      holds(/^arn:aws[\w-]*:kinesis:[\w-]+:\d{12}:stream\//.test(arn), `an ARN of a stream, got ${arn}`);
    },
  },
  {
    rule: 'DescribeStream pages its shards by Limit and ExclusiveStartShardId',
    source: api('DescribeStream'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream({ ShardCount: 3 });
      const first = (await subject.client.describeStream({ StreamName, Limit: 2 })).StreamDescription!;
      equal([first.Shards!.length, first.HasMoreShards], [2, true], 'first page');
      const ExclusiveStartShardId = first.Shards![1]!.ShardId!;
      const rest = (await subject.client.describeStream({ StreamName, ExclusiveStartShardId })).StreamDescription!;
      equal([rest.Shards!.length, rest.HasMoreShards], [1, false], 'second page');
    },
  },
  {
    rule: 'ListStreams pages in the order of names, by Limit and ExclusiveStartStreamName',
    source: api('ListStreams'),
    plane: 'control',
    async run(subject) {
      const names = [(await subject.stream()).name, (await subject.stream()).name].sort();
      // One character short of the first name: right before it.
      const ExclusiveStartStreamName = names[0]!.slice(0, -1);
      const page = await subject.client.listStreams({ Limit: 1, ExclusiveStartStreamName });
      equal(page.StreamNames, [names[0]], 'first page');
      equal(page.HasMoreStreams, true, 'more');
      equal(page.StreamSummaries?.[0]?.StreamName, names[0], 'summary');
    },
  },
  {
    rule: 'DeleteStream leaves the stream DELETING until it is gone',
    source: api('DeleteStream'),
    plane: 'control',
    async run(subject) {
      const { name } = await subject.stream();
      await subject.client.deleteStream({ StreamName: name });
      equal((await subject.summary(name)).StreamStatus, 'DELETING', 'status');
      await subject.until(() =>
        subject.summary(name).then(
          () => undefined,
          (error: Error) => (error.name === 'ResourceNotFoundException' ? true : undefined),
        ),
      );
    },
  },
  {
    rule: 'DeleteStream of a stream with registered consumers: ResourceInUseException, unless EnforceConsumerDeletion',
    source: api('DeleteStream'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      await subject.consumer(stream, 'reader');
      await refuses(subject.client.deleteStream({ StreamName: stream.name }), 'ResourceInUseException');
      await subject.client.deleteStream({ StreamName: stream.name, EnforceConsumerDeletion: true });
    },
  },
  {
    rule: 'DescribeLimits counts open shards and on-demand streams against their limits',
    source: api('DescribeLimits'),
    plane: 'control',
    async run(subject) {
      await subject.stream({ StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
      const limits = await subject.client.describeLimits({});
      holds(limits.ShardLimit! > 0 && limits.OnDemandStreamCountLimit! > 0, 'limits are above zero');
      holds(limits.OnDemandStreamCount! >= 1, `on-demand streams are counted, got ${limits.OnDemandStreamCount}`);
      holds(limits.OpenShardCount! >= 0, 'open shards are counted');
    },
  },
  {
    rule: 'DescribeAccountSettings tells the status of the throughput commitment',
    source: api('DescribeAccountSettings'),
    plane: 'control',
    async run({ client }) {
      const { MinimumThroughputBillingCommitment } = await client.describeAccountSettings({});
      const status = MinimumThroughputBillingCommitment?.Status;
      holds(
        ['ENABLED', 'DISABLED', 'ENABLED_UNTIL_EARLIEST_ALLOWED_END'].includes(String(status)),
        `a status, got ${status}`,
      );
    },
  },
];
