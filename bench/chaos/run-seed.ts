// One seed: a lab of the chaos stack with its faults, a load of numbered records, and the log of it all.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { startLab } from '../../local/lab.js';
import { ChaosRecorder } from './chaos-recorder.js';
import { CONSUMERS, STACK_NAME, STREAM_NAME } from './names.js';
import { putNumbered } from './put-numbered.js';

/** Fast enough that the machine, not the clock, sets the pace. */
const SPEED = 40;

/** Short, so that a run sees many reshards. */
const RESHARD_MS = 4_000;

/** Wall time that the consumers get to catch up. */
const DRAIN_LIMIT_MS = 120_000;

export interface SeedOptions {
  readonly seed: number;
  readonly records: number;
  readonly assemblyDir: string;
  readonly logFile: string;
}

/** Runs one seed and leaves its log. */
export async function runSeed({ seed, records, assemblyDir, logFile }: SeedOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'chaos-lab-'));
  const log = createWriteStream(logFile);
  const recorder = new ChaosRecorder(log);
  recorder.write({ e: 'run', seed, records, consumers: CONSUMERS });
  const broken: unknown[] = [];
  const lab = await startLab({
    assemblyDir,
    stackName: STACK_NAME,
    speed: SPEED,
    port: 0,
    directory,
    timings: { reshardMs: RESHARD_MS },
    onFault: (error) => broken.push(error),
    chaos: { seed, observer: recorder },
  });
  try {
    const { endpoint, region, clock } = lab;
    await putNumbered({ seed, records, endpoint, region, streamName: STREAM_NAME, clock, recorder });
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), DRAIN_LIMIT_MS);
    await lab.drain(late.signal);
    clearTimeout(timer);
  } finally {
    await lab.stop();
    recorder.write({ e: 'end' });
    log.end();
    await finished(log);
    await rm(directory, { recursive: true, force: true });
  }
  for (const error of broken) process.stderr.write(`part of the lab ended early: ${(error as Error).stack ?? error}\n`);
}
