import { expect, test } from '@jest/globals';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';

const ARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;

test('a stream is CREATING before it is ACTIVE, and takes no records until then', async () => {
  const { engine, clock } = anEngine({ timings: { createMs: 2_000 } });
  await engine.CreateStream({ StreamName: 'new', ShardCount: 3, Tags: { team: 'a' } });
  const summary = async () => (await engine.DescribeStreamSummary({ StreamName: 'new' })).StreamDescriptionSummary;
  expect(await summary()).toMatchObject({ StreamStatus: 'CREATING', OpenShardCount: 0 });
  const put = { StreamName: 'new', Data: Buffer.from('a'), PartitionKey: 'k' };
  await expect(engine.PutRecord(put)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await clock.advance(2_000);
  expect(await summary()).toMatchObject({ StreamStatus: 'ACTIVE', OpenShardCount: 3, MaxRecordSizeInKiB: 1_024 });
  await engine.PutRecord(put);
  expect((await engine.ListTagsForStream({ StreamName: 'new' })).Tags).toEqual([{ Key: 'team', Value: 'a' }]);
});

test('a stream with consumers is only deleted when that is asked for', async () => {
  const { engine, clock } = anEngine();
  engine.openConsumer({ StreamARN: ARN, ConsumerName: 'c' });
  await expect(engine.DeleteStream({ StreamName: STREAM })).rejects.toMatchObject({ name: 'ResourceInUseException' });
  await engine.DeleteStream({ StreamName: STREAM, EnforceConsumerDeletion: true });
  expect((await engine.DescribeStream({ StreamARN: ARN })).StreamDescription!.StreamStatus).toBe('DELETING');
  await clock.advance(1_000);
  expect((await engine.ListStreams({})).StreamNames).toEqual([]);
});

test('at most five streams of an account are CREATING at once', async () => {
  const { engine, clock } = anEngine({ timings: { createMs: 5_000 } });
  for (const StreamName of ['a', 'b', 'c', 'd', 'e']) await engine.CreateStream({ StreamName });
  const create = () => engine.CreateStream({ StreamName: 'f' });
  await expect(create()).rejects.toMatchObject({ name: 'LimitExceededException' });
  await clock.advance(5_000);
  await create();
});

test('an account has at most 50 on-demand streams', async () => {
  const { engine } = anEngine();
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const;
  for (let i = 0; i < 50; i += 1) engine.openStream({ StreamName: `free-${i}`, StreamModeDetails });
  const create = engine.CreateStream({ StreamName: 'one-more', StreamModeDetails });
  await expect(create).rejects.toMatchObject({ name: 'LimitExceededException' });
  await engine.CreateStream({ StreamName: 'provisioned' });
});

test('fails when a tag has characters that tags do not have', async () => {
  const { engine } = anEngine();
  await engine.AddTagsToStream({ StreamName: STREAM, Tags: { 'Ärger 1_./=+-%@:': 'ok' } });
  const call = engine.AddTagsToStream({ StreamName: STREAM, Tags: { team: 'a;b' } });
  await expect(call).rejects.toMatchObject({
    name: 'InvalidArgumentException',
    message: expect.stringContaining('Some tags contain invalid characters.'),
  });
});

test('fails to delete a stream that is CREATING', async () => {
  const { engine, clock } = anEngine();
  await engine.CreateStream({ StreamName: 'new' });
  await expect(engine.DeleteStream({ StreamName: 'new' })).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: 'Stream new under account 000000000000 not ACTIVE, instead in state CREATING',
  });
  await clock.advance(1_000);
  await engine.DeleteStream({ StreamName: 'new' });
});

test('a stream that is deleted twice is deleted once, and one of its name that is made afterwards stays', async () => {
  const { engine, clock } = anEngine();
  await engine.DeleteStream({ StreamName: STREAM });
  await clock.advance(900);
  await engine.DeleteStream({ StreamName: STREAM });
  await clock.advance(100);
  await engine.CreateStream({ StreamName: STREAM });
  await clock.advance(2_000);
  expect((await engine.DescribeStream({ StreamARN: ARN })).StreamDescription!.StreamStatus).toBe('ACTIVE');
});

