import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Checkpoint } from '../../../cli/follow/checkpoint-file.js';
import type { FilePosition } from '../../../cli/follow/file-position.js';
import { type TailOptions, tail } from '../../../cli/follow/tail.js';
import { aFolder } from '../../support/lab-client.js';

const POLL_MS = 2;
const ROTATE_WAIT_MS = 12;
const PATIENCE_MS = 4_000;

let folder: ReturnType<typeof aFolder>;
let log: string;
const running: TailRun[] = [];

beforeEach(() => {
  folder = aFolder();
  log = join(folder.path, 'app.log');
});

afterEach(async () => {
  for (const run of running.splice(0)) await run.stop();
  folder.remove();
});

/** A tail, and what it has read. */
class TailRun {
  readonly texts: string[] = [];
  readonly told: string[] = [];
  position: FilePosition | undefined;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: Partial<TailOptions>) {
    this.#ended = this.#run({
      ...{ path: log, checkpoint: undefined, from: 'start', maxLineBytes: 100, pollMs: POLL_MS },
      ...{ rotateWaitMs: ROTATE_WAIT_MS, tell: (text) => this.told.push(text), signal: this.#stop.signal },
      ...options,
    });
    running.push(this);
  }

  async #run(options: TailOptions): Promise<void> {
    for await (const { line, position } of tail(options)) {
      if (line) this.texts.push(line.kind === 'line' ? line.text : `(${line.reason})`);
      this.position = position();
    }
  }

  async reads(count: number): Promise<string[]> {
    for (let waited = 0; this.texts.length < count && waited < PATIENCE_MS; waited += POLL_MS) await sleep(POLL_MS);
    return this.texts;
  }

  /** Waits until a file is begun, or read up to there. */
  async isAt(offset: number): Promise<void> {
    for (let waited = 0; this.position?.offset !== offset && waited < PATIENCE_MS; waited += 1) await sleep(1);
  }

  /** Ends it; returns where it was. */
  async stop(): Promise<Checkpoint | undefined> {
    this.#stop.abort();
    await this.#ended;
    return this.position && { file: log, position: this.position, savedAtMs: Date.now() };
  }
}

const follow = (options: Partial<TailOptions> = {}) => new TailRun(options);
const write = (text: string, path = log) => appendFileSync(path, text);

test('reads what is there and what is added; the last line waits for its end', async () => {
  write('one\ntw');
  const run = follow();
  expect(await run.reads(1)).toEqual(['one']);
  write('o\nthree\n');
  expect(await run.reads(3)).toEqual(['one', 'two', 'three']);
});

test('waits for a file, and a folder, that is not there yet', async () => {
  log = join(folder.path, 'later/app.log');
  const run = follow();
  await sleep(3 * POLL_MS);
  mkdirSync(join(folder.path, 'later'));
  write('here\n');
  expect(await run.reads(1)).toEqual(['here']);
  expect(run.told).toEqual([`waiting for ${log}`]);
});

test('a character that is written in two halves arrives whole', async () => {
  const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)];
  writeFileSync(log, first!);
  const run = follow();
  await sleep(3 * POLL_MS);
  appendFileSync(log, second!);
  expect(await run.reads(1)).toEqual(['é']);
});

test('a line over the limit is rejected alone, also one that grows without an end', async () => {
  write(`${'x'.repeat(101)}\nshort\n${'y'.repeat(300_000)}`);
  const run = follow();
  expect(await run.reads(2)).toEqual(['(line is over 100 bytes)', 'short']);
  write('y\nnext\n');
  expect((await run.reads(4)).slice(2)).toEqual(['(line is over 100 bytes)', 'next']);
});

test('rotation by rename: lines that the writer still adds to the renamed file are read before the new one', async () => {
  write('one\n');
  const run = follow({ rotateWaitMs: 400 });
  await run.reads(1);
  renameSync(log, `${log}.1`);
  write('new\n');
  await sleep(40);
  write('late\n', `${log}.1`);
  expect(await run.reads(3)).toEqual(['one', 'late', 'new']);
});

test('rotation by rename: a last line without an end is read as it is', async () => {
  write('one\ncut');
  const run = follow();
  await run.reads(1);
  renameSync(log, `${log}.1`);
  write('new\n');
  expect(await run.reads(3)).toEqual(['one', 'cut', 'new']);
});

test('several rotations between two looks lose nothing', async () => {
  write('one\n');
  const run = follow();
  await run.reads(1);
  for (const name of ['two', 'three', 'four']) {
    for (const n of [2, 1]) {
      try {
        renameSync(`${log}.${n}`, `${log}.${n + 1}`);
      } catch {
        // Not there yet.
      }
    }
    renameSync(log, `${log}.1`);
    write(`${name}\n`);
  }
  expect(await run.reads(4)).toEqual(['one', 'two', 'three', 'four']);
});

