// A reply that is put together in one buffer: every byte of it is ASCII, so a text is copied as it is.

/** Text that is its own JSON. */
const PLAIN = /^[ !#-[\]-~]*$/;
const BEYOND_ASCII = /[\u0080-\uffff]/;
const EACH_BEYOND_ASCII = /[\u0080-\uffff]/g;

/** Grows as it is written to. */
export class AsciiWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  /** Adds ASCII text. */
  add(text: string): void {
    if (this.#at + text.length > this.#buffer.length) this.#grow(text.length);
    this.#at += this.#buffer.write(text, this.#at, 'latin1');
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#at + more, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** Text as a JSON string of ASCII alone. */
export function asciiString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : asciiText(JSON.stringify(text));
}

/** JSON of ASCII alone: what is beyond it can only stand in strings, where it may be escaped. */
export function asciiText(json: string): string {
  return BEYOND_ASCII.test(json) ? json.replace(EACH_BEYOND_ASCII, escaped) : json;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
