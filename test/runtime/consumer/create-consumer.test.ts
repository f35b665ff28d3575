import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import {
  type ConsumerOptions,
  createConsumer,
  PermanentError,
  type RecordMeta,
  StoppedAt,
} from '../../../runtime/consumer/index.js';
import { ALL_DONE, aConsumer, down, failedAt, numbered, plainBatch } from '../../support/a-consumer.js';
import { anAggregate, aPlain } from '../../support/aggregated-records.js';
import { SHARD, sequenceNumber } from '../../support/kinesis-batch.js';
import { memoryMarks } from '../../support/memory-marks.js';

test('a poison pill amid an aggregate of 500: the other 499 take effect once, the pill is stored with its bytes', async () => {
  const inner = Array.from({ length: 500 }, (_, i) => (i === 250 ? { key: 'k', text: '{"broken' } : numbered(i)));
  const { consumer, seen, failures } = aConsumer();
  expect(await consumer({ Records: [anAggregate(1, inner)] })).toEqual(ALL_DONE);
  expect(seen).toEqual(inner.flatMap((_, i) => (i === 250 ? [] : [i])));
  expect(failures).toEqual([
    [
      {
        shardId: SHARD,
        sequenceNumber: sequenceNumber(1),
        subSequenceNumber: 250,
        partitionKey: 'k',
        arrivalTime: '2026-11-21T00:00:01.000Z',
        errorType: 'InvalidJson',
        reason: 'data must be JSON in UTF-8',
        data: Buffer.from('{"broken').toString('base64'),
      },
    ],
  ]);
});

test('tells of each record where it comes from', async () => {
  const { consumer, metas } = aConsumer();
  await consumer({ Records: [aPlain(1, numbered(0, 'a')), anAggregate(2, [numbered(1, 'b'), numbered(2, 'c')])] });
  expect(metas.map((meta) => [meta.sequenceNumber, meta.subSequenceNumber, meta.partitionKey])).toEqual([
    [sequenceNumber(1), 0, 'a'],
    [sequenceNumber(2), 0, 'b'],
    [sequenceNumber(2), 1, 'c'],
  ]);
  const [{ shardId, arrivalTime, attempt, replayed }] = metas as [RecordMeta];
  expect([shardId, arrivalTime.toISOString(), attempt, replayed]).toEqual([
    SHARD,
    '2026-11-21T00:00:01.000Z',
    undefined,
    undefined,
  ]);
});

describe('a record is set aside, and the batch goes on, when', () => {
  const cases: readonly [string, Partial<ConsumerOptions>, string, string][] = [
    ['it does not fit the schema', { schema: z.object({ n: z.number() }) }, '{"n":"one"}', 'InvalidRecord'],
    ['it is no JSON', {}, 'x', 'InvalidJson'],
    ['it is no gzip', { codec: 'gzip-json' }, 'x', 'InvalidGzip'],
    [
      'its effect fails for good',
      {
        handle: () => {
          throw new PermanentError('Refused', 'no such account');
        },
      },
      '1',
      'Refused',
    ],
    [
      'its error is classed as permanent',
      { classify: () => 'permanent', handle: () => Promise.reject(new RangeError('too large')) },
      '1',
      'RangeError',
    ],
  ];
  test.each(cases)('%s', async (_rule, options, text, errorType) => {
    const { consumer, failures, telemetry } = aConsumer(options);
    expect(await consumer(plainBatch([text]))).toEqual(ALL_DONE);
    expect(failures.flat().map((failed) => [failed.errorType, failed.data])).toEqual([
      [errorType, Buffer.from(text).toString('base64')],
    ]);
    expect(telemetry.measured).toMatchObject([{ RecordsProcessed: 0, RecordsFailed: 1, TransientFailures: 0 }]);
  });
});

test('the end of an aggregate that cannot be read is set aside with all of its bytes', async () => {
  const whole = anAggregate(1, [numbered(1), numbered(2, 'other')]);
  const bytes = Buffer.from(whole.kinesis.data, 'base64');
  // The second record names a third key.
  const { consumer, seen, failures } = aConsumer();
  const data = withKeyIndex(bytes, 2);
  await consumer({ Records: [{ ...whole, kinesis: { ...whole.kinesis, data } }] });
  expect(seen).toEqual([1]);
  expect(failures.flat()).toMatchObject([{ errorType: 'CorruptAggregate', subSequenceNumber: 1, data }]);
});

test('decodes gzip and hands on bytes as they are', async () => {
  const zipped = { ...aPlain(1, numbered(0)) };
  const data = gzipSync('{"a":1}').toString('base64');
  const Records = [{ ...zipped, kinesis: { ...zipped.kinesis, data } }];
  const gzip = aConsumer({ codec: 'gzip-json' });
  await gzip.consumer({ Records });
  const raw = aConsumer({ codec: 'raw' });
  await raw.consumer({ Records });
  expect([gzip.seen, Buffer.from(raw.seen[0] as Uint8Array).toString('base64')]).toEqual([[{ a: 1 }], data]);
});

