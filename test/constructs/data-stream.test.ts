// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation
import { expect, test } from '@jest/globals';
import { CfnParameter, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { DataStream, type DataStreamProps, RecordDistributionStrategy } from '../../lib/index.js';
import { aStack, propertiesOf, templateOf } from '../support/a-stack.js';

const { ON_DEMAND, PROVISIONED } = kinesis.StreamMode;

function synth(props?: DataStreamProps): Template {
  return templateOf((stack) => new DataStream(stack, 'Stream', props));
}

function properties(props?: DataStreamProps) {
  return propertiesOf(synth(props), 'AWS::Kinesis::Stream');
}

test('without props it is provisioned, one shard, 24 hours, encrypted by the AWS-managed key, retained', () => {
  const template = synth();
  expect(propertiesOf(template, 'AWS::Kinesis::Stream')).toEqual({
    RetentionPeriodHours: 24,
    ShardCount: 1,
    StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
  });
  template.hasResource('AWS::Kinesis::Stream', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  template.resourceCountIs('AWS::KMS::Key', 0);
  expect(template.toJSON().Conditions).toBeUndefined();
});

test('an on-demand stream has no shard count', () => {
  expect(properties({ streamMode: ON_DEMAND })).toEqual({
    RetentionPeriodHours: 24,
    StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    StreamModeDetails: { StreamMode: 'ON_DEMAND' },
  });
});

test.each<[string, DataStreamProps, { readonly [property: string]: unknown }]>([
  ['name', { streamName: 'clicks' }, { Name: 'clicks' }],
  ['shard count', { shardCount: 8 }, { ShardCount: 8 }],
  ['longest retention', { retentionPeriod: Duration.days(365) }, { RetentionPeriodHours: 8760 }],
  ['largest record', { maxRecordSize: Size.mebibytes(10) }, { MaxRecordSizeInKiB: 10240 }],
  ['smallest largest record', { maxRecordSize: Size.kibibytes(1024) }, { MaxRecordSizeInKiB: 1024 }],
  ['warm throughput', { streamMode: ON_DEMAND, warmThroughputMiBps: 100 }, { WarmThroughputMiBps: 100 }],
  [
    'record distribution',
    { streamMode: ON_DEMAND, recordDistributionStrategy: RecordDistributionStrategy.AUTO },
    { RecordDistributionStrategy: 'AUTO' },
  ],
  [
    'shard-level metrics',
    { shardLevelMetrics: [kinesis.ShardLevelMetrics.INCOMING_BYTES] },
    { DesiredShardLevelMetrics: ['IncomingBytes'] },
  ],
  ['tags', { tags: { team: 'shop' } }, { Tags: [{ Key: 'team', Value: 'shop' }] }],
])('sets the %s', (_option, props, expected) => {
  expect(properties(props)).toMatchObject(expected);
});

test('leaves out of the template what it was not given', () => {
  const names = Object.keys(properties({ streamMode: PROVISIONED }));
  expect(names.sort()).toEqual(['RetentionPeriodHours', 'ShardCount', 'StreamEncryption', 'StreamModeDetails']);
});

test('the removal policy is for the stream and for the key created with it', () => {
  const template = synth({ removalPolicy: RemovalPolicy.DESTROY, encryption: kinesis.StreamEncryption.KMS });
  template.hasResource('AWS::Kinesis::Stream', { DeletionPolicy: 'Delete' });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
});

test('is unencrypted only when that is asked for', () => {
  expect(properties({ encryption: kinesis.StreamEncryption.UNENCRYPTED }).StreamEncryption).toBeUndefined();
});

test.each([
  [24, undefined],
  [168, 'retention of 168 h is billed beyond the free 24 h: per shard-hour, or per stored GB on an on-demand stream;*'],
  [
    169,
    'retention of 169 h is billed beyond the free 24 h: beyond 168 h also for every GB stored and every GB read back;*',
  ],
])('notes what %i hours of retention cost', (hours, note) => {
  const stack = aStack();
  new DataStream(stack, 'Stream', { retentionPeriod: Duration.hours(hours) });
  const notes = Annotations.fromStack(stack).findInfo('*', Match.anyValue());
  expect(notes).toHaveLength(note ? 1 : 0);
  if (note) Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp(`^${note.replace(/[*]/g, '.*')}$`));
});

test('takes tokens where nobody knows the value at synth', () => {
  const stack = aStack();
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;
  const template = templateOf(
    () =>
      new DataStream(stack, 'Stream', {
        shardCount: number('Shards'),
        retentionPeriod: Duration.hours(number('Hours')),
        maxRecordSize: Size.kibibytes(number('KiB')),
        streamName: new CfnParameter(stack, 'Name').valueAsString,
      }),
    stack,
  );
  expect(propertiesOf(template, 'AWS::Kinesis::Stream')).toMatchObject({
    Name: '${Name}',
    ShardCount: '${Shards}',
    RetentionPeriodHours: '${Hours}',
    MaxRecordSizeInKiB: '${KiB}',
  });
});

test('tells its mode and retention to whoever composes it', () => {
  const stream = new DataStream(aStack(), 'Stream', { streamMode: ON_DEMAND, retentionPeriod: Duration.days(7) });
  expect(stream.streamMode).toBe(ON_DEMAND);
  expect(stream.retentionPeriod.toHours()).toBe(168);
});
