import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Log file of one function, `<folder>/<function>.log`; it is made with the first line. */
export class FunctionLog {
  readonly #folder: string;
  readonly #name: string;
  #file: WriteStream | undefined;

  constructor(folder: string, functionName: string) {
    this.#folder = folder;
    this.#name = functionName;
  }

  write(line: string): void {
    if (!this.#file) {
      mkdirSync(this.#folder, { recursive: true });
      this.#file = createWriteStream(join(this.#folder, `${this.#name}.log`), { flags: 'a' });
    }
    this.#file.write(`${line}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.#file ? this.#file.end(() => resolve()) : resolve()));
  }
}
