import { createWriteStream, mkdirSync, openSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** A file that has grown past this becomes the older one, in place of the one before it. */
const FILE_BYTES = 16 * 1_024 * 1_024;

/** Log file of one function, `<folder>/<function>.log` with `.log.1` before it; it is made with the first line. */
export class FunctionLog {
  readonly #folder: string;
  readonly #path: string;
  readonly #fileBytes: number;
  #file: WriteStream | undefined;
  #bytes = 0;

  constructor(folder: string, functionName: string, fileBytes = FILE_BYTES) {
    this.#folder = folder;
    this.#path = join(folder, `${functionName}.log`);
    this.#fileBytes = fileBytes;
  }

  write(line: string): void {
    if (this.#file && this.#bytes >= this.#fileBytes) this.#turn(this.#file);
    if (!this.#file) {
      mkdirSync(this.#folder, { recursive: true });
      this.#file = createWriteStream('', { fd: openSync(this.#path, 'a') });
    }
    this.#file.write(`${line}\n`);
    this.#bytes += Buffer.byteLength(line) + 1;
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.#file ? this.#file.end(() => resolve()) : resolve()));
  }

  #turn(full: WriteStream): void {
    renameSync(this.#path, `${this.#path}.1`);
    full.end();
    this.#file = undefined;
    this.#bytes = 0;
  }
}
