// A mapping outlives the trouble of its stream: what chaos has found, each by its own small test.
import { expect, test } from '@jest/globals';
import { ServiceError } from '../../../local/service-error.js';
import { aMappingRun } from '../../support/a-mapping-run.js';
import { failing, first } from '../../support/failing.js';

const unavailable = () => new ServiceError('ServiceUnavailable', 'not now', 503);
const throttled = () => new ServiceError('LimitExceededException', 'too often');
const expired = () => new ServiceError('ExpiredIteratorException', 'too old');

test('goes on reading when the stream was unavailable', async () => {
  const run = aMappingRun({
    trouble: ({ GetRecords }) => ({ GetRecords: failing(async (input) => GetRecords(input), first(3, unavailable)) }),
  });
  await run.runner.start();
  await run.put('a');
  await run.clock.advance(10_000);
  expect(run.errors).toEqual([]);
  expect(run.batches()).toEqual([['a']]);
});

test('asks for an iterator and for the shards until it gets them', async () => {
  const run = aMappingRun({
    trouble: ({ GetShardIterator, ListShards }) => ({
      GetShardIterator: failing(async (input) => GetShardIterator(input), first(2, throttled)),
      ListShards: failing(async (input) => ListShards(input), first(2, unavailable)),
    }),
  });
  const started = run.runner.start();
  await run.clock.advance(10_000);
  await started;
  await run.put('a');
  await run.clock.advance(2_000);
  expect(run.errors).toEqual([]);
  expect(run.batches()).toEqual([['a']]);
});

test('finds the children of a shard although the list of shards failed at its end', async () => {
  const run = aMappingRun({
    trouble: ({ ListShards }) => ({
      ListShards: failing(
        async (input) => ListShards(input),
        (ordinal) => (ordinal === 2 ? unavailable() : undefined),
      ),
    }),
  });
  await run.runner.start();
  await run.split(2);
  await run.clock.advance(40_000);
  await run.put('a', 'b', 'c');
  await run.clock.advance(5_000);
  expect(run.errors).toEqual([]);
  expect(run.batches().flat().sort()).toEqual(['a', 'b', 'c']);
});

test('at the latest record, an iterator that expires before the first read loses nothing', async () => {
  const run = aMappingRun({
    startingPosition: 'LATEST',
    trouble: ({ GetRecords }) => ({
      GetRecords: failing(
        async (input) => GetRecords(input),
        (ordinal) => (ordinal === 2 ? expired() : undefined),
      ),
    }),
  });
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('a');
  await run.clock.advance(3_000);
  expect(run.batches()).toEqual([['a']]);
});

test('at the latest record, a subscription that is refused at first loses nothing', async () => {
  const run = aMappingRun({
    dedicated: true,
    startingPosition: 'LATEST',
    trouble: ({ subscribe }) => ({ subscribe: failing(subscribe, first(1, throttled)) }),
  });
  await run.runner.start();
  await run.clock.advance(0);
  await run.put('a');
  await run.clock.advance(3_000);
  expect(run.batches()).toEqual([['a']]);
});

test('tells of an error that does not pass by itself', async () => {
  const gone = new ServiceError('ResourceNotFoundException', 'no such stream');
  const run = aMappingRun({ trouble: () => ({ GetRecords: () => Promise.reject(gone) }) });
  await run.runner.start();
  await run.clock.advance(1_000);
  expect(run.errors).toEqual([gone]);
});
