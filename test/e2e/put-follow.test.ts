// A log is followed by the built command, which is killed, stopped and started again while the log is rotated.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { aKinesisEndpoint, type KinesisAtEndpoint } from '../support/a-kinesis-endpoint.js';
import { STREAM } from '../support/an-engine.js';
import { aFolder } from '../support/lab-client.js';
import { buildOnce } from '../support/run-lab.js';

const COMMAND = resolve(__dirname, '../../dist/bin/kinesis-platform.js');
const PATIENCE_MS = 15_000;

let kinesis: KinesisAtEndpoint;
let folder: ReturnType<typeof aFolder>;
let log: string;
const children: ChildProcess[] = [];

beforeAll(buildOnce, 60_000);

beforeEach(async () => {
  kinesis = await aKinesisEndpoint();
  folder = aFolder();
  log = join(folder.path, 'app.log');
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await kinesis.close();
  folder.remove();
});

function follow(...flags: string[]): { child: ChildProcess; ended: Promise<unknown[]>; stdout: () => string } {
  const args = [
    'put',
    '--stream',
    STREAM,
    '--endpoint',
    kinesis.url,
    '--follow',
    log,
    '--rotate-wait',
    '0.3s',
    '--json',
    ...flags,
  ];
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  let stdout = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  return { child, ended: once(child, 'close'), stdout: () => stdout };
}

function write(from: number, to: number): void {
  for (let n = from; n < to; n += 1) appendFileSync(log, `line ${n}\n`);
}

async function streamHas(text: string): Promise<string[]> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 20) {
    const texts = await kinesis.texts();
    if (texts.some((other) => other.includes(text))) return texts;
    await sleep(20);
  }
  throw new Error(`'${text}' did not arrive`);
}

test('a kill repeats lines and loses none; a stop repeats none; rotation is followed', async () => {
  write(0, 100);
  const killed = follow('--raw');
  await streamHas('line 99');
  write(100, 200);
  killed.child.kill('SIGKILL');
  await killed.ended;
  renameSync(log, `${log}.1`);
  write(200, 300);

  const stopped = follow('--raw');
  await streamHas('line 299');
  stopped.child.kill('SIGTERM');
  expect(await stopped.ended).toEqual([0, null]);
  expect(JSON.parse(stopped.stdout())).toMatchObject({ rejected: 0, failed: 0, spilled: 0 });
  const before = (await kinesis.texts()).length;

  write(300, 310);
  const last = follow('--raw');
  const texts = await streamHas('line 309');
  last.child.kill('SIGINT');
  expect(await last.ended).toEqual([0, null]);
  expect(JSON.parse(last.stdout())).toEqual({ produced: 10, put: 10, rejected: 0, failed: 0, spilled: 0 });
  expect(texts).toHaveLength(before + 10);
  expect([...new Set(texts)].sort()).toEqual(Array.from({ length: 310 }, (_, n) => `line ${n}`).sort());
}, 40_000);

test('a line that was put twice has the same id twice, and the checkpoint says where it was', async () => {
  write(0, 3);
  const checkpoint = join(folder.path, 'place');
  const first = follow('--checkpoint', checkpoint);
  await streamHas('line 2');
  const early = readFileSync(checkpoint, 'utf8');
  first.child.kill('SIGKILL');
  await first.ended;
  expect(JSON.parse(early)).toMatchObject({ version: 1, file: log, position: { offset: 0, line: 0 } });

  write(3, 4);
  const second = follow('--checkpoint', checkpoint);
  const events = (await streamHas('line 3')).map((text) => JSON.parse(text));
  second.child.kill('SIGTERM');
  await second.ended;
  expect(JSON.parse(readFileSync(checkpoint, 'utf8')).position).toMatchObject({ offset: 28, line: 4 });
  const ids = events.map(({ id }) => id);
  expect(ids).toHaveLength(7);
  expect(ids.slice(3, 6)).toEqual(ids.slice(0, 3));
  expect(new Set(ids).size).toBe(4);
}, 40_000);
