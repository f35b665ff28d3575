// A folder that one process at a time may have: a marker file in it says what the folder is and which process holds it.
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Tells this process from an earlier one with the same number, as every first process of a container has. */
const RUN = randomUUID();

/** Place of `starttime` behind the name of the process, see proc_pid_stat(5). */
const START_FIELD = 19;

const STATE_FIELD = 0;

const LOCK_NAME_CHARS = 12;

/** States of a process that has ended. */
const ENDED: ReadonlySet<string> = new Set(['Z', 'X']);

/** What stands in a folder. */
export interface FolderContents {
  /** Text of the marker; undefined when there is none. */
  readonly marker: string | undefined;
  /** All other names but those of claims, which processes that ended leave. */
  readonly others: readonly string[];
}

/** Makes a folder and those above it; Node's own recursive way never ends where none can be made, as in `/proc`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path).catch((again: NodeJS.ErrnoException) => refuseUnlessFolder(path, again));
    } else await refuseUnlessFolder(path, error);
  }
}

async function refuseUnlessFolder(path: string, error: unknown): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw error;
}

/** A marker is never away once it stands, so it is read after the names. */
export async function readFolder(path: string, name: string): Promise<FolderContents> {
  const names = await readdir(path);
  const others = names.filter((other) => other !== name && !other.startsWith(`${name}.`));
  return { marker: await readMarker(join(path, name)), others };
}

function readMarker(marker: string): Promise<string | undefined> {
  return readFile(marker, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** What a marker says; undefined when it says nothing that can be read. */
export function parseMarker(marker: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const fields = JSON.parse(marker);
    return typeof fields === 'object' && fields !== null ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** The living process that a marker names. */
export function ownerOf(marker: string | undefined): number | undefined {
  const { pid, run, started } = (marker === undefined ? undefined : parseMarker(marker)) ?? {};
  if (typeof pid !== 'number' || (pid === process.pid && run !== RUN) || !isAlive(pid)) return undefined;
  // After a restart of the machine another process may have its number.
  const isOther = started !== undefined && started !== startOf(pid);
  return isOther ? undefined : pid;
}

/** Puts this process's marker in the place of `stale`; false when another process was faster. */
export async function claimFolder(
  path: string,
  name: string,
  stale: string | undefined,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<boolean> {
  const marker = join(path, name);
  const owner = { pid: process.pid, run: RUN, started: startOf(process.pid) };
  // What is written is unlike any other marker, also of this process.
  const text = `${JSON.stringify({ ...fields, ...owner, claim: randomUUID() })}\n`;
  return replaceMarker(marker, stale, text);
}

/**
 * Puts `text` in the place of `stale`, unless another process does. A new marker is a link, which only one process can
 * make. One that stands is replaced only by the process that has made the lock named after its text, and never removed.
 * A lock whose maker ended is itself a stale marker.
 */
async function replaceMarker(marker: string, stale: string | undefined, text: string): Promise<boolean> {
  if (stale === undefined) return linkMarker(marker, text);
  const lock = `${marker}.${createHash('sha256').update(stale).digest('hex').slice(0, LOCK_NAME_CHARS)}`;
  const held = await readMarker(lock);
  if (ownerOf(held) !== undefined || !(await replaceMarker(lock, held, text))) return false;
  try {
    if ((await readMarker(marker)) !== stale) return false;
    await writeWhole(marker, text, rename);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}

async function linkMarker(marker: string, text: string): Promise<boolean> {
  try {
    await writeWhole(marker, text, link);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A marker is seen whole or not at all: `place` puts it where it belongs. */
async function writeWhole(marker: string, text: string, place: typeof link): Promise<void> {
  const aside = `${marker}.${randomUUID()}`;
  try {
    await writeFile(aside, text);
    await place(aside, marker);
  } finally {
    await rm(aside, { force: true });
  }
}

/** Lets another process have the folder. */
export async function releaseFolder(
  path: string,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await writeWhole(join(path, name), `${JSON.stringify(fields)}\n`, rename);
}

/** When a process was started, as Linux counts it; undefined on other systems, and where it may not be asked. */
function startOf(pid: number): string | undefined {
  return readStat(pid)?.[START_FIELD];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that was killed keeps its number until its parent has asked for it, which some containers' first process never does.
    return !ENDED.has(readStat(pid)?.[STATE_FIELD] ?? '');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Fields of a process behind its name; undefined on other systems than Linux, and where it may not be asked. */
function readStat(pid: number): string[] | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
