// Input that is refused is said once, line by line, until it would flood the terminal; the rest is a count.
const SHOWN_IN_FULL = 10;

export class Rejections {
  readonly #source: string;
  readonly #print: (line: string) => void;
  #count = 0;

  constructor(source: string, print: (line: string) => void) {
    this.#source = source;
    this.#print = print;
  }

  get count(): number {
    return this.#count;
  }

  add(line: number, reason: string): void {
    this.#count += 1;
    if (this.#count <= SHOWN_IN_FULL) this.#print(`rejected ${this.#source}:${line}: ${reason}`);
  }

  /** Says how many more there were. */
  close(): void {
    const more = this.#count - SHOWN_IN_FULL;
    if (more > 0) this.#print(`rejected ${more} more ${more === 1 ? 'line' : 'lines'} of ${this.#source}`);
  }
}
