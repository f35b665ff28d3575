// Rules of what a shard gives its polling readers in a second.
import { between, equal, holds, refuses } from '../expect.js';
import { entries, iterator } from '../records.js';
import { api, guide, type Rule } from '../rule.js';
import type { Subject, TestStream } from '../subject.js';

const MIB = 1_024 * 1_024;
const THROTTLED = 'ProvisionedThroughputExceededException';

export const readLimitRules: readonly Rule[] = [
  {
    rule: 'A shard answers five GetRecords a second; a sixth throws ProvisionedThroughputExceededException',
    source: api('GetRecords'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const ShardIterator = await iterator(subject, stream);
      const calls = Array.from({ length: 20 }, () => subject.client.getRecords({ ShardIterator }));
      const outcomes = await Promise.allSettled(calls);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      between(refused.length, 1, 15, 'refused of twenty');
      for (const { reason } of refused) equal(reason.name, THROTTLED, 'error');
    },
  },
  {
    rule: 'A GetRecords returns at most 10 MiB, and the next iterator goes on after it',
    source: api('GetRecords'),
    plane: 'data',
    seconds: 15,
    async run(subject) {
      const stream = await filled(subject, 12);
      const ShardIterator = await iterator(subject, stream);
      const reply = await subject.client.getRecords({ ShardIterator });
      const bytes = reply.Records!.reduce((sum, record) => sum + record.Data!.byteLength, 0);
      between(bytes, 8 * MIB, 10 * MIB, 'bytes returned');
    },
  },
  {
    rule: 'After a GetRecords that returned 10 MiB, calls within the next five seconds throw',
    source: api('GetRecords'),
    plane: 'data',
    seconds: 20,
    async run(subject) {
      const stream = await filled(subject, 10);
      const ShardIterator = await iterator(subject, stream);
      const { NextShardIterator } = await subject.client.getRecords({ ShardIterator });
      await subject.sleep(2_000);
      await refuses(subject.client.getRecords({ ShardIterator: NextShardIterator! }), THROTTLED);
      await subject.sleep(4_000);
      await subject.client.getRecords({ ShardIterator: NextShardIterator! });
    },
  },
  {
    rule: 'A shard gives 2 MiB a second to its polling readers together',
    source: guide('service-sizes-and-limits'),
    plane: 'data',
    seconds: 12,
    async run(subject) {
      const stream = await filled(subject, 4);
      await subject.sleep(2_000);
      const ShardIterator = await iterator(subject, stream);
      // Four MiB, one a call: after two of them the second is used up.
      const outcomes = [];
      for (let call = 0; call < 4; call += 1) {
        outcomes.push(await subject.client.getRecords({ ShardIterator, Limit: 1 }).catch((error: Error) => error));
      }
      const refused = outcomes.filter((outcome) => outcome instanceof Error);
      holds(refused.length > 0, 'some calls are refused');
      for (const error of refused) equal(error.name, THROTTLED, 'error');
      await subject.sleep(3_000);
      await subject.client.getRecords({ ShardIterator, Limit: 1 });
    },
  },
];

/** A one-shard stream with `count` records of 1 MiB, put at the rate that a shard takes. */
async function filled(subject: Subject, count: number): Promise<TestStream> {
  const stream = await subject.stream();
  for (let i = 0; i < count; i += 1) {
    const put = { StreamName: stream.name, Records: entries(1, MIB - 1) };
    await subject.until(async () =>
      (await subject.client.putRecords(put)).FailedRecordCount === 0 ? true : undefined,
    );
    await subject.sleep(1_000);
  }
  return stream;
}
