// Rules of PutRecord and PutRecords: what is taken, what is refused whole, and how numbers grow.
import { equal, holds, INVALID, refuses } from '../expect.js';
import { entries, iterator, putText, read, readTexts, textOf } from '../records.js';
import { api, guide, type Rule } from '../rule.js';

const MIB = 1_024 * 1_024;

export const writingRules: readonly Rule[] = [
  {
    rule: 'What was put is read back: data, partition key, sequence number and arrival',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const number = await putText(subject, stream, 'zwölf äpfel', 'schlüssel');
      const [record] = await read(subject, await iterator(subject, stream), 1);
      equal(textOf(record!), 'zwölf äpfel', 'data');
      equal(record!.PartitionKey, 'schlüssel', 'partition key');
      equal(record!.SequenceNumber, number, 'sequence number');
      const age = subject.nowMs() - record!.ApproximateArrivalTimestamp!.getTime();
      holds(Math.abs(age) < 120_000, `arrival is about now, got ${age} ms ago`);
    },
  },
  {
    rule: 'Sequence numbers grow within a shard, and records are read in that order',
    source: guide('key-concepts'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const numbers: string[] = [];
      for (let i = 0; i < 5; i += 1) numbers.push(await putText(subject, stream, `${i}`));
      const Records = Array.from({ length: 5 }, (_, i) => ({ Data: Buffer.from(`${i + 5}`), PartitionKey: 'k' }));
      const put = await subject.client.putRecords({ StreamName: stream.name, Records });
      numbers.push(...put.Records!.map((record) => record.SequenceNumber!));
      for (const [i, number] of numbers.slice(1).entries()) holds(BigInt(number) > BigInt(numbers[i]!), 'it grows');
      equal(await readTexts(subject, stream, undefined, 10), [...'0123456789'], 'order');
    },
  },
  {
    rule: 'A put with SequenceNumberForOrdering gets a larger number than that one',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const input = { StreamName, Data: Buffer.from('x'), PartitionKey: 'k' };
      const first = await subject.client.putRecord(input);
      const SequenceNumberForOrdering = first.SequenceNumber!;
      const second = await subject.client.putRecord({ ...input, SequenceNumberForOrdering });
      holds(BigInt(second.SequenceNumber!) > BigInt(SequenceNumberForOrdering), 'the second number is larger');
    },
  },
  {
    rule: 'PutRecords answers for each record in the order of the request',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      const put = await subject.client.putRecords({ StreamName: stream.name, Records: entries(3, 10) });
      equal(put.FailedRecordCount, 0, 'failures');
      equal(put.Records!.length, 3, 'results');
      holds(
        put.Records!.every((record) => record.SequenceNumber && record.ShardId && !record.ErrorCode),
        'each has a number and a shard',
      );
    },
  },
  {
    rule: 'PutRecords with more than 500 records: refused whole',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const call = subject.client.putRecords({ StreamName, Records: entries(501, 1) });
      await refuses(call, ...INVALID);
    },
  },
  {
    rule: 'PutRecords with no record is refused',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await refuses(subject.client.putRecords({ StreamName, Records: [] }), ...INVALID);
    },
  },
  {
    rule: 'PutRecords of more than 10 MiB, data and partition keys: refused whole',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const call = subject.client.putRecords({ StreamName, Records: entries(11, MIB - 1) });
      await refuses(call, ...INVALID);
    },
  },
  {
    rule: 'A record of exactly 1 MiB, data and partition key, is taken',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      await subject.client.putRecord({ StreamName, Data: Buffer.alloc(MIB - 1), PartitionKey: 'k' });
    },
  },
  {
    rule: 'A record above 1 MiB, data and partition key, is refused by default',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const call = subject.client.putRecord({ StreamName, Data: Buffer.alloc(MIB), PartitionKey: 'k' });
      await refuses(call, ...INVALID);
    },
  },
  {
    rule: 'UpdateMaxRecordSize lets records of up to 10 MiB in',
    source: api('UpdateMaxRecordSize'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName, arn: StreamARN } = await subject.stream();
      await subject.client.updateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB: 10_240 });
      await subject.active(StreamName);
      await subject.client.putRecord({ StreamName, Data: Buffer.alloc(9 * MIB), PartitionKey: 'k' });
      equal((await subject.summary(StreamName)).MaxRecordSizeInKiB, 10_240, 'record size');
    },
  },
  {
    rule: 'UpdateMaxRecordSize outside 1,024 to 10,240 KiB is refused',
    source: api('UpdateMaxRecordSize'),
    plane: 'control',
    async run(subject) {
      const { arn: StreamARN } = await subject.stream();
      for (const MaxRecordSizeInKiB of [1_023, 10_241]) {
        await refuses(subject.client.updateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB }), ...INVALID);
      }
    },
  },
  {
    rule: 'A partition key of no or more than 256 characters is refused',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      for (const PartitionKey of ['', 'k'.repeat(257)]) {
        const call = subject.client.putRecord({ StreamName, Data: Buffer.from('x'), PartitionKey });
        await refuses(call, ...INVALID);
      }
      await subject.client.putRecord({ StreamName, Data: Buffer.from('x'), PartitionKey: 'k'.repeat(256) });
    },
  },
  {
    rule: 'PutRecord to an unknown stream: ResourceNotFoundException',
    source: api('PutRecord'),
    plane: 'data',
    async run(subject) {
      const input = { StreamName: subject.freshName(), Data: Buffer.from('x'), PartitionKey: 'k' };
      await refuses(subject.client.putRecord(input), 'ResourceNotFoundException');
    },
  },
];