test('waits for a codec and a schema that take their time', async () => {
  const { consumer, seen } = aConsumer({
    codec: { decode: async (bytes) => bytes.length },
    schema: { '~standard': { version: 1, vendor: 'own', validate: async (value) => ({ value: [value] }) } },
  });
  await consumer(plainBatch(['abc']));
  expect(seen).toEqual([[3]]);
});

describe('at a transient failure', () => {
  const failingAt = (bad: number) => {
    const seen: number[] = [];
    const handle = async (record: unknown) => {
      if (record === bad) throw new Error('down');
      seen.push(record as number);
    };
    return { seen, handle };
  };

  test('the batch ends there, and comes again from there', async () => {
    const { seen, handle } = failingAt(3);
    const { consumer, telemetry } = aConsumer({ handle });
    expect(await consumer(plainBatch(['1', '2', '3', '4']))).toEqual(failedAt(3));
    expect(seen).toEqual([1, 2]);
    expect(telemetry.events).toMatchObject([{ type: 'consumer.stopped', sequenceNumber: sequenceNumber(3) }]);
  });

  test('in an aggregate, the whole of it comes again, and with a mark resumes where it stood', async () => {
    const { seen, handle } = failingAt(3);
    const mark = memoryMarks();
    const batch = {
      Records: [
        anAggregate(
          1,
          [1, 2, 3, 4].map((n) => numbered(n)),
        ),
      ],
    };
    const { consumer } = aConsumer({ handle, mark });
    expect(await consumer(batch)).toEqual(failedAt(1));
    const again = aConsumer({ mark });
    expect(await again.consumer(batch)).toEqual(ALL_DONE);
    expect([seen, again.seen]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(again.metas.map(({ attempt }) => attempt)).toEqual([2, 1]);
    expect(again.telemetry.measured).toMatchObject([{ UserRecords: 4, RecordsProcessed: 2, DuplicatesDropped: 2 }]);
  });

  test('other keys go on that are under way, and with a mark are not repeated', async () => {
    const mark = memoryMarks();
    const seen: string[] = [];
    const options = (broken: boolean): Partial<ConsumerOptions> => ({
      mark,
      concurrency: 4,
      handle: async (record, { partitionKey }) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (broken && partitionKey === 'a') throw new Error('down');
        seen.push(`${partitionKey}${record}`);
      },
    });
    const Records = [aPlain(1, numbered(1, 'a')), aPlain(2, numbered(2, 'b')), aPlain(3, numbered(3, 'a'))];
    expect(await aConsumer(options(true)).consumer({ Records })).toEqual(failedAt(1));
    expect(seen).toEqual(['b2']);
    expect(await aConsumer(options(false)).consumer({ Records })).toEqual(ALL_DONE);
    expect(seen).toEqual(['b2', 'a1', 'a3']);
  });

  test('a failure store that is out of reach ends the batch at its first record', async () => {
    const { consumer, seen } = aConsumer({ failureStore: down });
    expect(await consumer(plainBatch(['1', 'x', '3']))).toEqual(failedAt(2));
    expect(seen).toEqual([1, 3]);
  });

  test('a record that has failed too often is set aside, so that it blocks nobody', async () => {
    const mark = memoryMarks();
    const { seen, handle } = failingAt(2);
    const { consumer, failures } = aConsumer({ handle, mark, maxAttempts: 3 });
    const Records = [aPlain(1, numbered(1)), aPlain(2, numbered(2)), aPlain(3, numbered(3))];
    expect(await consumer({ Records })).toEqual(failedAt(2));
    expect(await consumer({ Records: Records.slice(1) })).toEqual(failedAt(2));
    expect(await consumer({ Records: Records.slice(1) })).toEqual(ALL_DONE);
    expect(failures.flat()).toMatchObject([{ errorType: 'Error', attempt: 3 }]);
    expect(seen).toEqual([1, 3]);
  });
});

