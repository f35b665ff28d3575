// Replay and redrive in a whole lab, as an operator does them: an hour of traffic at speed, a kill amid the replay, a
// function that fails until it is mended, and the replay function under its own role.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { decodeRecord } from '../../core/records/aggregated/decode-record.js';
import { readReplayMark } from '../../core/records/replay-mark.js';
import { DataStream, LambdaConsumer, StreamReplay } from '../../lib/index.js';
import { startLab } from '../../local/lab.js';
import type { Lab } from '../../local/running-lab.js';
import { readModel } from '../../local/template/read-model.js';
import { anApp } from '../support/an-app.js';
import { aFolder, clientFor } from '../support/lab-client.js';
import { buildOnce } from '../support/run-lab.js';

const LIMIT_MS = 60_000;
const SPEED = 1_200;
const HOUR_MS = 3_600_000;
const COMMAND = resolve(__dirname, '../../dist/bin/kinesis-platform.js');

/** Notes each record in a file; fails at one that says 'bad' as long as it is not mended. */
const BILLING = `
const { appendFileSync, existsSync } = require('node:fs');
exports.handler = async ({ Records }) => {
  for (const { kinesis, replay } of Records) {
    const text = Buffer.from(kinesis.data, 'base64').toString();
    if (text.includes('bad') && !existsSync(process.env.MENDED)) throw new Error('bad');
    appendFileSync(process.env.EFFECTS, text + ' ' + (replay ? 'replayed' : 'first') + '\\n');
  }
  return { batchItemFailures: [] };
};
`;

const folder = aFolder();
const mended = join(folder.path, 'mended');
const effects = join(folder.path, 'effects');
let lab: Lab;
let assemblyDir: string;

function synthesize(): string {
  mkdirSync(join(folder.path, 'billing'));
  writeFileSync(join(folder.path, 'billing/index.js'), BILLING);
  const app = anApp();
  const stack = new Stack(app, 'Replays');
  const stream = new DataStream(stack, 'Orders', { streamName: 'orders', shardCount: 2 });
  const toStream = new DataStream(stack, 'Copies', { streamName: 'copies', shardCount: 1 });
  new DataStream(stack, 'Traffic', { streamName: 'traffic', shardCount: 2 });
  const billing = new lambda.Function(stack, 'Billing', {
    functionName: 'billing',
    runtime: lambda.Runtime.NODEJS_24_X,
    code: lambda.Code.fromAsset(join(folder.path, 'billing')),
    handler: 'index.handler',
    environment: { MENDED: mended, EFFECTS: effects },
  });
  new LambdaConsumer(stack, 'Consumer', {
    stream,
    function: billing,
    retryAttempts: 0,
    maxRecordAge: Duration.hours(1),
  });
  new StreamReplay(stack, 'Replay', { stream, toStream });
  return app.synth().directory;
}

beforeAll(async () => {
  buildOnce();
  assemblyDir = synthesize();
  lab = await startLab({
    ...{ assemblyDir, stackName: 'Replays', speed: SPEED, port: 0, directory: join(folder.path, 'lab') },
    onFault: (error) => {
      throw error;
    },
  });
}, LIMIT_MS);

afterAll(async () => {
  await lab?.stop();
  folder.remove();
});

/** Physical name of the resource of a kind whose name has `part` in it. */
function names(kind: 'buckets' | 'functions', part: string): string {
  return readModel(assemblyDir, 'Replays')[kind].find(({ name }) => name.toLowerCase().includes(part))!.name;
}

/** Runs the command; `kill` ends it the hard way once its progress file shows that something was delivered. */
async function command(args: readonly string[], kill?: { readonly progress: string }) {
  const env = {
    ...process.env,
    ...lab.endpoints,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'me',
    AWS_SECRET_ACCESS_KEY: 'me',
  };
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder.path, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  while (kill && child.exitCode === null && child.signalCode === null) {
    await wait(5);
    const kept = existsSync(kill.progress) ? readFileSync(kill.progress, 'utf8') : '{}';
    if ((JSON.parse(kept).totals?.replayed ?? 0) > 0) child.kill('SIGKILL');
  }
  return { status: await ended, stdout, stderr };
}

/** Origins and texts of what stands in the stream of copies. */
async function copies() {
  const client = new KinesisClient(clientFor(lab.endpoint));
  const from = { StreamName: 'copies', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  const found: { origin: string; text: string }[] = [];
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(from));
  for (let behind = 1; behind > 0; ) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const { Data } of page.Records ?? []) {
      const decoded = decodeRecord(Data!);
      for (const record of decoded.kind === 'aggregated' ? decoded.records : []) {
        found.push({ origin: readReplayMark(record)?.origin ?? '', text: Buffer.from(record.data).toString() });
      }
    }
    ShardIterator = page.NextShardIterator;
    behind = page.MillisBehindLatest ?? 0;
  }
  client.destroy();
  return found;
}

