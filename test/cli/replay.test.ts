import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runReplay } from '../../cli/replay.js';
import { encodeAggregated } from '../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import { ORIGIN_TAG, readReplayMark } from '../../core/records/replay-mark.js';
import { aKinesisEndpoint, type KinesisAtEndpoint } from '../support/a-kinesis-endpoint.js';
import { putText, readShard, STREAM, textOf } from '../support/an-engine.js';
import { aFolder } from '../support/lab-client.js';

const HOUR_MS = 3_600_000;
const COPIES = 'copies';

let kinesis: KinesisAtEndpoint;
let folder: ReturnType<typeof aFolder>;
let startMs: number;

beforeEach(async () => {
  kinesis = await aKinesisEndpoint(2);
  kinesis.engine.openStream({ StreamName: COPIES, ShardCount: 1 });
  folder = aFolder();
  startMs = kinesis.clock.nowMs();
});

afterEach(async () => {
  await kinesis.close();
  folder.remove();
});

function capture() {
  const chunks: string[] = [];
  const output = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { output, text: () => chunks.join('') };
}

async function run(...args: string[]) {
  const [stdout, stderr] = [capture(), capture()];
  const progress = join(folder.path, 'progress.json');
  const all = ['--stream', STREAM, '--endpoint', kinesis.url, '--progress', progress, ...args];
  const env = { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' };
  const status = await runReplay(all, { env, stdout: stdout.output, stderr: stderr.output });
  return { status, stdout: stdout.text(), stderr: stderr.text(), progress };
}

const time = (hours: number) => new Date(startMs + hours * HOUR_MS).toISOString();

/** User records of the copies, in their order. */
async function copies() {
  const records = await readShard(kinesis.engine, 'shardId-000000000000', COPIES);
  return records.flatMap((record) => {
    const decoded = decodeRecord(record.Data!);
    return decoded.kind === 'plain' ? [] : decoded.records;
  });
}

/** Three hours of traffic, 60 records an hour of 5 keys, with a split in the second hour and a merge in the third. */
async function threeHours(): Promise<void> {
  for (let minute = 0; minute < 180; minute += 1) {
    await putText(kinesis.engine, `${minute}`, `key-${minute % 5}`);
    if (minute === 90) await reshard('SplitShard');
    if (minute === 150) await reshard('MergeShards');
    await kinesis.clock.advance(60_000);
  }
}

async function reshard(kind: 'SplitShard' | 'MergeShards'): Promise<void> {
  const { engine, clock } = kinesis;
  const { Shards = [] } = await engine.ListShards({ StreamName: STREAM, ShardFilter: { Type: 'AT_LATEST' } });
  const open = Shards.sort((a, b) =>
    BigInt(a.HashKeyRange!.StartingHashKey!) < BigInt(b.HashKeyRange!.StartingHashKey!) ? -1 : 1,
  );
  const [first, second] = open;
  if (kind === 'MergeShards') {
    await engine.MergeShards({
      StreamName: STREAM,
      ShardToMerge: first!.ShardId!,
      AdjacentShardToMerge: second!.ShardId!,
    });
  } else {
    const middle = (BigInt(first!.HashKeyRange!.EndingHashKey!) / 2n).toString();
    await engine.SplitShard({ StreamName: STREAM, ShardToSplit: first!.ShardId!, NewStartingHashKey: middle });
  }
  await clock.advance(60_000);
}

test('an hour of traffic by time, over reshards: exactly its records, each key in its order, marked', async () => {
  await threeHours();
  const { status, stdout, stderr } = await run(
    '--from',
    time(1),
    '--to',
    time(2),
    '--to-stream',
    COPIES,
    '--rate',
    '100000',
  );
  const again = await copies();
  const texts = again.map(({ data }) => Number(Buffer.from(data).toString()));
  // The reshard took a minute in which nothing came: the hour ends a record earlier.
  const expected = Array.from({ length: 59 }, (_, i) => 60 + i);
  expect([...texts].sort((a, b) => a - b)).toEqual(expected);
  for (let key = 0; key < 5; key += 1) {
    const ofKey = texts.filter((minute) => minute % 5 === key);
    expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
  }
  expect(again.every((record) => readReplayMark(record)?.origin?.startsWith('shardId-'))).toBe(true);
  expect(new Set(again.map(({ tags }) => tags?.find(({ key }) => key === ORIGIN_TAG)?.value)).size).toBe(59);
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'read 59  replayed 59  filtered 0  failed 0\n',
    stderr: '',
  });
});

