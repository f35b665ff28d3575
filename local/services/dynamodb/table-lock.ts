// Who waits for whom at the tables: writes run one at a time and reads beside them, but nothing runs beside a transaction.

export class TableLock {
  #lastWrite: Promise<unknown> = Promise.resolve();
  #transaction: Promise<unknown> | undefined;
  readonly #reads = new Set<Promise<unknown>>();

  async read<T>(work: () => Promise<T>): Promise<T> {
    while (this.#transaction) await this.#transaction;
    const read = work();
    const ended = read.catch(() => undefined);
    this.#reads.add(ended);
    try {
      return await read;
    } finally {
      this.#reads.delete(ended);
    }
  }

  /** Runs after all writes that were asked for before. */
  write<T>(work: () => Promise<T>): Promise<T> {
    const write = this.#lastWrite.then(work);
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  /** Runs as a write does, and holds back every read until it has ended. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.write(async () => {
      let release = () => {};
      this.#transaction = new Promise<void>((resolve) => {
        release = resolve;
      });
      try {
        await Promise.all(this.#reads);
        return await work();
      } finally {
        this.#transaction = undefined;
        release();
      }
    });
  }
}
