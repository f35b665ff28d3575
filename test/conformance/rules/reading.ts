// Rules of iterators and GetRecords.
import { equal, holds, INVALID, refuses } from '../expect.js';
import { entries, FIRST_SHARD, iterator, page, putText, read, readTexts, textOf } from '../records.js';
import { api, guide, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';

const HOUR_MS = 3_600_000;

export const readingRules: readonly Rule[] = [
  {
    rule: 'TRIM_HORIZON reads from the oldest record',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      equal(await readTexts(subject, stream, { ShardIteratorType: 'TRIM_HORIZON' }, 3), ['0', '1', '2'], 'texts');
    },
  },
  {
    rule: 'AT_SEQUENCE_NUMBER reads from that record on',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { stream, numbers } = await three(subject);
      const from = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: numbers[1]! } as const;
      equal(await readTexts(subject, stream, from, 2), ['1', '2'], 'texts');
    },
  },
  {
    rule: 'AFTER_SEQUENCE_NUMBER reads from the record after',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { stream, numbers } = await three(subject);
      const from = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: numbers[1]! } as const;
      equal(await readTexts(subject, stream, from, 1), ['2'], 'texts');
    },
  },
  {
    rule: 'LATEST reads what comes after the iterator was taken',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      const latest = await iterator(subject, stream, { ShardIteratorType: 'LATEST' });
      await putText(subject, stream, 'later');
      equal((await read(subject, latest, 1)).map(textOf), ['later'], 'texts');
    },
  },
  {
    rule: 'AT_TIMESTAMP reads from the first record that arrived then or later',
    source: api('GetShardIterator'),
    plane: 'data',
    seconds: 4,
    async run(subject) {
      const stream = await subject.stream();
      await putText(subject, stream, 'before');
      const [before] = await read(subject, await iterator(subject, stream), 1);
      await subject.sleep(4_000);
      await putText(subject, stream, 'after');
      // By the clock of the endpoint, which need not be ours.
      const Timestamp = new Date(before!.ApproximateArrivalTimestamp!.getTime() + 2_000);
      const from = { ShardIteratorType: 'AT_TIMESTAMP', Timestamp } as const;
      equal(await readTexts(subject, stream, from, 1), ['after'], 'texts');
    },
  },
  {
    rule: 'AT_TIMESTAMP older than everything reads from the oldest record',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      const Timestamp = new Date(subject.nowMs() - 20 * HOUR_MS);
      equal((await readTexts(subject, stream, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp }, 3)).length, 3, 'texts');
    },
  },
  {
    rule: 'AT_TIMESTAMP in the future: InvalidArgumentException',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const Timestamp = new Date(subject.nowMs() + HOUR_MS);
      await refuses(
        iterator(subject, stream, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp }),
        'InvalidArgumentException',
      );
    },
  },
  {
    rule: 'AT_SEQUENCE_NUMBER without a number: InvalidArgumentException',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const call = iterator(subject, stream, { ShardIteratorType: 'AT_SEQUENCE_NUMBER' });
      await refuses(call, 'InvalidArgumentException');
    },
  },
  {
    rule: 'A starting sequence number that is none: refused',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const from = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '42x' } as const;
      await refuses(iterator(subject, stream, from), ...INVALID);
    },
  },
  {
    rule: 'GetShardIterator of an unknown shard: ResourceNotFoundException',
    source: api('GetShardIterator'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      await refuses(iterator(subject, stream, undefined, 'shardId-000000000099'), 'ResourceNotFoundException');
    },
  },
  {
    rule: 'GetRecords with a made-up iterator: InvalidArgumentException',
    source: api('GetRecords'),
    plane: 'data',
    async run({ client }) {
      await refuses(client.getRecords({ ShardIterator: 'not-an-iterator' }), 'InvalidArgumentException');
    },
  },
  {
    rule: 'An iterator expires five minutes after it was returned: ExpiredIteratorException',
    source: api('GetRecords'),
    plane: 'data',
    seconds: 301,
    async run(subject) {
      const { stream } = await three(subject);
      const old = await iterator(subject, stream);
      await subject.sleep(301_000);
      await refuses(subject.client.getRecords({ ShardIterator: old }), 'ExpiredIteratorException');
    },
  },
  {
    rule: 'An iterator can be read again: it does not move',
    source: api('GetRecords'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      const same = await iterator(subject, stream);
      await read(subject, same, 3);
      equal((await read(subject, same, 3)).length, 3, 'records the second time');
    },
  },
  {
    rule: 'Limit caps the records of one GetRecords, and the next iterator goes on from there',
    source: api('GetRecords'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      const first = await page(subject, await iterator(subject, stream), 2);
      equal(first.Records!.map(textOf), ['0', '1'], 'first page');
      const second = await page(subject, first.NextShardIterator!, 2);
      equal(second.Records!.map(textOf), ['2'], 'second page');
    },
  },
  {
    rule: 'Limit outside 1 to 10,000 is refused',
    source: api('GetRecords'),
    plane: 'data',
    async run(subject) {
      const { stream } = await three(subject);
      const ShardIterator = await iterator(subject, stream);
      for (const Limit of [0, 10_001]) {
        await refuses(subject.client.getRecords({ ShardIterator, Limit }), ...INVALID);
      }
    },
  },
  {
    rule: 'MillisBehindLatest is above zero while records are left to read, and zero at the tip',
    source: api('GetRecords'),
    plane: 'data',
    seconds: 4,
    async run(subject) {
      const stream = await subject.stream();
      await putText(subject, stream, 'old');
      await subject.sleep(2_000);
      await putText(subject, stream, 'new');
      await subject.sleep(2_000);
      const first = await page(subject, await iterator(subject, stream), 1);
      holds(first.MillisBehindLatest! > 0, `above zero with one record left, got ${first.MillisBehindLatest}`);
      let last = first;
      while (last.MillisBehindLatest !== 0 && last.NextShardIterator)
        last = await page(subject, last.NextShardIterator);
      equal(last.MillisBehindLatest, 0, 'at the tip');
    },
  },
  {
    rule: 'An open shard always gives a next iterator, also with nothing to read',
    source: api('GetRecords'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const reply = await page(subject, await iterator(subject, stream));
      equal(reply.Records, [], 'records');
      holds(reply.NextShardIterator, 'a next iterator');
    },
  },
  {
    rule: 'Records older than the retention are gone, and TRIM_HORIZON starts after them',
    source: guide('kinesis-extended-retention'),
    plane: 'data',
    seconds: 24 * 3_600 + 120,
    async run(subject) {
      const stream = await subject.stream();
      await putText(subject, stream, 'old');
      await subject.sleep(23 * HOUR_MS);
      await putText(subject, stream, 'new');
      await subject.sleep(HOUR_MS + 60_000);
      equal(await readTexts(subject, stream), ['new'], 'texts');
    },
  },
  {
    rule: 'A shard iterator of one stream reads at most 10,000 records a call',
    source: api('GetRecords'),
    plane: 'data',
    seconds: 21,
    async run(subject) {
      const stream = await subject.stream();
      for (let call = 0; call < 21; call += 1) {
        await subject.client.putRecords({ StreamName: stream.name, Records: entries(500, 1) });
        await subject.sleep(1_000);
      }
      const reply = await page(subject, await iterator(subject, stream));
      equal(reply.Records!.length, 10_000, 'records');
    },
  },
];

/** A one-shard stream with the records '0', '1' and '2'. */
async function three(subject: Subject): Promise<{ stream: TestStream; numbers: string[] }> {
  const stream = await subject.stream();
  const numbers: string[] = [];
  for (const text of ['0', '1', '2']) numbers.push(await putText(subject, stream, text));
  holds(numbers.every(Boolean), `sequence numbers in ${FIRST_SHARD}`);
  return { stream, numbers };
}
