// Keeps what the stream did not take, so that nothing is dropped in silence: NDJSON, one record a line, which
// `put --format spill` puts again.
import { type FileHandle, open } from 'node:fs/promises';
import type { PutEntry } from '../../core/batching/check-put-entry.js';
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
