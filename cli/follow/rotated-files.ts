// What log rotation makes of a file: app.log.1, app.log-20261121, app.log.2026-11-21-10; compressed ones cannot be read.
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identityOf } from './tailed-file.js';

const ROTATED = /^[._-]\d[\dT:._-]*$/;

export interface RotatedFile {
  readonly path: string;
  readonly identity: string;
  readonly modifiedNs: bigint;
}

/** The readable rotated files of `path`, the one that was written to first in front. */
export async function listRotated(path: string): Promise<RotatedFile[]> {
  // A container's log is a link, and what it points to is what is rotated.
  const target = await realpath(path).catch(() => path);
  const candidates = await Promise.all([...new Set([path, target])].map(listBeside));
  const files = await Promise.all(candidates.flat().map(lookAt));
  return files
    .filter((file) => file !== undefined)
    .sort((a, b) => Number(a.modifiedNs - b.modifiedNs) || rotationOrder(a.path, b.path));
}

async function listBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((other) => other.startsWith(name) && ROTATED.test(other.slice(name.length)))
    .map((other) => join(folder, other));
}

/** Written to at the same moment: of app.log.2 and app.log.1 the former is older; dates sort as they are. */
function rotationOrder(a: string, b: string): number {
  const [first, second] = [a, b].map((path) => Number(/\.(\d{1,4})$/.exec(path)?.[1])) as [number, number];
  return second - first || (a < b ? -1 : 1);
}

async function lookAt(path: string): Promise<RotatedFile | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { path, identity: identityOf(found), modifiedNs: found.mtimeNs };
}