test('by key, also inside aggregated records; unmarked it puts the bytes as they were', async () => {
  const data = encodeAggregated(
    ['a', 'b', 'a'].map((partitionKey, i) => ({ partitionKey, data: Buffer.from(`in-${i}`) })),
  );
  await kinesis.engine.PutRecord({ StreamName: STREAM, PartitionKey: 'x', Data: data });
  await putText(kinesis.engine, 'alone', 'a');
  await kinesis.clock.advance(5_000);
  const { status, stdout } = await run(
    '--from',
    '1h',
    '--to',
    '2s',
    '--key',
    'a',
    '--to-stream',
    COPIES,
    '--unmarked',
    '--json',
  );
  const records = await readShard(kinesis.engine, 'shardId-000000000000', COPIES);
  expect(records.map(textOf).sort()).toEqual(['alone', 'in-0', 'in-2']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ read: 4, replayed: 3, filtered: 1, failed: 0 });
});

test('by places of one shard, which Lambda shows as eventID, both included', async () => {
  const { ShardId } = await putText(kinesis.engine, '0', 'k');
  const places = [];
  for (let i = 1; i <= 4; i += 1) places.push((await putText(kinesis.engine, String(i), 'k')).SequenceNumber);
  await run('--from', `${ShardId}:${places[1]}`, '--to', `${ShardId}:${places[2]}`, '--to-stream', COPIES);
  expect((await copies()).map(({ data }) => Buffer.from(data).toString())).toEqual(['2', '3']);
});

test('into the stream that it reads it puts each record once', async () => {
  await putText(kinesis.engine, 'one');
  await kinesis.clock.advance(60_000);
  // What arrives within a second of the range's end may belong to it: time has to pass.
  const tick = setInterval(() => kinesis.clock.jump(1_000), 50);
  const { stdout } = await run('--from', '1h', '--to-stream', STREAM).finally(() => clearInterval(tick));
  expect(stdout).toBe('read 1  replayed 1  filtered 0  failed 0\n');
});

test('a dry run counts and delivers nothing', async () => {
  await threeHours();
  const { status, stdout } = await run('--from', time(0), '--to', time(1), '--dry-run');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'read 60  replayed 60  filtered 0  failed 0\n' });
  expect(await copies()).toEqual([]);
});

test('a range whose beginning has expired is told, and is no success', async () => {
  await putText(kinesis.engine, 'kept');
  await kinesis.clock.advance(60_000);
  const { status, stderr } = await run('--from', '2d', '--to', '2s', '--to-stream', COPIES);
  expect(status).toBe(1);
  expect(stderr).toContain('have expired and are not replayed');
});

test('a target that is gone ends it early; the same command goes on, another one is refused', async () => {
  await putText(kinesis.engine, 'one');
  await kinesis.clock.advance(60_000);
  const target = ['--to-function', 'missing'];
  // Nobody listens there.
  const first = await run('--from', '1h', ...target);
  expect(first.status).toBe(1);
  expect(first.stderr).toContain('the same command goes on with');
  expect(JSON.parse(readFileSync(first.progress, 'utf8'))).toMatchObject({ ended: false, totals: { read: 0 } });
  await expect(run('--from', '1h', '--to-stream', COPIES)).rejects.toThrow("'--progress' must be of this replay");
});

test.each([
  [['--to-stream', COPIES], "'--from' must be given"],
  [['--from', '1h'], "'--to-stream' or '--to-function' must be given"],
  [['--from', 'yesterday', '--dry-run'], "'--from' must be a time"],
  [['--from', '1h', '--to', '2h', '--dry-run'], "'--to' must be later than '--from'"],
  [['--from', '1h', '--to', '2999-01-01', '--dry-run'], "'--to' must not be in the future"],
  [['--from', 'shardId-000000000000:1', '--dry-run'], "'--to' must be given where '--from' is a place"],
  [['--from', '1h', '--to-stream', 'nobody'], "'--to-stream' must be a stream of this account"],
])('fails when flags are wrong: %j', async (args, message) => {
  await expect(run(...args)).rejects.toThrow(message);
});
