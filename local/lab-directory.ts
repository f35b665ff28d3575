// The lab's folder: emptied at the start of each run, never anybody else's, never two runs at once.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Says that the folder is a lab's, and which process runs in it. */
const MARKER = '.kinesis-platform-lab.json';

/** Tells this process from an earlier one with the same number, as every first process of a container has. */
const RUN = randomUUID();

export interface LabDirectory {
  readonly path: string;
  /** Lets the next run have the folder; what the run left stays. */
  release(): Promise<void>;
}

/** The folder cannot be the lab's; the message says what to change. */
export class LabDirectoryError extends Error {}

/** Takes the folder `dir` for one run: a new one, an empty one, or one that a lab left. */
export async function takeLabDirectory(dir: string): Promise<LabDirectory> {
  const path = resolve(dir);
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new LabDirectoryError(
      `'--dir' must be a folder that can be made, got '${dir}' (${error.code}); choose another`,
    );
  });
  try {
    return await takeFolder(path, dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof LabDirectoryError || code === undefined) throw error;
    throw new LabDirectoryError(`'--dir' must be a folder that can be written, got '${dir}' (${code}); choose another`);
  }
}

async function takeFolder(path: string, dir: string): Promise<LabDirectory> {
  const entries = await readdir(path);
  const marker = await readFile(join(path, MARKER), 'utf8').catch(() => undefined);
  if (marker === undefined && entries.length > 0) {
    throw new LabDirectoryError(
      `'--dir' must be empty or a lab's folder, got '${dir}' with other files; choose another`,
    );
  }
  const owner = marker === undefined ? undefined : readOwner(marker);
  if ((owner !== undefined && isAlive(owner)) || !(await claim(path, marker))) {
    const who = owner === undefined ? 'a lab that starts' : `the running lab ${owner}`;
    throw new LabDirectoryError(`'--dir' must not be in use, got '${dir}' of ${who}; give another '--dir'`);
  }
  // The marker stands before anything goes: an end half way leaves a lab's folder.
  for (const entry of entries) {
    if (entry !== MARKER) await rm(join(path, entry), { recursive: true, force: true });
  }
  return { path, release: () => writeFile(join(path, MARKER), '{}\n') };
}

/** Puts this process's marker in the place of `stale`; false when another lab was faster. */
async function claim(path: string, stale: string | undefined): Promise<boolean> {
  const marker = join(path, MARKER);
  const aside = `${marker}.${randomUUID()}`;
  try {
    if (stale !== undefined) {
      await rename(marker, aside);
      const moved = await readFile(aside, 'utf8');
      if (moved !== stale) await link(aside, marker);
      if (moved !== stale) return false;
    }
    await writeFile(aside, `${JSON.stringify({ pid: process.pid, run: RUN })}\n`);
    await link(aside, marker);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function readOwner(marker: string): number | undefined {
  try {
    const { pid, run } = JSON.parse(marker);
    return typeof pid === 'number' && (pid !== process.pid || run === RUN) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
