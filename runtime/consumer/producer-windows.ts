// Knows a record that its producer has put twice: a put whose reply was lost is put again, under a new sequence number.
//
// Of each producer the numbers seen last are kept, a bit each, for a shard gets them with gaps and out of order. What is
// too old to be known counts as new: it takes effect again rather than not at all.

/** Numbers that are remembered of a producer, up to the highest. */
const NUMBERS = 4_096;
/** Producers that are remembered of a shard; of more the one heard of least lately is forgotten. */
const PRODUCERS_MAX = 8;

/** As JSON: id, highest number, bits in base64. */
export type StoredWindow = readonly [producerId: string, highest: number, bits: string];

interface Window {
  highest: number;
  readonly bits: Uint8Array;
}

export class ProducerWindows {
  readonly #windows = new Map<string, Window>();
  #changed = false;

  static restore(stored: readonly StoredWindow[]): ProducerWindows {
    const windows = new ProducerWindows();
    for (const [producerId, highest, text] of stored) {
      const bits = new Uint8Array(NUMBERS / 8);
      bits.set(Buffer.from(text, 'base64').subarray(0, bits.length));
      windows.#windows.set(producerId, { highest, bits });
    }
    return windows;
  }

  /** Whether something was added. */
  get changed(): boolean {
    return this.#changed;
  }

  has(producerId: string, number: number): boolean {
    const window = this.#windows.get(producerId);
    if (!window || number > window.highest || number <= window.highest - NUMBERS) return false;
    return (window.bits[(number % NUMBERS) >> 3]! & (1 << (number & 7))) !== 0;
  }

  add(producerId: string, number: number): void {
    const window = this.#windows.get(producerId) ?? { highest: number, bits: new Uint8Array(NUMBERS / 8) };
    if (number <= window.highest - NUMBERS) return;
    if (number - window.highest >= NUMBERS) window.bits.fill(0);
    else for (let i = window.highest + 1; i < number; i += 1) window.bits[(i % NUMBERS) >> 3]! &= ~(1 << (i & 7));
    window.highest = Math.max(window.highest, number);
    window.bits[(number % NUMBERS) >> 3]! |= 1 << (number & 7);
    // Last in the map is who was heard of last.
    this.#windows.delete(producerId);
    this.#windows.set(producerId, window);
    if (this.#windows.size > PRODUCERS_MAX) this.#windows.delete(this.#windows.keys().next().value!);
    this.#changed = true;
  }

  store(): StoredWindow[] {
    return [...this.#windows].map(([id, { highest, bits }]) => [id, highest, Buffer.from(bits).toString('base64')]);
  }
}
