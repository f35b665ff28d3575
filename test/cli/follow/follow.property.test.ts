import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Acknowledged } from '../../../cli/follow/acknowledged.js';
import { readCheckpoint } from '../../../cli/follow/checkpoint-file.js';
import { type CheckpointSaver, startSaving } from '../../../cli/follow/checkpoint-saver.js';
import type { FilePosition } from '../../../cli/follow/file-position.js';
import { putTail } from '../../../cli/follow/put-tail.js';
import { tail } from '../../../cli/follow/tail.js';
import { Rejections } from '../../../cli/input/rejections.js';
import type { Delivery, RecordSink } from '../../../cli/put/record-sink.js';
import { Tally } from '../../../cli/put/tally.js';
import { aFolder } from '../../support/lab-client.js';

const POLL_MS = 1;
const ROTATE_WAIT_MS = 8;
const PATIENCE_MS = 3_000;
/** A file's times are those of the kernel's clock, which steps every few milliseconds. */
const CLOCK_STEP_MS = 5;

const NEVER_SAVES_BY_ITSELF = 1_000_000;

/** What happens to a log and to those who follow it. */
const aStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), lines: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'write half a line' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'rename' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'copy and truncate' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'save' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
);

test('however a log is rotated and its follower stopped, no line is lost, and only a kill repeats some', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 3, maxLength: 25, size: 'max' }), fc.nat(), async (steps, seed) => {
      const world = new World(seed);
      try {
        await world.start();
        for (const step of steps) await world.take(step);
        await world.end();
        const killed = steps.some(({ kind }) => kind === 'kill');
        const accepted = killed ? [...new Set(world.accepted)] : world.accepted;
        expect(inOrder(accepted)).toEqual(world.written);
      } finally {
        await world.clean();
      }
    }),
    { numRuns: 25 },
  );
}, 30_000);

/** Records may be accepted in any order. */
function inOrder(texts: readonly string[]): string[] {
  const number = (text: string) => Number(/^line (\d+)/.exec(text)?.[1]);
  return [...texts].sort((a, b) => number(a) - number(b));
}

type Step = typeof aStep extends fc.Arbitrary<infer S> ? S : never;

class World {
  readonly written: string[] = [];
  readonly accepted: string[] = [];
  readonly #folder = aFolder();
  readonly #log = join(this.#folder.path, 'app.log');
  readonly #checkpoint = join(this.#folder.path, 'checkpoint');
  #random: number;
  #half = '';
  #follower: Follower | undefined;

  constructor(seed: number) {
    this.#random = seed;
  }

  async start(): Promise<void> {
    const checkpoint = await readCheckpoint(this.#checkpoint, this.#log);
    this.#follower = new Follower(this.#log, this.#checkpoint, checkpoint, (text) => this.#accept(text));
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
        for (let n = 0; n < step.lines; n += 1) this.#write();
        return;
      case 'write half a line':
        if (this.#half !== '') return;
        this.#half = `line ${this.written.length}: begun, `;
        return appendFileSync(this.#log, this.#half);
      case 'wait':
        return sleep(POLL_MS * 3);
      case 'save':
        return this.#follower!.save();
      case 'rename':
      case 'copy and truncate':
        return this.#rotate(step.kind);
      case 'stop':
        await this.#follower!.stop();
        return this.start();
      case 'kill':
        await this.#follower!.kill();
        return this.start();
    }
  }

  /** Waits for the last line, and for what a stopped follower leaves. */
  async end(): Promise<void> {
    this.#write();
    for (let waited = 0; waited < PATIENCE_MS && !this.accepted.includes(this.written.at(-1)!); waited += 2)
      await sleep(2);
    await this.#follower!.stop();
  }

  async clean(): Promise<void> {
    await this.#follower?.kill();
    this.#folder.remove();
  }

  #write(): void {
    const text = this.#half === '' ? `line ${this.written.length}: ä` : `${this.#half}ended`;
    appendFileSync(this.#log, `${text.slice(this.#half.length)}\n`);
    this.#half = '';
    this.written.push(text);
  }

  /** A writer ends its line before its log is rotated; a log nobody has read yet is not rotated at once. */
  async #rotate(how: 'rename' | 'copy and truncate'): Promise<void> {
    if (this.#half !== '') this.#write();
    if (this.accepted.length === 0) return;
    for (let n = 20; n >= 1; n -= 1) {
      if (existsSync(`${this.#log}.${n}`)) renameSync(`${this.#log}.${n}`, `${this.#log}.${n + 1}`);
    }
    await sleep(CLOCK_STEP_MS);
    if (how === 'rename') renameSync(this.#log, `${this.#log}.1`);
    else {
      copyFileSync(this.#log, `${this.#log}.1`);
      truncateSync(this.#log);
    }
    await sleep(CLOCK_STEP_MS);
    this.#write();
  }

  /** Takes most records at once, some later, and fails some. */
  async #accept(text: string): Promise<Delivery> {
    this.#random = (this.#random * 1_103_515_245 + 12_345) % 2 ** 31;
    if (this.#random % 11 === 0) await sleep(1);
    this.accepted.push(text);
    return { kind: 'put' };
  }
}

/** One run of the command's inner part, which may be killed: then nothing of it is saved any more. */
class Follower {
  readonly #stop = new AbortController();
  readonly #acknowledged = new Acknowledged<() => FilePosition>();
  readonly #saver: CheckpointSaver;
  readonly #ended: Promise<void>;
  #killed = false;

  constructor(
    file: string,
    checkpointPath: string,
    checkpoint: Awaited<ReturnType<typeof readCheckpoint>>,
    accept: (text: string) => Promise<Delivery>,
  ) {
    const { signal } = this.#stop;
    const acknowledged = this.#acknowledged;
    const onFault = () => undefined;
    this.#saver = startSaving({ path: checkpointPath, file, acknowledged, onFault, saveMs: NEVER_SAVES_BY_ITSELF });
    const timing = { pollMs: POLL_MS, rotateWaitMs: ROTATE_WAIT_MS };
    const sink: RecordSink = {
      put: async ({ data }) =>
        this.#killed
          ? { kind: 'failed', errorCode: 'Aborted', message: '', attempts: 0 }
          : accept(Buffer.from(data).toString('utf8')),
      ready: async () => undefined,
      flush: async () => undefined,
      close: async () => undefined,
    };
    this.#ended = putTail({
      lines: tail({
        path: file,
        checkpoint,
        from: 'start',
        maxLineBytes: 100,
        ...timing,
        tell: () => undefined,
        signal,
      }),
      toRecord: (line) =>
        line.kind === 'line'
          ? { kind: 'put', line: line.number, entry: { partitionKey: 'k', data: Buffer.from(line.text) } }
          : { kind: 'rejected', line: line.number, reason: line.reason },
      ...{ sink, acknowledged, tally: new Tally(), signal, tell: () => undefined },
      onFile: () => this.#saver.save(),
      rejections: new Rejections('log', () => undefined),
      pace: async () => undefined,
    });
  }

  save(): Promise<void> {
    return this.#saver.save();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    this.#saver.stop();
    if (!this.#killed) await this.#saver.save();
  }

  kill(): Promise<void> {
    this.#killed = true;
    return this.stop();
  }
}