test('a consumer that is deregistered twice is gone once, and one of its name that is registered afterwards stays', async () => {
  const { engine, clock } = anEngine();
  const consumer = { StreamARN: ARN, ConsumerName: 'c' };
  engine.openConsumer(consumer);
  await engine.DeregisterStreamConsumer(consumer);
  await clock.advance(900);
  await engine.DeregisterStreamConsumer(consumer);
  await clock.advance(100);
  await engine.RegisterStreamConsumer(consumer);
  await clock.advance(2_000);
  expect((await engine.DescribeStreamConsumer(consumer)).ConsumerDescription!.ConsumerStatus).toBe('ACTIVE');
});

test('ListShards takes a time before the trim horizon for the trim horizon', async () => {
  const { engine, clock } = anEngine();
  await engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  const Timestamp = new Date(clock.nowMs());
  await clock.advance(60_000);
  clock.jump(25 * 3_600_000);
  const { Shards } = await engine.ListShards({ StreamName: STREAM, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp } });
  expect(Shards!.map(({ ShardId }) => ShardId)).toEqual(['shardId-000000000001', 'shardId-000000000002']);
});

test('encryption is started at most 25 times a day', async () => {
  const { engine, clock } = anEngine();
  const start = async () => {
    await engine.StartStreamEncryption({ StreamName: STREAM, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    await clock.advance(1_000);
  };
  for (let i = 0; i < 25; i += 1) await start();
  await expect(start()).rejects.toMatchObject({ name: 'LimitExceededException' });
  clock.jump(86_400_000);
  await start();
});

test('streams and shards come in pages that fit together', async () => {
  const { engine } = anEngine({ shards: 5 });
  for (const StreamName of ['b', 'a']) engine.openStream({ StreamName });
  const first = await engine.ListStreams({ Limit: 2 });
  expect(first).toMatchObject({ StreamNames: ['a', 'b'], HasMoreStreams: true });
  expect(await engine.ListStreams({ NextToken: first.NextToken })).toMatchObject({
    StreamNames: [STREAM],
    HasMoreStreams: false,
  });
  const ids: (string | undefined)[] = [];
  let page = await engine.ListShards({ StreamName: STREAM, MaxResults: 2 });
  for (;;) {
    ids.push(...page.Shards!.map((shard) => shard.ShardId));
    if (!page.NextToken) break;
    page = await engine.ListShards({ NextToken: page.NextToken, MaxResults: 2 });
  }
  expect(ids).toEqual(Array.from({ length: 5 }, (_, i) => `shardId-00000000000${i}`));
});

test('ListShards fails when its token is five minutes old, or comes with a name', async () => {
  const { engine, clock } = anEngine({ shards: 3 });
  const { NextToken } = await engine.ListShards({ StreamName: STREAM, MaxResults: 1 });
  await expect(engine.ListShards({ StreamName: STREAM, NextToken })).rejects.toMatchObject({
    message: 'NextToken and StreamName cannot be provided together.',
  });
  await clock.advance(300_001);
  await expect(engine.ListShards({ NextToken })).rejects.toMatchObject({ name: 'ExpiredNextTokenException' });
});

test('ListShards filters by what was open when', async () => {
  const { engine, clock } = anEngine();
  const beforeMs = clock.nowMs();
  await engine.UpdateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await clock.advance(60_000);
  const shards = async (ShardFilter: Parameters<typeof engine.ListShards>[0]['ShardFilter']) =>
    (await engine.ListShards({ StreamName: STREAM, ShardFilter })).Shards!.map(({ ShardId }) =>
      Number(ShardId!.slice(8)),
    );
  expect(await shards({ Type: 'AT_LATEST' })).toEqual([1, 2]);
  expect(await shards({ Type: 'AT_TRIM_HORIZON' })).toEqual([0]);
  expect(await shards({ Type: 'FROM_TRIM_HORIZON' })).toEqual([0, 1, 2]);
  expect(await shards({ Type: 'AT_TIMESTAMP', Timestamp: new Date(beforeMs) })).toEqual([0]);
  expect(await shards({ Type: 'FROM_TIMESTAMP', Timestamp: new Date(clock.nowMs()) })).toEqual([1, 2]);
  expect(await shards({ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000001' })).toEqual([2]);
});

test('settings are kept and shown', async () => {
  const { engine, clock } = anEngine();
  await engine.StartStreamEncryption({ StreamName: STREAM, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
  await clock.advance(1_000);
  await engine.UpdateMaxRecordSize({ StreamARN: ARN, MaxRecordSizeInKiB: 2_048 });
  const monitoring = await engine.EnableEnhancedMonitoring({ StreamName: STREAM, ShardLevelMetrics: ['ALL'] });
  expect(monitoring).toMatchObject({ CurrentShardLevelMetrics: [] });
  expect(monitoring.DesiredShardLevelMetrics).toHaveLength(7);
  const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: STREAM });
  expect(StreamDescriptionSummary).toMatchObject({
    EncryptionType: 'KMS',
    KeyId: 'alias/aws/kinesis',
    MaxRecordSizeInKiB: 2_048,
  });
  expect(await putText(engine, 'a')).toMatchObject({ EncryptionType: 'KMS' });
  await engine.StopStreamEncryption({ StreamName: STREAM, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
  expect(await putText(engine, 'a')).not.toHaveProperty('EncryptionType');
});

test('the mode of a stream can be switched twice in 24 hours', async () => {
  const { engine, clock } = anEngine();
  const to = (StreamMode: 'ON_DEMAND' | 'PROVISIONED') =>
    engine.UpdateStreamMode({ StreamARN: ARN, StreamModeDetails: { StreamMode } });
  await to('ON_DEMAND');
  await clock.advance(1_000);
  await to('PROVISIONED');
  await clock.advance(1_000);
  await expect(to('ON_DEMAND')).rejects.toMatchObject({ name: 'LimitExceededException' });
  await clock.advance(24 * 3_600_000);
  await to('ON_DEMAND');
  expect(await engine.DescribeLimits({})).toMatchObject({ OnDemandStreamCount: 1, OpenShardCount: 1 });
});

test('a stream is UPDATING while its encryption changes, and takes records meanwhile', async () => {
  const { engine, clock } = anEngine();
  const status = async () =>
    (await engine.DescribeStreamSummary({ StreamName: STREAM })).StreamDescriptionSummary!.StreamStatus;
  await engine.StartStreamEncryption({ StreamName: STREAM, EncryptionType: 'KMS', KeyId: 'k' });
  expect(await status()).toBe('UPDATING');
  await putText(engine, 'meanwhile');
  await clock.advance(1_000);
  expect(await status()).toBe('ACTIVE');
});

test('tags of streams and consumers are one set, whichever operation sets them', async () => {
  const { engine } = anEngine();
  const consumer = engine.openConsumer({ StreamARN: ARN, ConsumerName: 'c' });
  await engine.AddTagsToStream({ StreamName: STREAM, Tags: { b: '1', a: '2' } });
  await engine.TagResource({ ResourceARN: ARN, Tags: { c: '3' } });
  await engine.TagResource({ ResourceARN: consumer, Tags: { d: '4' } });
  await engine.UntagResource({ ResourceARN: ARN, TagKeys: ['b'] });
  expect((await engine.ListTagsForStream({ StreamName: STREAM })).Tags).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'c', Value: '3' },
  ]);
  expect((await engine.ListTagsForResource({ ResourceARN: consumer })).Tags).toEqual([{ Key: 'd', Value: '4' }]);
  await engine.RemoveTagsFromStream({ StreamName: STREAM, TagKeys: ['a', 'c'] });
  expect((await engine.ListTagsForResource({ ResourceARN: ARN })).Tags).toEqual([]);
  await expect(engine.AddTagsToStream({ StreamName: STREAM, Tags: { 'aws:x': '1' } })).rejects.toMatchObject({
    name: 'InvalidArgumentException',
  });
});

test('a resource policy is kept until it is deleted', async () => {
  const { engine } = anEngine();
  await engine.PutResourcePolicy({ ResourceARN: ARN, Policy: '{"Statement":[]}' });
  expect(await engine.GetResourcePolicy({ ResourceARN: ARN })).toEqual({ Policy: '{"Statement":[]}' });
  await engine.DeleteResourcePolicy({ ResourceARN: ARN });
  await expect(engine.GetResourcePolicy({ ResourceARN: ARN })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
