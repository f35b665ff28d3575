// Everything of a lab that outlives its run, opened together and let go together.
import { join } from 'node:path';
import type { StreamModel } from '../template/model.js';
import { DataDirError } from './data-dir-error.js';
import { KeptEntries } from './kept-entries.js';
import type { KeptPosition } from './kept-positions.js';
import { takeDataDir } from './take-data-dir.js';

/** The data of one lab. */
export interface LabData {
  readonly path: string;
  /** Folder of the engine. */
  readonly streamDir: string;
  /** Lab time. */
  readonly state: KeptEntries<number>;
  /** The template's streams as they were last applied, by name. */
  readonly applied: KeptEntries<StreamModel>;
  /** How far readers have come. */
  readonly positions: KeptEntries<KeptPosition>;
  /** More entries, in a file of this name. */
  open<T>(name: string): KeptEntries<T>;
  /** Lets the next run have the folder. */
  close(): Promise<void>;
}

/** Takes the folder for a run of the stack; fails when it is not to be had or cannot be read. */
export async function openLabData(dir: string, stackName: string): Promise<LabData> {
  const { path, release } = await takeDataDir(dir, stackName);
  const opened: KeptEntries<unknown>[] = [];
  const open = <T>(name: string): KeptEntries<T> => {
    const entries = new KeptEntries<T>(join(path, `${name}.ndjson`));
    opened.push(entries as KeptEntries<unknown>);
    return entries;
  };
  const close = async () => {
    for (const entries of opened) entries.close();
    await release();
  };
  try {
    const state = {
      state: open<number>('time'),
      applied: open<StreamModel>('applied'),
      positions: open<KeptPosition>('positions'),
    };
    return { path, streamDir: join(path, 'stream'), ...state, open, close };
  } catch (error) {
    await close();
    throw explain(error, dir);
  }
}

/** Runs what reads the folder; tells of a failure as one of `--data-dir`. */
export async function readingData<T>(dir: string | undefined, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw dir === undefined ? error : explain(error, dir);
  }
}

function explain(error: unknown, dir: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataDirError && !message.includes("'--data-dir'")) {
    return new DataDirError(`'--data-dir' must hold what a lab has left there, got '${dir}': ${message}`);
  }
  if (error instanceof DataDirError || code === undefined) return error;
  return new DataDirError(
    `'--data-dir' must be a folder that can be read and written, got '${dir}' (${message}); choose another`,
    { cause: error },
  );
}
