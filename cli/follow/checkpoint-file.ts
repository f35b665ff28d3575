// How far a followed file is delivered, on disk. Written beside and moved into place: a kill leaves the one or the other.
import { open, readFile, rename } from 'node:fs/promises';
import { UsageError } from '../usage-error.js';
import type { FilePosition } from './file-position.js';

const VERSION = 1;

export interface Checkpoint {
  /** The followed file, as an absolute path. */
  readonly file: string;
  /** Everything before it is delivered. */
  readonly position: FilePosition;
  /** When it was written, epoch milliseconds. */
  readonly savedAtMs: number;
}

/** What an earlier run saved; refuses what is not its own rather than start again from the beginning. */
export async function readCheckpoint(path: string, file: string): Promise<Checkpoint | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(
      `'--checkpoint' must be a file that can be read, got '${path}' (${error.code}); check the path`,
    );
  });
  if (text === undefined) return undefined;
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === undefined) {
    throw new UsageError(
      `'--checkpoint' must be what an earlier run wrote, got '${path}'; move it away to start from the beginning`,
    );
  }
  if (checkpoint.file !== file) {
    throw new UsageError(
      `'--checkpoint' must be that of '${file}', got that of '${checkpoint.file}'; give each file a checkpoint of its own`,
    );
  }
  return checkpoint;
}

export async function writeCheckpoint(path: string, { file, position, savedAtMs }: Checkpoint): Promise<void> {
  const half = `${path}.tmp`;
  const handle = await open(half, 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ version: VERSION, file, position, savedAtMs })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, path);
}

function parseCheckpoint(text: string): Checkpoint | undefined {
  try {
    const { version, file, position, savedAtMs } = JSON.parse(text);
    const { device, inode, generation, offset, line, head, after } = position;
    const texts = [file, device, inode, generation, head.sha256, ...(after ? [after.identity, after.modifiedNs] : [])];
    const numbers = [savedAtMs, offset, line, head.bytes];
    const sound =
      version === VERSION &&
      texts.every((value) => typeof value === 'string') &&
      numbers.every((value) => Number.isSafeInteger(value) && value >= 0);
    return sound ? { file, position, savedAtMs } : undefined;
  } catch {
    return undefined;
  }
}
