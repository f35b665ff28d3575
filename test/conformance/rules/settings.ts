// Rules of a stream's settings: retention, encryption, metrics, mode, throughput, record distribution.
import { equal, holds, INVALID, refuses } from '../expect.js';
import { iterator, page, putText } from '../records.js';
import { api, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';

const KEY = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const;
const ON_DEMAND = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const;

export const settingRules: readonly Rule[] = [
  {
    rule: 'Retention goes up to 8,760 hours and down to 24',
    source: api('IncreaseStreamRetentionPeriod'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await subject.client.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 8_760 });
      equal((await subject.active(StreamName)).RetentionPeriodHours, 8_760, 'hours');
      await subject.client.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 24 });
      equal((await subject.active(StreamName)).RetentionPeriodHours, 24, 'hours');
    },
  },
  {
    rule: 'Retention above 8,760 or below 24 hours is refused',
    source: api('IncreaseStreamRetentionPeriod'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const { client } = subject;
      await refuses(client.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 8_761 }), ...INVALID);
      await refuses(client.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 23 }), ...INVALID);
    },
  },
  {
    rule: 'IncreaseStreamRetentionPeriod does not shorten, DecreaseStreamRetentionPeriod does not lengthen',
    source: api('DecreaseStreamRetentionPeriod'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const { client } = subject;
      await client.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 48 });
      await subject.active(StreamName);
      const increase = client.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 36 });
      await refuses(increase, 'InvalidArgumentException');
      const decrease = client.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 72 });
      await refuses(decrease, 'InvalidArgumentException');
    },
  },
  {
    rule: 'StartStreamEncryption turns on KMS, which puts and reads then mention; StopStreamEncryption turns it off',
    source: api('StartStreamEncryption'),
    plane: 'control',
    seconds: 10,
    async run(subject) {
      const stream = await subject.stream();
      const { name: StreamName } = stream;
      await subject.client.startStreamEncryption({ StreamName, ...KEY });
      const summary = await subject.active(StreamName);
      equal([summary.EncryptionType, summary.KeyId], ['KMS', KEY.KeyId], 'encryption');
      const put = await subject.client.putRecord({ StreamName, Data: Buffer.from('x'), PartitionKey: 'k' });
      equal(put.EncryptionType, 'KMS', 'encryption of a put');
      const reply = await subject.until(async () => {
        const answer = await page(subject, await iterator(subject, stream));
        return answer.Records!.length > 0 ? answer : undefined;
      });
      equal(reply.Records![0]!.EncryptionType, 'KMS', 'encryption of a record');
      await subject.client.stopStreamEncryption({ StreamName, ...KEY });
      equal((await subject.active(StreamName)).EncryptionType, 'NONE', 'encryption');
    },
  },
  {
    rule: 'EnableEnhancedMonitoring with ALL turns on the seven shard-level metrics',
    source: api('EnableEnhancedMonitoring'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const answer = await subject.client.enableEnhancedMonitoring({ StreamName, ShardLevelMetrics: ['ALL'] });
      equal(answer.CurrentShardLevelMetrics ?? [], [], 'metrics before');
      equal(answer.DesiredShardLevelMetrics?.length, 7, 'metrics after');
      const summary = await subject.active(StreamName);
      equal(summary.EnhancedMonitoring?.[0]?.ShardLevelMetrics?.length, 7, 'metrics of the summary');
    },
  },
  {
    rule: 'DisableEnhancedMonitoring turns off the named metrics only',
    source: api('DisableEnhancedMonitoring'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await subject.client.enableEnhancedMonitoring({
        StreamName,
        ShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
      });
      await subject.active(StreamName);
      await subject.client.disableEnhancedMonitoring({ StreamName, ShardLevelMetrics: ['IncomingBytes'] });
      const summary = await subject.active(StreamName);
      equal(summary.EnhancedMonitoring?.[0]?.ShardLevelMetrics, ['OutgoingBytes'], 'metrics');
    },
  },
  {
    rule: 'UpdateStreamMode switches between provisioned and on-demand',
    source: api('UpdateStreamMode'),
    plane: 'control',
    async run(subject) {
      const stream = await subject.stream();
      await mode(subject, stream, 'ON_DEMAND');
      const summary = await subject.active(stream.name);
      equal(summary.StreamModeDetails?.StreamMode, 'ON_DEMAND', 'mode');
    },
  },
  {
    rule: 'UpdateStreamMode more than twice in 24 hours: LimitExceededException',
    source: api('UpdateStreamMode'),
    plane: 'control',
    seconds: 70,
    async run(subject) {
      const stream = await subject.stream();
      for (const next of ['ON_DEMAND', 'PROVISIONED'] as const) {
        await mode(subject, stream, next);
        await subject.active(stream.name);
      }
      await refuses(mode(subject, stream, 'ON_DEMAND'), 'LimitExceededException');
    },
  },
  {
    rule: 'UpdateStreamRecordDistributionStrategy sets AUTO on on-demand streams',
    source: api('UpdateStreamRecordDistributionStrategy'),
    plane: 'control',
    async run(subject) {
      const { name, arn: StreamARN } = await subject.stream(ON_DEMAND);
      await subject.client.updateStreamRecordDistributionStrategy({ StreamARN, RecordDistributionStrategy: 'AUTO' });
      equal((await subject.active(name)).RecordDistributionStrategy, 'AUTO', 'strategy');
    },
  },
  {
    rule: 'UpdateStreamRecordDistributionStrategy on a provisioned stream is refused',
    source: api('UpdateStreamRecordDistributionStrategy'),
    plane: 'control',
    async run(subject) {
      const { arn: StreamARN } = await subject.stream();
      const input = { StreamARN, RecordDistributionStrategy: 'AUTO' } as const;
      const call = subject.client.updateStreamRecordDistributionStrategy(input);
      await refuses(call, 'InvalidArgumentException');
    },
  },
  {
    rule: 'With AUTO, records of one partition key spread over the shards',
    source: api('UpdateStreamRecordDistributionStrategy'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName, arn: StreamARN } = await subject.stream(ON_DEMAND);
      await subject.client.updateStreamRecordDistributionStrategy({ StreamARN, RecordDistributionStrategy: 'AUTO' });
      await subject.active(StreamName);
      const stream = { name: StreamName, arn: StreamARN };
      await putText(subject, stream, 'x');
      const Records = Array.from({ length: 40 }, () => ({ Data: Buffer.from('x'), PartitionKey: 'same' }));
      const put = await subject.client.putRecords({ StreamName, Records });
      const shards = new Set(put.Records!.map((record) => record.ShardId));
      holds(shards.size > 1, `more than one shard, got ${shards.size}`);
    },
  },
  {
    rule: 'CreateStream with warm throughput in an account that is not committed to it is refused',
    source: api('CreateStream'),
    plane: 'control',
    async run(subject) {
      const call = subject.client.createStream({
        StreamName: subject.freshName(),
        ...ON_DEMAND,
        WarmThroughputMiBps: 10,
      });
      await refuses(call, ...INVALID);
    },
  },
  {
    rule: 'UpdateStreamWarmThroughput on a provisioned stream is refused',
    source: api('UpdateStreamWarmThroughput'),
    plane: 'control',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const call = subject.client.updateStreamWarmThroughput({ StreamName, WarmThroughputMiBps: 10 });
      await refuses(call, ...INVALID);
    },
  },
];

function mode(subject: Subject, stream: TestStream, StreamMode: 'ON_DEMAND' | 'PROVISIONED') {
  return subject.client.updateStreamMode({ StreamARN: stream.arn, StreamModeDetails: { StreamMode } });
}
