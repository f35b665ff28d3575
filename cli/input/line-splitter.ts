// Splits bytes into lines without ever holding more than one line, and no more of that than the limit.

/** A line without its end, its number from 1, or why it cannot be used. */
export type Line = LinePlace &
  (
    | { readonly kind: 'line'; readonly text: string; readonly end: '\n' | '\r\n' }
    | { readonly kind: 'rejected'; readonly reason: string }
  );

interface LinePlace {
  readonly number: number;
  /** Bytes before it. */
  readonly startOffset: number;
  /** Bytes before the next line. */
  readonly endOffset: number;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Ends of line are LF or CRLF; the last line may lack one. Bytes that are not UTF-8 reject their line only. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #parts: Uint8Array[] = [];
  #lineBytes = 0;
  #number: number;
  #startOffset: number;

  /** @param start where the first byte stands: lines and bytes before it */
  constructor(maxLineBytes: number, start = { line: 0, offset: 0 }) {
    this.#maxLineBytes = maxLineBytes;
    this.#number = start.line;
    this.#startOffset = start.offset;
  }

  /** The lines that end in `chunk`. */
  *push(chunk: Uint8Array): Generator<Line> {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#take(chunk.subarray(from, at));
      from = at + 1;
      yield this.#finish(1);
    }
    if (from < chunk.length) this.#take(chunk.subarray(from));
  }

  /** The last line, when it has no end. */
  *close(): Generator<Line> {
    if (this.#lineBytes > 0) yield this.#finish(0);
  }

  #take(part: Uint8Array): void {
    this.#lineBytes += part.length;
    if (this.#lineBytes <= this.#maxLineBytes) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(endBytes: number): Line {
    this.#number += 1;
    const bytes = Buffer.concat(this.#parts);
    const startOffset = this.#startOffset;
    const length = this.#lineBytes;
    this.#startOffset += length + endBytes;
    this.#parts = [];
    this.#lineBytes = 0;
    const place = { number: this.#number, startOffset, endOffset: this.#startOffset };
    if (length > this.#maxLineBytes) {
      return { kind: 'rejected', ...place, reason: `line is over ${this.#maxLineBytes} bytes` };
    }
    try {
      const end = bytes.at(-1) === CARRIAGE_RETURN ? '\r\n' : '\n';
      const text = this.#decoder.decode(bytes.subarray(0, bytes.length + 1 - end.length));
      return { kind: 'line', ...place, text: startOffset === 0 ? text.replace(/^\ufeff/, '') : text, end };
    } catch {
      return { kind: 'rejected', ...place, reason: 'line is not valid UTF-8' };
    }
  }
}
