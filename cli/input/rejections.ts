// Input that is refused is said once, line by line, until it would flood the terminal; the rest is a count.
const SHOWN_IN_FULL = 10;

export class Rejections {
  readonly #source: string;
  readonly #print: (line: string) => void;
  #count = 0;
  #shown = 0;
  #hidden = 0;

  constructor(source: string, print: (line: string) => void) {
    this.#source = source;
    this.#print = print;
  }

  get count(): number {
    return this.#count;
  }

  add(line: number, reason: string): void {
    this.#count += 1;
    if (this.#shown < SHOWN_IN_FULL) {
      this.#shown += 1;
      this.#print(`rejected ${this.#source}:${line}: ${reason}`);
    } else this.#hidden += 1;
  }

  /** Says how many more there were, and shows the next ones in full again. */
  close(): void {
    if (this.#hidden > 0) {
      this.#print(`rejected ${this.#hidden} more ${this.#hidden === 1 ? 'line' : 'lines'} of ${this.#source}`);
    }
    this.#shown = 0;
    this.#hidden = 0;
  }
}