test('copy and truncate: what was written just before is read from the copy', async () => {
  write('one\n');
  const run = follow();
  await run.reads(1);
  write('two\npart');
  copyFileSync(log, `${log}.1`);
  truncateSync(log);
  write('anew\n');
  expect(await run.reads(4)).toEqual(['one', 'two', 'part', 'anew']);
});

/** Copies and truncates the log, and older copies move on. */
function copyAndTruncate(): void {
  if (existsSync(`${log}.1`)) renameSync(`${log}.1`, `${log}.2`);
  copyFileSync(log, `${log}.1`);
  truncateSync(log);
}

/** A run that has seen a truncation, and nothing of the log since. */
async function afterTruncation(): Promise<TailRun> {
  write('one\n');
  const run = follow();
  await run.reads(1);
  copyAndTruncate();
  await run.isAt(0);
  return run;
}

test('copied and truncated again before anything was read of it: what was there is read from the copy', async () => {
  const run = await afterTruncation();
  write('two\n');
  copyAndTruncate();
  write('three\n');
  expect(await run.reads(3)).toEqual(['one', 'two', 'three']);
});

test('the same between two runs, and nothing twice', async () => {
  const checkpoint = await (await afterTruncation()).stop();
  write('two\n');
  copyAndTruncate();
  write('three\n');
  const second = follow({ checkpoint });
  expect(await second.reads(2)).toEqual(['two', 'three']);
});

test('a file that was truncated and is already longer again is known by its beginning', async () => {
  write('one\n');
  const run = follow();
  await run.reads(1);
  writeFileSync(log, 'quite another beginning\nmore\n');
  expect(await run.reads(3)).toEqual(['one', 'quite another beginning', 'more']);
  expect(run.told).toEqual([`${log} was truncated: no copy of it is there`]);
});

test('the next run goes on where the last one was', async () => {
  write('one\ntwo');
  const first = follow();
  await first.reads(1);
  const checkpoint = await first.stop();
  write(' and a half\nthree\n');
  const second = follow({ checkpoint });
  expect(await second.reads(2)).toEqual(['two and a half', 'three']);
  expect(second.position).toMatchObject({ line: 3, generation: checkpoint!.position.generation });
});

test('rotated twice between two runs: the rest of the old file, the one between, then the new one', async () => {
  write('one\n');
  const first = follow();
  await first.reads(1);
  const checkpoint = await first.stop();
  write('rest\n');
  renameSync(log, `${log}.2`);
  write('between\n', `${log}.1`);
  write('new\n');
  expect(await follow({ checkpoint }).reads(3)).toEqual(['rest', 'between', 'new']);
});

test('copied and truncated between two runs: the rest is read from the copy', async () => {
  write('one\n');
  const first = follow();
  await first.reads(1);
  const checkpoint = await first.stop();
  write('rest\n');
  copyFileSync(log, `${log}.1`);
  truncateSync(log);
  write('new\n');
  expect(await follow({ checkpoint }).reads(2)).toEqual(['rest', 'new']);
});

test('another file under the same inode number is read from its beginning', async () => {
  write('one\n');
  const first = follow();
  await first.reads(1);
  const checkpoint = (await first.stop())!;
  rmSync(log);
  write('not one but another\n');
  const { device, inode } = await inodeOf();
  const second = follow({ checkpoint: { ...checkpoint, position: { ...checkpoint.position, device, inode } } });
  expect(await second.reads(1)).toEqual(['not one but another']);
  expect(second.told).toEqual([`${log} was rotated, and what was not read of it is not there: going on with what is`]);
});

async function inodeOf() {
  const probe = follow();
  await probe.reads(1);
  return (await probe.stop())!.position;
}

test('from the end: only what is added, and the line that is being written whole', async () => {
  write('old\nhal');
  const run = follow({ from: 'end' });
  await sleep(5 * POLL_MS);
  write('f\nnew\n');
  expect(await run.reads(2)).toEqual(['half', 'new']);
  expect(run.position).toMatchObject({ line: 3, offset: readFileSync(log).length });
});

test('a link is followed to what it points to, which is rotated in its own folder', async () => {
  mkdirSync(join(folder.path, 'pods'));
  const target = join(folder.path, 'pods/0.log');
  symlinkSync(target, log);
  write('one\n', target);
  const first = follow();
  await first.reads(1);
  const checkpoint = await first.stop();
  write('rest\n', target);
  renameSync(target, `${target}.20261121-054500`);
  write('new\n', target);
  expect(await follow({ checkpoint }).reads(2)).toEqual(['rest', 'new']);
});

test('an old rotated file is none of its business', async () => {
  write('ancient\n', `${log}.1`);
  await sleep(20);
  write('one\n');
  const run = follow();
  await run.reads(1);
  renameSync(`${log}.1`, `${log}.2`);
  renameSync(log, `${log}.1`);
  write('new\n');
  expect(await run.reads(2)).toEqual(['one', 'new']);
});