/** Puts texts in one call, so that they arrive at the same time. */
async function put(client: KinesisClient, StreamName: string, texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: `key-${text.at(-1)}`, Data: Buffer.from(text) }));
  const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records }));
  expect(FailedRecordCount).toBe(0);
}

test(
  'an hour of traffic: exactly its records, and a kill amid it repeats at most one batch of each shard',
  async () => {
    const startMs = lab.clock.nowMs();
    const client = new KinesisClient(clientFor(lab.endpoint));
    // 80 minutes of lab time.
    for (let i = 0; lab.clock.nowMs() < startMs + 80 * 60_000; i += 10) {
      await put(
        client,
        'traffic',
        Array.from({ length: 10 }, (_, j) => `record-${i + j}`),
      );
      await lab.clock.sleep(90_000);
    }
    client.destroy();
    const [from, to] = [600_000, 600_000 + HOUR_MS].map((ms) => new Date(startMs + ms).toISOString()) as [
      string,
      string,
    ];
    const range = ['replay', '--stream', 'traffic', '--from', from, '--to', to];
    const counted = await command([...range, '--dry-run', '--json']);
    const inHour = JSON.parse(counted.stdout).read as number;
    expect(inHour).toBeGreaterThan(100);
    expect(inHour % 10).toBe(0);

    const RATE = 60;
    const target = [...range, '--to-stream', 'copies', '--rate', String(RATE), '--json'];
    const killed = await command(target, { progress: join(folder.path, 'traffic.replay.json') });
    expect(killed.status).toBeNull();
    const first = await copies();
    expect(first.length).toBeLessThan(inHour);
    const { status, stdout } = await command([...target.slice(0, -3), '--rate', '100000', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: inHour, replayed: inHour, filtered: 0, failed: 0 });
    const all = await copies();
    const places = new Set(all.map(({ origin }) => origin));
    expect(places.size).toBe(inHour);
    // One unbroken span of the traffic, by the numbers of its records.
    const numbers = [...new Set(all.map(({ text }) => Number(text.slice(7))))].sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: inHour }, (_, i) => numbers[0]! + i));
    expect(all.length - places.size).toBeLessThanOrEqual(2 * RATE);
  },
  LIMIT_MS,
);

test(
  'what Lambda gave up is listed, and completes the set once the function is mended',
  async () => {
    const client = new KinesisClient(clientFor(lab.endpoint));
    await put(client, 'orders', ['one', 'bad', 'two']);
    client.destroy();
    await lab.drain(AbortSignal.timeout(20_000));
    const bucket = names('buckets', 'consumer');
    const listed = await command(['failures', 'list', '--bucket', bucket, '--function', 'billing', '--json']);
    const failures = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(failures).toEqual([expect.objectContaining({ kind: 'invocation', functionName: 'billing', records: 1 })]);
    const shown = await command(['failures', 'show', '--bucket', bucket, '--object', failures[0].key]);
    expect(shown.stdout).toContain('RetryAttemptsExhausted');
    expect(shown.stdout).not.toContain('bad');
    expect(
      (await command(['failures', 'show', '--bucket', bucket, '--object', failures[0].key, '--data'])).stdout,
    ).toContain('bad');

    const redrive = ['failures', 'redrive', '--bucket', bucket, '--to-function', 'billing', '--stream', 'orders'];
    const early = await command(redrive);
    expect(early).toMatchObject({ status: 1, stdout: 'read 1  redriven 0  filtered 0  failed 1  lost 0\n' });
    writeFileSync(mended, '');
    const done = await command(redrive);
    expect(done).toMatchObject({ status: 0, stdout: 'read 1  redriven 1  filtered 0  failed 0  lost 0\n' });
    expect(readFileSync(effects, 'utf8').trim().split('\n').sort()).toEqual(['bad replayed', 'one first', 'two first']);
    expect((await command(['failures', 'list', '--bucket', bucket])).stdout).toBe('no failures\n');
  },
  LIMIT_MS,
);

test(
  'the replay function does it under its own role',
  async () => {
    const before = (await copies()).length;
    const client = new LambdaClient(clientFor(lab.endpoints.AWS_ENDPOINT_URL_LAMBDA!));
    const name = names('functions', 'replay');
    const from = new Date(lab.clock.nowMs() - 2 * HOUR_MS).toISOString();
    const Payload = Buffer.from(JSON.stringify({ name: 'test', from }));
    const { FunctionError, Payload: answer } = await client.send(new InvokeCommand({ FunctionName: name, Payload }));
    const result = JSON.parse(Buffer.from(answer!).toString());
    expect({ FunctionError, result }).toMatchObject({
      FunctionError: undefined,
      result: { status: 'ended', totals: { read: 3, replayed: 3, failed: 0 } },
    });
    expect(
      (await copies())
        .slice(before)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['bad', 'one', 'two']);
    client.destroy();
  },
  LIMIT_MS,
);