describe('before the function runs out of time', () => {
  const context = { getRemainingTimeInMillis: () => 40 };

  test('the signal aborts, nothing more is begun, and the first record not done comes again', async () => {
    const seen: unknown[] = [];
    const handle = async (record: unknown, { signal }: RecordMeta) => {
      seen.push(record);
      if (record === 2) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    const { consumer, telemetry } = aConsumer({ handle });
    expect(await consumer(plainBatch(['1', '2', '3']), context)).toEqual(failedAt(3));
    expect(seen).toEqual([1, 2]);
    expect(telemetry.events).toMatchObject([{ type: 'consumer.out-of-time', sequenceNumber: sequenceNumber(3) }]);
  });

  test('a function with a short timeout has half of it for records', async () => {
    const { consumer, seen } = aConsumer();
    expect(await consumer(plainBatch(['1']), { getRemainingTimeInMillis: () => 1_000 })).toEqual(ALL_DONE);
    expect(seen).toEqual([1]);
  });

  test('also where the effects never wait', async () => {
    const seen: unknown[] = [];
    const handle = (record: unknown) => {
      seen.push(record);
      for (const end = performance.now() + 10; performance.now() < end; );
    };
    const { consumer } = aConsumer({ handle });
    const texts = Array.from({ length: 100 }, (_, i) => String(i));
    expect(await consumer(plainBatch(texts), context)).toEqual(failedAt(seen.length + 1));
    expect(seen.length).toBeLessThan(100);
  });
});

describe('in batches', () => {
  test('a permanent error is pinned on its record by halving', async () => {
    const seen: unknown[] = [];
    const handleBatch: ConsumerOptions['handleBatch'] = (records) => {
      const values = records.map(({ value }) => value);
      if (values.includes(5)) throw new PermanentError('Refused', 'five');
      seen.push(...values);
    };
    const { consumer, failures } = aConsumer({ handleBatch });
    const texts = Array.from({ length: 9 }, (_, i) => String(i));
    expect(await consumer(plainBatch(texts))).toEqual(ALL_DONE);
    expect([seen, failures.flat().map(({ errorType }) => errorType)]).toEqual([[0, 1, 2, 3, 4, 6, 7, 8], ['Refused']]);
  });

  test('what has taken effect before a stop is not repeated', async () => {
    const mark = memoryMarks();
    const handleBatch: ConsumerOptions['handleBatch'] = (records) => {
      if (records.length > 2) throw new StoppedAt(2, new Error('down'));
    };
    const batch = {
      Records: [
        anAggregate(
          1,
          [0, 1, 2, 3].map((n) => numbered(n)),
        ),
      ],
    };
    expect(await aConsumer({ handleBatch, mark }).consumer(batch)).toEqual(failedAt(1));
    expect(await aConsumer({ handleBatch, mark }).consumer(batch)).toEqual(ALL_DONE);
  });

  test('fails when the mark that is to go with the effects is not written', async () => {
    const { consumer, telemetry } = aConsumer({
      mark: memoryMarks(),
      markWrite: 'with-effects',
      handleBatch: () => {},
    });
    expect(await consumer(plainBatch(['1']))).toEqual(failedAt(1));
    expect(telemetry.events).toMatchObject([{ type: 'consumer.stopped', error: 'TypeError' }]);
  });
});

describe('fails when', () => {
  const handle = () => {};
  const mark = memoryMarks();
  const handleBatch = () => {};
  test.each<[string, Partial<ConsumerOptions>, RegExp]>([
    [
      'there is nothing to do with a record',
      { handle: undefined },
      /'handle' or 'handleBatch' must be given, got none/,
    ],
    ['there are two things to do', { handle, handleBatch }, /got both/],
    ['bad records would have no place', { failureStore: undefined }, /'failureStore' must be given/],
    ['no key may be worked on', { concurrency: 0 }, /'concurrency' must be a whole number from 1 to 1000, got 0/],
    ['batches would be out of order', { handle: undefined, handleBatch, concurrency: 2 }, /'concurrency' must be 1/],
    ['a batch size has no batches', { maxBatchRecords: 5 }, /'maxBatchRecords' must come with 'handleBatch'/],
    ['a mark is to be written nowhere', { handle: undefined, handleBatch, markWrite: 'with-effects' }, /'mark'/],
    ['each record would be a write', { mark, markWrite: 'with-effects' }, /a write for each/],
    ['attempts are counted nowhere', { maxAttempts: 3 }, /'maxAttempts' must come with 'mark', got 3/],
    ['buckets have no marks', { markPer: 'bucket' }, /'markPer' must come with 'mark', got 'bucket' without/],
    ['time runs backwards', { remainingTimeGuardMs: -1 }, /'remainingTimeGuardMs' must be 0 or more, got -1/],
    ['the consumer has no name', { functionName: '' }, /'functionName' must be given/],
  ])('%s', (_rule, changes, message) => {
    const options = { functionName: 'f', failureStore: async () => {}, handle, ...changes } as ConsumerOptions;
    expect(() => createConsumer(options)).toThrow(message);
  });
});

/** The bytes with another index of the last record's key, and a digest that fits. */
function withKeyIndex(bytes: Buffer, index: number): string {
  const body = Buffer.from(bytes.subarray(4, bytes.length - 16));
  // The last record is a key index, then one byte of data: 08 xx 1A 01 yy.
  body[body.length - 4] = index;
  const digest = createHash('md5').update(body).digest();
  return Buffer.concat([bytes.subarray(0, 4), body, digest]).toString('base64');
}
