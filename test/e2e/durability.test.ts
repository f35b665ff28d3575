import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type _Record, Kinesis } from '@aws-sdk/client-kinesis';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { build } from 'esbuild';
import { aFolder, clientFor } from '../support/lab-client.js';

const STREAM = 'orders';

const program = aFolder();
let data: ReturnType<typeof aFolder>;
let running: { child: ChildProcess; client: Kinesis } | undefined;

beforeAll(async () => {
  data = aFolder();
  await build({
    entryPoints: ['test/support/durable-engine.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(program.path, 'engine.mjs'),
    logLevel: 'error',
  });
});

afterEach(async () => {
  await kill();
  data.remove();
  data = aFolder();
});

afterAll(() => {
  program.remove();
  data.remove();
});

test('every acknowledged record survives a kill, in its place, and numbers go on growing', async () => {
  let client = await start();
  await client.createStream({ StreamName: STREAM, ShardCount: 2 });
  const acknowledged = new Map<string, string>();
  const writers = Array.from({ length: 4 }, (_, writer) => write(client, writer, acknowledged));
  while (acknowledged.size < 2_000) await new Promise((resolve) => setImmediate(resolve));
  await kill();
  await Promise.all(writers);

  client = await start();
  const stored = await readAll(client);
  const byNumber = new Map(stored.map((record) => [record.SequenceNumber!, Buffer.from(record.Data!).toString()]));
  expect(byNumber.size).toBe(stored.length);
  const lost = [...acknowledged].filter(([number, text]) => byNumber.get(number) !== text);
  expect(lost).toEqual([]);

  const put = await client.putRecord({ StreamName: STREAM, Data: Buffer.from('after'), PartitionKey: 'writer 0' });
  const before = stored.filter((record) => record.PartitionKey === 'writer 0').at(-1)!;
  expect(BigInt(put.SequenceNumber!)).toBeGreaterThan(BigInt(before.SequenceNumber!));
});

test('streams, settings, consumers and accepted reshards survive a kill; what was deleted stays so', async () => {
  let client = await start();
  await client.createStream({ StreamName: STREAM, ShardCount: 1, Tags: { team: 'orders' } });
  await client.createStream({ StreamName: 'gone', ShardCount: 1 });
  await client.increaseStreamRetentionPeriod({ StreamName: STREAM, RetentionPeriodHours: 48 });
  const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`;
  await client.registerStreamConsumer({ StreamARN, ConsumerName: 'reader' });
  const put = await client.putRecord({ StreamName: STREAM, Data: Buffer.from('x'), PartitionKey: 'k' });
  const { ShardIterator } = await client.getShardIterator({
    StreamName: STREAM,
    ShardId: put.ShardId!,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  await client.updateShardCount({ StreamName: STREAM, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
  await client.deleteStream({ StreamName: 'gone' });
  await kill();

  client = await start();
  const { StreamDescriptionSummary: summary } = await client.describeStreamSummary({ StreamName: STREAM });
  expect(summary).toMatchObject({
    StreamStatus: 'ACTIVE',
    OpenShardCount: 2,
    RetentionPeriodHours: 48,
    ConsumerCount: 1,
  });
  expect((await client.listTagsForStream({ StreamName: STREAM })).Tags).toEqual([{ Key: 'team', Value: 'orders' }]);
  expect((await client.listStreams({})).StreamNames).toEqual([STREAM]);
  const page = await client.getRecords({ ShardIterator: ShardIterator! });
  expect(page.Records!.map((record) => record.SequenceNumber)).toEqual([put.SequenceNumber]);
  expect(page.ChildShards).toHaveLength(2);
});

async function start(): Promise<Kinesis> {
  const child = spawn(process.execPath, [join(program.path, 'engine.mjs'), data.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  const client = new Kinesis({ ...clientFor(String(line).trim()), requestHandler: new NodeHttpHandler() });
  running = { child, client };
  return client;
}

async function kill(): Promise<void> {
  if (!running) return;
  const { child, client } = running;
  running = undefined;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  client.destroy();
}

/** Puts batches until the engine is gone; keeps what was acknowledged. */
async function write(client: Kinesis, writer: number, acknowledged: Map<string, string>): Promise<void> {
  for (let batch = 0; ; batch += 1) {
    const texts = Array.from({ length: 20 }, (_, i) => `${writer}/${batch}/${i}`);
    const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: `writer ${writer}` }));
    try {
      const put = await client.putRecords({ StreamName: STREAM, Records });
      put.Records!.forEach(({ SequenceNumber }, i) => void acknowledged.set(SequenceNumber!, texts[i]!));
    } catch {
      return;
    }
  }
}

async function readAll(client: Kinesis): Promise<_Record[]> {
  const records: _Record[] = [];
  const { Shards } = await client.listShards({ StreamName: STREAM });
  for (const { ShardId } of Shards!) {
    const start = { StreamName: STREAM, ShardId: ShardId!, ShardIteratorType: 'TRIM_HORIZON' as const };
    let { ShardIterator } = await client.getShardIterator(start);
    for (;;) {
      const page = await client.getRecords({ ShardIterator: ShardIterator! });
      records.push(...page.Records!);
      if (page.MillisBehindLatest === 0 || !page.NextShardIterator) break;
      ShardIterator = page.NextShardIterator;
    }
  }
  return records;
}
