// A record that cannot be used, amid an aggregated record of 500: set aside by the consumer, brought back by a redrive.
import { expect, test } from '@jest/globals';
import { createConsumer } from '../../../../runtime/consumer/index.js';
import type { SchemaResult, StandardSchema } from '../../../../runtime/consumer/standard-schema.js';
import { readBucket } from '../../../../runtime/replay/failures/read-bucket.js';
import { Redrive } from '../../../../runtime/replay/failures/redrive.js';
import { redriveBucket } from '../../../../runtime/replay/failures/redrive-bucket.js';
import { functionTarget } from '../../../../runtime/replay/function-target.js';
import { anAggregate } from '../../../support/aggregated-records.js';
import { aTimer } from '../../../support/fake-replay.js';
import { aBucket } from '../../../support/memory-failures.js';
import { memoryMarks } from '../../../support/memory-marks.js';

const PILL = 250;

function aConsumer() {
  const effects: { number: number; replayed: boolean }[] = [];
  const bucket = aBucket({});
  let takes = (number: number) => number !== PILL;
  const handler = createConsumer({
    schema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown): SchemaResult<{ number: number }> => {
          const { number } = value as { number: number };
          return takes(number) ? { value: { number } } : { issues: [{ message: 'unknown version' }] };
        },
      },
    } satisfies StandardSchema<{ number: number }>,
    handle: ({ number }, { replayed }) => void effects.push({ number, replayed: replayed !== undefined }),
    failureStore: bucket.put,
    mark: memoryMarks(),
    functionName: 'billing',
  });
  const fix = () => {
    takes = () => true;
  };
  return { handler, effects, bucket, fix };
}

async function redrive({ handler, bucket }: ReturnType<typeof aConsumer>) {
  const told: string[] = [];
  const signal = new AbortController().signal;
  const filter = { keys: new Set<string>() };
  const target = functionTarget({
    ...{
      streamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/orders',
      replayId: `r${Math.random()}`,
      timer: aTimer(),
    },
    invoke: async (event) => ({ kind: 'answered', payload: await handler(event) }),
  });
  const totals = await redriveBucket({
    ...{ bucket, deletes: true, isDryRun: false, signal, onTotals: () => undefined, tell: (line) => told.push(line) },
    objects: readBucket(bucket, filter),
    redrive: new Redrive({ filter, target, takeTurn: async () => undefined, onFailed: () => undefined, signal }),
  });
  return { totals, told };
}

const AGGREGATE = anAggregate(
  1,
  Array.from({ length: 500 }, (_, number) => ({ key: `k${number % 7}`, text: JSON.stringify({ number }) })),
);

test('the other 499 take effect once, the pill is kept with its bytes, and a redrive after the fix completes the set', async () => {
  const consumer = aConsumer();
  expect(await consumer.handler({ Records: [AGGREGATE] })).toEqual({ batchItemFailures: [] });
  expect(consumer.effects).toHaveLength(499);
  const [kept] = consumer.bucket.objects.values();
  expect(JSON.parse(kept!)).toMatchObject({ subSequenceNumber: PILL, partitionKey: `k${PILL % 7}` });
  expect(Buffer.from(JSON.parse(kept!).data, 'base64').toString()).toBe(JSON.stringify({ number: PILL }));

  consumer.fix();
  const { totals } = await redrive(consumer);
  expect(totals).toEqual({ read: 1, redriven: 1, filtered: 0, failed: 0, lost: 0 });
  expect(consumer.effects.at(-1)).toEqual({ number: PILL, replayed: true });
  expect(consumer.effects.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 500 }, (_, number) => number),
  );
  expect(consumer.bucket.objects.size).toBe(0);
});

test('without a fix it fails once more and stays in the bucket, whatever the function answers', async () => {
  const consumer = aConsumer();
  await consumer.handler({ Records: [AGGREGATE] });
  const before = [...consumer.bucket.objects];
  const { totals, told } = await redrive(consumer);
  expect(consumer.effects).toHaveLength(499);
  expect(totals).toEqual({ read: 1, redriven: 0, filtered: 0, failed: 1, lost: 0 });
  expect(told[0]).toContain('1 of its records have failed once more');
  expect([...consumer.bucket.objects.keys()]).toEqual(before.map(([key]) => key));
  const kept = JSON.parse(consumer.bucket.objects.get(before[0]![0])!);
  expect(kept).toMatchObject({ subSequenceNumber: PILL, data: JSON.parse(before[0]![1]).data });
});
