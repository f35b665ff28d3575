// Keeps what the stream did not take, so that nothing is dropped in silence: NDJSON, one record a line, which
// `put --format spill` puts again.
import { access, constants, type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PutEntry } from '../../core/batching/check-put-entry.js';
import { UsageError } from '../usage-error.js';
import type { Delivery } from './record-sink.js';

/** The data may be private. */
const MODE = 0o600;

export type Undelivered = Extract<Delivery, { kind: 'failed' }>;

/** Made when the first record needs it, and added to when it is there already. */
export class SpillFile {
  readonly path: string;
  #file: Promise<FileHandle> | undefined;
  #written: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Rejects when it could not be written, before anything depends on it. */
  async check(): Promise<void> {
    const fault = await faultOf(this.path);
    const isNew = fault === 'ENOENT';
    const problem = isNew ? await faultOf(dirname(this.path)) : fault;
    if (problem === undefined) return;
    const reason = isNew && problem === 'ENOENT' ? 'no such folder' : problem;
    throw new UsageError(
      `'--spill' must be a file that can be written, got '${this.path}' (${reason}); name another with '--spill FILE'`,
    );
  }

  /** Resolves when the line is in the file; rejects when it cannot be written. */
  add({ data, partitionKey, explicitHashKey }: PutEntry, { errorCode, message }: Undelivered): Promise<void> {
    const kept = { partitionKey, explicitHashKey, errorCode, message, data: Buffer.from(data).toString('base64') };
    this.#file ??= open(this.path, 'a', MODE);
    const file = this.#file;
    const line = this.#written.then(async () => (await file).appendFile(`${JSON.stringify(kept)}\n`));
    this.#written = line.catch(() => undefined);
    return line;
  }

  async close(): Promise<void> {
    await this.#written;
    const file = await this.#file?.catch(() => undefined);
    await file?.sync().catch(() => undefined);
    await file?.close();
  }
}

/** Code of what stands against writing to `path`. */
async function faultOf(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  }
}
