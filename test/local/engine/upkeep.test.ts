import { expect, test } from '@jest/globals';
import { anEngine, putText, STREAM } from '../../support/an-engine.js';

const MIB = 1_024 * 1_024;

test('an idle shard lets go of its records when their time is over', async () => {
  const { engine, clock } = anEngine();
  await putText(engine, 'old');
  await clock.advance(24 * 3_600_000 - 60_000);
  expect(engine.countAfter(STREAM, 'shardId-000000000000', undefined)).toBe(1);
  await clock.advance(3 * 60_000);
  expect(engine.countAfter(STREAM, 'shardId-000000000000', undefined)).toBe(0);
});

test('of 3 MB/s at one shard 1 MiB/s is accepted over a minute, the rest is refused, and the metrics say so', async () => {
  const { engine, clock, metrics } = anEngine();
  const Records = Array.from({ length: 12 }, () => ({ Data: Buffer.alloc(24_999), PartitionKey: 'k' }));
  let accepted = 0;
  let refused = 0;
  for (let step = 0; step < 610; step += 1) {
    const put = await engine.PutRecords({ StreamName: STREAM, Records });
    for (const { ErrorCode } of put.Records!) {
      if (ErrorCode !== undefined) expect(ErrorCode).toBe('ProvisionedThroughputExceededException');
    }
    if (step >= 10) accepted += (12 - put.FailedRecordCount!) * 25_000;
    refused += put.FailedRecordCount!;
    await clock.advance(100);
  }
  expect(Math.abs(accepted / (60 * MIB) - 1)).toBeLessThan(0.02);
  expect(metrics.sum('WriteProvisionedThroughputExceeded')).toBe(refused);
  expect(metrics.sum('IncomingRecords')).toBe(610 * 12 - refused);
});
