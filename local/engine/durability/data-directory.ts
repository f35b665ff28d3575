// The files of a durable engine: one journal of states, and for each shard its records in files of limited size, so that
// what retention lets go can be deleted as whole files.
//   state.ndjson
//   records/<stream>@<creation>/<shard>.<position of the file's first record>
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readFrames, type StoredFrame } from './record-frame.js';

const POSITION_DIGITS = 16;

/** A file of records. */
export interface RecordFile {
  readonly path: string;
  readonly firstPosition: number;
}

/** Where the data of an engine lies. */
export class DataDirectory {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    mkdirSync(join(root, 'records'), { recursive: true });
  }

  get statePath(): string {
    return join(this.root, 'state.ndjson');
  }

  folderOf(streamName: string, createdAtMs: number): string {
    return join(this.root, 'records', `${streamName}@${createdAtMs}`);
  }

  /** Path of a new file of records; its folder is there and known to the disk. */
  newFile(folder: string, shardId: string, firstPosition: number): string {
    mkdirSync(folder, { recursive: true });
    syncFolder(dirname(folder));
    return join(folder, `${shardId}.${String(firstPosition).padStart(POSITION_DIGITS, '0')}`);
  }

  /** Shards that have files in a folder. */
  shardsOf(folder: string): string[] {
    return [...new Set(names(folder).map((name) => name.slice(0, name.lastIndexOf('.'))))];
  }

  /** Files of one shard, oldest first. */
  filesOf(folder: string, shardId: string): RecordFile[] {
    return names(folder)
      .filter((name) => name.startsWith(`${shardId}.`))
      .sort()
      .map((name) => ({ path: join(folder, name), firstPosition: Number(name.slice(shardId.length + 1)) }));
  }

  /** Deletes the records of streams that are not among `folders`. */
  keepOnly(folders: ReadonlySet<string>): void {
    for (const name of names(join(this.root, 'records'))) {
      const folder = join(this.root, 'records', name);
      if (!folders.has(folder)) rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Reads the whole records of a file; tells whether that was all of it, and cuts off what follows them. */
export function readRecords(
  path: string,
  take: (frame: StoredFrame) => void,
): { readonly whole: boolean; cut(): void } {
  const file = readFileSync(path);
  const bytes = readFrames(file, take);
  return { whole: bytes === file.length, cut: () => truncateSync(path, bytes) };
}

/** Makes the disk know which files a folder has. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
