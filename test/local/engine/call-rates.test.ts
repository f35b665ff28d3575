import { expect, test } from '@jest/globals';
import { anEngine, STREAM } from '../../support/an-engine.js';

const GET_ITERATOR = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' };

test('a caller from outside gets as many calls a second as the operation has', async () => {
  const { engine, clock } = anEngine();
  for (let call = 0; call < 5; call += 1) await engine.call('ListStreams', {});
  await expect(engine.call('ListStreams', {})).rejects.toMatchObject({ name: 'LimitExceededException' });
  await engine.call('DescribeStreamSummary', { StreamName: STREAM });
  await clock.advance(200);
  await engine.call('ListStreams', {});
});

test('GetShardIterator is counted by shard, whichever way its stream is named', async () => {
  const { engine } = anEngine({ shards: 2 });
  const arn = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
  for (let call = 0; call < 5; call += 1) await engine.call('GetShardIterator', GET_ITERATOR);
  const { StreamName: _, ...rest } = GET_ITERATOR;
  await expect(engine.call('GetShardIterator', { ...rest, StreamARN: arn })).rejects.toMatchObject({
    name: 'ProvisionedThroughputExceededException',
  });
  await engine.call('GetShardIterator', { ...GET_ITERATOR, ShardId: 'shardId-000000000001' });
});

test("the lab's own parts are not counted, nor is anyone without limits", async () => {
  const { engine } = anEngine();
  for (let call = 0; call < 20; call += 1) await engine.ListStreams({});
  const free = anEngine({ enforceLimits: false });
  for (let call = 0; call < 20; call += 1) await free.engine.call('ListStreams', {});
});
