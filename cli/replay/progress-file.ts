// Keeps how far a replay is: one file, replaced whole, taken away when the replay has come to its end.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { parseProgress, type ReplayProgress } from '../../runtime/replay/progress.js';
import { UsageError } from '../usage-error.js';

/** The data is not in it, keys may be. */
const MODE = 0o600;

/** What an earlier run has left; undefined when there is nothing. */
export async function readProgress(path: string): Promise<ReplayProgress | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refuse(path, error);
  }
  const progress = parseProgress(text);
  if (progress) return progress;
  throw new UsageError(`'--progress' must be a file of this command, got '${path}', which is none; name another`);
}

export async function writeProgress(path: string, progress: ReplayProgress): Promise<void> {
  const half = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(half, `${JSON.stringify(progress)}\n`, { mode: MODE });
    await rename(half, path);
  } catch (error) {
    throw refuse(path, error);
  }
}

export async function removeProgress(path: string): Promise<void> {
  await rm(path, { force: true });
}

function refuse(path: string, error: unknown): UsageError {
  const { code } = error as NodeJS.ErrnoException;
  return new UsageError(
    `'--progress' must be a file that can be read and written, got '${path}' (${code}); name another`,
  );
}
