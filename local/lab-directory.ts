// The lab's folder: emptied at the start of each run, never anybody else's, never two runs at once.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Says that the folder is a lab's, and which process runs in it. */
const MARKER = '.kinesis-platform-lab.json';

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
  const entries = await readdir(path);
  const marker = await readFile(join(path, MARKER), 'utf8').catch(() => undefined);
  if (marker === undefined && entries.length > 0) {
    throw new LabDirectoryError(
      `'--dir' must be empty or a lab's folder, got '${dir}' with other files; choose another`,
    );
  }
  const owner = marker === undefined ? undefined : readOwner(marker);
  if (owner !== undefined && isAlive(owner)) {
    throw new LabDirectoryError(
      `'--dir' must not be in use, got '${dir}' of the running lab ${owner}; give another '--dir'`,
    );
  }
  for (const entry of entries) await rm(join(path, entry), { recursive: true, force: true });
  await writeFile(join(path, MARKER), `${JSON.stringify({ pid: process.pid })}\n`);
  return { path, release: () => writeFile(join(path, MARKER), '{}\n') };
}

function readOwner(marker: string): number | undefined {
  try {
    const { pid } = JSON.parse(marker);
    return typeof pid === 'number' && pid !== process.pid ? pid : undefined;
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
