// The folder of `--data-dir`: what outlives a run of the lab, for one stack and one process at a time.
//   stream/            the engine's records and settings
//   time.ndjson        lab time
//   applied.ndjson     the template's streams as they were last applied
//   positions.ndjson   how far mappings and deliveries have come in each shard
//   tables.ndjson, queues.ndjson
//   buckets/, topics/  objects, and messages that were published
import { join, resolve } from 'node:path';
import { claimFolder, makeFolder, ownerOf, parseMarker, readFolder, releaseFolder } from '../folder-claim.js';
import { DataDirError } from './data-dir-error.js';

const MARKER = '.kinesis-platform-data.json';

/** Changes when a version of the lab can no longer read what an earlier one wrote. */
const FORMAT = 1;

/** A folder that is taken until it is released. */
export interface DataDir {
  readonly path: string;
  /** Whether no run has used it before. */
  readonly isNew: boolean;
  /** Lets the next run have it. */
  release(): Promise<void>;
}

/** Takes `dir` for a run of `stackName`: a new folder, an empty one, or one that the same stack left. */
export async function takeDataDir(dir: string, stackName: string): Promise<DataDir> {
  const path = resolve(dir);
  try {
    await makeFolder(path);
    return await takeFolder(path, dir, stackName);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DataDirError || code === undefined) throw error;
    throw new DataDirError(
      `'--data-dir' must be a folder that can be read and written, got '${dir}' (${code}); choose another`,
    );
  }
}

async function takeFolder(path: string, dir: string, stackName: string): Promise<DataDir> {
  const { marker, others } = await readFolder(path, MARKER);
  if (marker === undefined && others.length > 0) {
    throw new DataDirError(
      `'--data-dir' must be empty or hold a lab's data, got '${dir}' with other files; choose another`,
    );
  }
  if (marker !== undefined) checkMarker(marker, dir, stackName);
  const owner = ownerOf(marker);
  const fields = { format: FORMAT, stack: stackName };
  if (owner !== undefined || !(await claimFolder(path, MARKER, marker, fields))) {
    const who = owner === undefined ? 'a lab that starts' : `the running lab ${owner}`;
    throw new DataDirError(`'--data-dir' must not be in use, got '${dir}' of ${who}; stop it, or choose another`);
  }
  return { path, isNew: marker === undefined, release: () => releaseFolder(path, MARKER, fields) };
}

function checkMarker(marker: string, dir: string, stackName: string): void {
  const { format, stack } = parseMarker(marker) ?? {};
  if (format === undefined) {
    throw new DataDirError(
      `'--data-dir' must say what it holds, got '${dir}' whose ${MARKER} cannot be read; restore it, or choose another`,
    );
  }
  if (format !== FORMAT) {
    throw new DataDirError(
      `'--data-dir' must be of format ${FORMAT}, got '${dir}' of format ${format}; use the version that wrote it, or choose another`,
    );
  }
  if (stack !== stackName) {
    throw new DataDirError(
      `'--data-dir' must be of stack '${stackName}', got '${dir}' of stack '${stack}'; choose one folder for each stack`,
    );
  }
}

/** Refuses a data folder that the lab's own folder, which each run empties, would take along. */
export function checkApart(dataDir: string, labDir: string): void {
  const [data, lab] = [`${join(resolve(dataDir), '.')}/`, `${join(resolve(labDir), '.')}/`];
  if (!data.startsWith(lab) && !lab.startsWith(data)) return;
  throw new DataDirError(
    `'--data-dir' must lie apart from '--dir', which each run empties, got '${dataDir}' and '${labDir}'; choose another`,
  );
}
