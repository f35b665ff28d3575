// Large buffers that requests use one after the other: at hundreds of requests of a megabyte each second, getting fresh
// memory from the system for each takes as long as reading them.

/** Smaller ones are cheap to make. */
const SMALLEST_BYTES = 64 * 1_024;
/** Larger ones are rare, and not kept. */
const LARGEST_BYTES = 4 * 1_024 * 1_024;
/** Buffers of one size that wait for use. */
const KEPT = 8;

/** Free buffers by size, each a power of two. */
export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();

  take(bytes: number): Buffer {
    if (bytes < SMALLEST_BYTES || bytes > LARGEST_BYTES) return Buffer.allocUnsafe(bytes);
    const size = 2 ** Math.ceil(Math.log2(bytes));
    return this.#free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  give(buffer: Buffer): void {
    const size = buffer.length;
    if (size < SMALLEST_BYTES || size > LARGEST_BYTES || !Number.isInteger(Math.log2(size))) return;
    const free = this.#free.get(size) ?? [];
    if (free.length < KEPT) free.push(buffer);
    this.#free.set(size, free);
  }
}

/** The buffers of one request; what is in them is of use until it is answered. */
export class BufferLease {
  readonly #pool: BufferPool;
  readonly #taken: Buffer[] = [];

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    const buffer = this.#pool.take(bytes);
    this.#taken.push(buffer);
    return buffer;
  }

  /** Gives them all back. */
  end(): void {
    for (const buffer of this.#taken.splice(0)) this.#pool.give(buffer);
  }
}
