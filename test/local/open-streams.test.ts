import { expect, test } from '@jest/globals';
import { openStreams } from '../../local/open-streams.js';
import type { PlatformModel, StreamModel } from '../../local/template/model.js';
import { anEngine } from '../support/an-engine.js';

const NAME = 'orders';

function aStream(changes: Partial<StreamModel> = {}): StreamModel {
  return {
    logicalId: 'Stream',
    path: 'Stream',
    name: NAME,
    arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${NAME}`,
    mode: 'PROVISIONED',
    shardCount: 2,
    retentionHours: 24,
    maxRecordSizeKiB: 1_024,
    keyId: 'alias/aws/kinesis',
    shardLevelMetrics: ['IncomingBytes'],
    tags: { team: 'orders' },
    ...changes,
  };
}

const aModel = (stream: StreamModel, consumers: readonly string[] = []) =>
  ({
    streams: [stream],
    streamConsumers: consumers.map((name) => ({
      name,
      arn: `${stream.arn}/consumer/${name}:0`,
      streamArn: stream.arn,
    })),
  }) as unknown as PlatformModel;

async function describe(engine: ReturnType<typeof anEngine>['engine']) {
  const { StreamDescriptionSummary } = await engine.DescribeStreamSummary({ StreamName: NAME });
  const { Tags } = await engine.ListTagsForStream({ StreamName: NAME });
  return { ...StreamDescriptionSummary, Tags };
}

test('a stream of an earlier run is taken over as it is, with its consumers', async () => {
  const { engine } = anEngine();
  const applied = new Map<string, StreamModel>();
  const before = await openStreams(engine, aModel(aStream(), ['reader']), applied);
  const again = await openStreams(engine, aModel(aStream(), ['reader', 'other']), applied);
  expect([...again]).toEqual([
    ...before,
    [expect.stringContaining('/other:0'), expect.stringContaining('/consumer/other:')],
  ]);
  await engine.close();
});

test('what was resized by a call stays, as long as the template does not change', async () => {
  const { engine, clock } = anEngine();
  const applied = new Map<string, StreamModel>();
  await openStreams(engine, aModel(aStream()), applied);
  await engine.UpdateShardCount({ StreamName: NAME, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' });
  await clock.advance(60_000);
  await openStreams(engine, aModel(aStream({ tags: {} })), applied);
  expect(await describe(engine)).toMatchObject({ OpenShardCount: 4, StreamStatus: 'ACTIVE', Tags: [] });
  await engine.close();
});

test.each([
  ['more shards', { shardCount: 4 }, { OpenShardCount: 4 }],
  ['longer retention', { retentionHours: 48 }, { RetentionPeriodHours: 48 }],
  ['larger records', { maxRecordSizeKiB: 2_048 }, { MaxRecordSizeInKiB: 2_048 }],
  ['other tags', { tags: { owner: 'x' } }, { Tags: [{ Key: 'owner', Value: 'x' }] }],
  [
    'other shard metrics',
    { shardLevelMetrics: ['OutgoingBytes'] },
    { EnhancedMonitoring: [{ ShardLevelMetrics: ['OutgoingBytes'] }] },
  ],
  ['no key', { keyId: undefined }, { EncryptionType: 'NONE' }],
  ['on-demand mode', { mode: 'ON_DEMAND', shardCount: undefined }, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
] as const)('a stream of an earlier run gets %s by the calls of an update', async (_what, change, expected) => {
  const { engine, clock } = anEngine();
  const applied = new Map<string, StreamModel>();
  await openStreams(engine, aModel(aStream()), applied);
  let isDone = false;
  const updated = openStreams(engine, aModel(aStream(change)), applied).then(() => {
    isDone = true;
  });
  // The calls take lab time.
  while (!isDone) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await updated;
  await clock.advance(60_000);
  expect(await describe(engine)).toMatchObject({ StreamStatus: 'ACTIVE', ...expected });
  await engine.close();
});

test('fails when the service would refuse the change', async () => {
  const { engine } = anEngine();
  const applied = new Map<string, StreamModel>();
  await openStreams(engine, aModel(aStream()), applied);
  await expect(openStreams(engine, aModel(aStream({ shardCount: 9 })), applied)).rejects.toThrow(
    /^update stream 'orders' of '--data-dir' failed: .+; undo the change in the template/,
  );
  await engine.close();
});

test('a stream that an earlier run was cut off from making is finished', async () => {
  const { engine } = anEngine();
  engine.openStream({ StreamName: NAME, ShardCount: 2 });
  await openStreams(engine, aModel(aStream({ retentionHours: 36, keyId: undefined })));
  expect(await describe(engine)).toMatchObject({ RetentionPeriodHours: 36, Tags: [{ Key: 'team', Value: 'orders' }] });
  await engine.close();
});
