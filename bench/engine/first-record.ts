// How long a user waits from `npm start` to the first record that a Lambda has processed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
const PATIENCE_MS = 30_000;

/** Starts the lab in a folder of its own, waits for the first metric of processed records in a function's log, ends it. */
export async function firstRecordMs(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-lab-'));
  const startMs = performance.now();
  const lab = spawn('npm', ['start', '--', '--dir', join(directory, 'lab')], { stdio: 'ignore', detached: true });
  const ended = once(lab, 'exit');
  try {
    while (!hasProcessed(join(directory, 'lab/logs'))) {
      if (performance.now() - startMs > PATIENCE_MS || lab.exitCode !== null) return Number.NaN;
      await sleep(POLL_MS);
    }
    return performance.now() - startMs;
  } finally {
    // npm and what it started are one process group.
    process.kill(-lab.pid!, 'SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

function hasProcessed(logs: string): boolean {
  try {
    return readdirSync(logs).some((name) => readFileSync(join(logs, name), 'utf8').includes('RecordsProcessed'));
  } catch {
    return false;
  }
}
