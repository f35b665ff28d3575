// A folder that one process at a time may have: a marker file in it says what the folder is and which process holds it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Tells this process from an earlier one with the same number, as every first process of a container has. */
const RUN = randomUUID();

/** Place of `starttime` behind the name of the process, see proc_pid_stat(5). */
const START_FIELD = 19;

const STATE_FIELD = 0;

/** States of a process that has ended. */
const ENDED: ReadonlySet<string> = new Set(['Z', 'X']);

/** Text of the marker that stands in a folder; undefined when there is none. */
export async function readMarker(path: string, name: string): Promise<string | undefined> {
  // A process that ended while it took the folder has left the marker aside.
  const names = await readdir(path);
  const aside = names.find((other) => other.startsWith(`${name}.`));
  if (aside !== undefined && !names.includes(name)) await rename(join(path, aside), join(path, name));
  return readFile(join(path, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
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
  const aside = `${marker}.${randomUUID()}`;
  try {
    if (stale !== undefined) {
      await rename(marker, aside);
      const moved = await readFile(aside, 'utf8');
      if (moved !== stale) await link(aside, marker);
      if (moved !== stale) return false;
    }
    const owner = { pid: process.pid, run: RUN, started: startOf(process.pid) };
    await writeFile(aside, `${JSON.stringify({ ...fields, ...owner })}\n`);
    await link(aside, marker);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
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
  const aside = `${join(path, name)}.${randomUUID()}`;
  await writeFile(aside, `${JSON.stringify(fields)}\n`);
  await rename(aside, join(path, name));
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
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
