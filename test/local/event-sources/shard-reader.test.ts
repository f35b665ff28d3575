import type { GetRecordsCommandInput, GetShardIteratorCommandInput, StartingPosition } from '@aws-sdk/client-kinesis';
import { expect, test } from '@jest/globals';
import type { FanOut, FanOutEvent, KinesisApi } from '../../../local/engine/api.js';
import { fanOutReader, pollingReader, type ShardRead } from '../../../local/event-sources/shard-reader.js';
import { ServiceError } from '../../../local/service-error.js';
import { ManualClock } from '../../support/manual-clock.js';

const SHARD = 'shardId-000000000000';
const record = (SequenceNumber: string) => ({ SequenceNumber, PartitionKey: 'k', Data: new Uint8Array() });

type Page =
  | { readonly behindMs?: number; readonly sequenceNumber?: string; readonly last?: boolean }
  | { readonly error: string };

/** A shard that is polled and answers with these pages, then with empty ones. */
function aPolledShard(pages: Page[]) {
  const clock = new ManualClock(0);
  const calledMs: number[] = [];
  const iterators: GetShardIteratorCommandInput[] = [];
  const kinesis = {
    GetShardIterator: async (input: GetShardIteratorCommandInput) => {
      iterators.push(input);
      return { ShardIterator: `iterator-${iterators.length}` };
    },
    GetRecords: async (_input: GetRecordsCommandInput) => {
      calledMs.push(clock.nowMs());
      const page = pages.shift() ?? {};
      if ('error' in page) throw new ServiceError(page.error, 'refused');
      return {
        Records: page.sequenceNumber ? [record(page.sequenceNumber)] : [],
        MillisBehindLatest: page.behindMs ?? 0,
        NextShardIterator: page.last ? undefined : 'next',
      };
    },
  } as unknown as KinesisApi;
  const reader = pollingReader(kinesis, 's', clock);
  return { clock, calledMs, iterators, ...collect((signal) => reader(SHARD, { Type: 'TRIM_HORIZON' }, signal)) };
}

/** Reads in the background. */
function collect(read: (signal: AbortSignal) => AsyncIterable<ShardRead>) {
  const stopping = new AbortController();
  const reads: ShardRead[] = [];
  const done = (async () => {
    for await (const each of read(stopping.signal)) reads.push(each);
  })();
  return { reads, done, stop: () => stopping.abort() };
}

test('polls once a second at the tip and five times while there is more', async () => {
  const shard = aPolledShard([{ behindMs: 5_000 }, { behindMs: 3_000 }, { behindMs: 0 }]);
  await shard.clock.advance(2_500);
  expect(shard.calledMs).toEqual([0, 200, 400, 1_400, 2_400]);
  shard.stop();
  await shard.done;
});

test('says up to when everything has been read', async () => {
  const shard = aPolledShard([{ behindMs: 5_000 }, { behindMs: 0 }]);
  await shard.clock.advance(500);
  expect(shard.reads.map(({ caughtUpMs }) => caughtUpMs)).toEqual([0, -5_000, 200]);
  shard.stop();
  await shard.done;
});

test('goes on after the last record when its iterator has expired', async () => {
  const shard = aPolledShard([{ sequenceNumber: '7' }, { error: 'ExpiredIteratorException' }, { sequenceNumber: '8' }]);
  await shard.clock.advance(3_000);
  expect(shard.iterators).toEqual([
    { StreamName: 's', ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' },
    { StreamName: 's', ShardId: SHARD, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '7' },
  ]);
  expect(shard.reads.flatMap(({ records }) => records.map((each) => each.SequenceNumber))).toEqual(['7', '8']);
  shard.stop();
  await shard.done;
});

test('waits a second when it is throttled', async () => {
  const shard = aPolledShard([{ error: 'ProvisionedThroughputExceededException' }]);
  await shard.clock.advance(1_500);
  expect(shard.calledMs).toEqual([0, 1_000]);
  shard.stop();
  await shard.done;
});

test('ends with its shard', async () => {
  const shard = aPolledShard([{ sequenceNumber: '7', last: true }]);
  await shard.done;
  expect(shard.reads.at(-1)).toMatchObject({ ended: true });
});

test('fails when the shard cannot be read at all', async () => {
  const shard = aPolledShard([{ error: 'ResourceNotFoundException' }]);
  await expect(shard.done).rejects.toThrow('refused');
});

test('subscribes again after what it was pushed when a subscription ends before the shard', async () => {
  const clock = new ManualClock(0);
  const from: StartingPosition[] = [];
  const subscriptions: (FanOutEvent[] | string)[] = [
    [{ Records: [record('7')], ContinuationSequenceNumber: '7', MillisBehindLatest: 4 }],
    'ResourceInUseException',
    [{ Records: [record('8')], MillisBehindLatest: 0, ChildShards: [] }],
  ];
  const fanOut: FanOut = {
    async *subscribe(_consumerArn, _shardId, position) {
      from.push(position);
      const events = subscriptions.shift() ?? [];
      if (typeof events === 'string') throw new ServiceError(events, 'refused');
      yield* events;
    },
  };
  const { reads, done } = collect((signal) => fanOutReader(fanOut, 'arn', clock)(SHARD, { Type: 'LATEST' }, signal));
  await clock.advance(5_000);
  await done;
  const after = { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '7' };
  expect(from).toEqual([{ Type: 'LATEST' }, after, after]);
  expect(reads.map(({ records, caughtUpMs, ended }) => [records[0]?.SequenceNumber, caughtUpMs, ended])).toEqual([
    [undefined, 0, false],
    ['7', -4, false],
    ['8', Number.POSITIVE_INFINITY, true],
  ]);
});
