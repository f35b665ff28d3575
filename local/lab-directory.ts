// The lab's folder: emptied at the start of each run, never anybody else's, never two runs at once.
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { claimFolder, makeFolder, ownerOf, readFolder, releaseFolder } from './folder-claim.js';

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
  await makeFolder(path).catch((error: NodeJS.ErrnoException) => {
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
  const { marker, others } = await readFolder(path, MARKER);
  if (marker === undefined && others.length > 0) {
    throw new LabDirectoryError(
      `'--dir' must be empty or a lab's folder, got '${dir}' with other files; choose another`,
    );
  }
  const owner = ownerOf(marker);
  if (owner !== undefined || !(await claimFolder(path, MARKER, marker))) {
    const who = owner === undefined ? 'a lab that starts' : `the running lab ${owner}`;
    throw new LabDirectoryError(`'--dir' must not be in use, got '${dir}' of ${who}; give another '--dir'`);
  }
  // The marker stands before anything goes: an end half way leaves a lab's folder.
  for (const entry of others) await rm(join(path, entry), { recursive: true, force: true });
  return { path, release: () => releaseFolder(path, MARKER) };
}
