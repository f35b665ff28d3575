// Rules of what a shard takes in a second, and how PutRecords fails in part.
import { between, equal, holds } from '../expect.js';
import { entries, iterator, read } from '../records.js';
import { api, guide, type Rule } from '../rule.js';
import { openRanges } from './shards.js';

const THROTTLED = 'ProvisionedThroughputExceededException';
const MIB = 1_024 * 1_024;
/** Seconds over which the steady rate is measured, after the first. */
const STEADY_SECONDS = 8;

export const writeLimitRules: readonly Rule[] = [
  {
    rule: 'A shard takes 1,000 records a second: PutRecords beyond fails for the rest, each with its error code',
    source: guide('service-sizes-and-limits'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const startMs = subject.nowMs();
      const calls = await Promise.all(
        Array.from({ length: 10 }, () =>
          subject.client.putRecords({ StreamName: stream.name, Records: entries(500, 1) }),
        ),
      );
      const results = calls.flatMap((call) => call.Records!);
      const failed = results.filter((result) => result.ErrorCode);
      const seconds = (subject.nowMs() - startMs) / 1_000;
      between(results.length - failed.length, 1_000, 1_000 * (seconds + 2), 'accepted');
      holds(
        failed.every((result) => result.ErrorCode === THROTTLED && result.ErrorMessage && !result.SequenceNumber),
        'the rest have the error code and its message, and no sequence number',
      );
      equal(
        calls.reduce((sum, call) => sum + call.FailedRecordCount!, 0),
        failed.length,
        'FailedRecordCount',
      );
    },
  },
  {
    rule: 'A shard takes 1 MiB a second: PutRecord beyond it throws ProvisionedThroughputExceededException',
    source: guide('service-sizes-and-limits'),
    plane: 'data',
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const Data = Buffer.alloc(512 * 1_024 - 1);
      const calls = Array.from({ length: 8 }, () => subject.client.putRecord({ StreamName, Data, PartitionKey: 'k' }));
      const outcomes = await Promise.allSettled(calls);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      between(refused.length, 1, 6, 'refused of eight half MiB');
      for (const { reason } of refused) equal(reason.name, THROTTLED, 'error');
    },
  },
  {
    rule: 'A throttled shard does not throttle its neighbours in the same PutRecords call',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream({ ShardCount: 2 });
      const [low, high] = await openRanges(subject, stream);
      const entry = (ExplicitHashKey: string) => ({ Data: Buffer.alloc(MIB - 2), PartitionKey: 'k', ExplicitHashKey });
      const Records = [...Array.from({ length: 6 }, () => entry(String(low!.start))), entry(String(high!.start))];
      const put = await subject.client.putRecords({ StreamName: stream.name, Records });
      holds(
        put.Records!.slice(1, 6).some((result) => result.ErrorCode === THROTTLED),
        'the full shard refuses some',
      );
      equal(put.Records![6]!.ShardId, high!.id, 'shard of the last');
    },
  },
  {
    rule: 'A client that pushes 3 MB/s at one shard gets 1 MiB/s accepted, within 2 %',
    source: guide('service-sizes-and-limits'),
    plane: 'data',
    seconds: STEADY_SECONDS + 1,
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const startMs = subject.nowMs();
      const bytes = 25_000;
      let accepted = 0;
      const errors = new Set<string | undefined>();
      for (let step = 0; step < (STEADY_SECONDS + 1) * 10; step += 1) {
        const put = await subject.client.putRecords({ StreamName, Records: entries(12, bytes - 1) });
        for (const { SequenceNumber, ErrorCode } of put.Records!) if (!SequenceNumber) errors.add(ErrorCode);
        if (subject.nowMs() - startMs >= 1_000) accepted += (12 - put.FailedRecordCount!) * bytes;
        await subject.sleep(Math.max(0, startMs + (step + 1) * 100 - subject.nowMs()));
      }
      const seconds = (subject.nowMs() - startMs) / 1_000 - 1;
      between(accepted / seconds / MIB, 0.98, 1.02, 'MiB a second accepted');
      equal([...errors], [THROTTLED], 'errors of the rest');
    },
  },
  {
    rule: 'Records that PutRecords refused are not in the stream, and those it took are',
    source: api('PutRecords'),
    plane: 'data',
    async run(subject) {
      const stream = await subject.stream();
      const put = await subject.client.putRecords({ StreamName: stream.name, Records: entries(9, MIB - 1) });
      const taken = put.Records!.flatMap((result) => result.SequenceNumber ?? []);
      const stored = await read(subject, await iterator(subject, stream), taken.length);
      equal(
        stored.map((record) => record.SequenceNumber),
        taken,
        'sequence numbers in the stream',
      );
      holds(taken.length < 9, 'some were refused');
    },
  },
  {
    rule: 'A throttled shard takes records again a second later',
    source: api('PutRecords'),
    plane: 'data',
    seconds: 2,
    async run(subject) {
      const { name: StreamName } = await subject.stream();
      const Records = entries(500, 1);
      for (let call = 0; call < 8; call += 1) await subject.client.putRecords({ StreamName, Records });
      await subject.sleep(1_500);
      equal((await subject.client.putRecords({ StreamName, Records })).FailedRecordCount, 0, 'failures');
    },
  },
];
