// Reads CBOR as AWS SDKs write it: definite and indefinite lengths, every number, times as milliseconds since 1970 in
// tag 1. https://www.rfc-editor.org/rfc/rfc8949
import { ServiceError } from '../../../service-error.js';

const BREAK = Symbol('break');
const INDEFINITE = 31;
const MAX_DEPTH = 32;
const TIME_TAG = 1;

const MALFORMED = () => new ServiceError('SerializationException', 'The request body is not valid CBOR.');

/** Decodes one item that fills `bytes`; throws SerializationException otherwise. Byte strings are views, not copies. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new Reader(bytes);
  try {
    const value = reader.item(0);
    if (value === BREAK || !reader.atEnd) throw MALFORMED();
    return value;
  } catch (error) {
    // Reading past the end is a RangeError of the buffer.
    throw error instanceof ServiceError ? error : MALFORMED();
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw MALFORMED();
    const first = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    const info = first & 31;
    switch (first >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        return info === INDEFINITE ? Buffer.concat(this.#chunks(2)) : this.#take(this.#argument(info));
      case 3:
        return (info === INDEFINITE ? Buffer.concat(this.#chunks(3)) : this.#take(this.#argument(info))).toString(
          'utf8',
        );
      case 4:
        return this.#list(info, depth);
      case 5:
        return this.#map(info, depth);
      case 6:
        return tagged(this.#argument(info), this.item(depth + 1));
      default:
        return this.#simple(info);
    }
  }

  #argument(info: number): number {
    const at = this.#at;
    if (info < 24) return info;
    if (info > 27) throw MALFORMED();
    this.#at += 1 << (info - 24);
    if (info === 24) return this.#bytes.readUInt8(at);
    if (info === 25) return this.#bytes.readUInt16BE(at);
    if (info === 26) return this.#bytes.readUInt32BE(at);
    return this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw MALFORMED();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Pieces of a string of unknown length, each of the string's own kind. */
  #chunks(major: number): Buffer[] {
    const chunks: Buffer[] = [];
    for (;;) {
      const first = this.#bytes.readUInt8(this.#at);
      this.#at += 1;
      if (first === 0xff) return chunks;
      if (first >> 5 !== major) throw MALFORMED();
      chunks.push(this.#take(this.#argument(first & 31)));
    }
  }

  #list(info: number, depth: number): unknown[] {
    const items: unknown[] = [];
    const count = info === INDEFINITE ? Number.POSITIVE_INFINITY : this.#argument(info);
    while (items.length < count) {
      const value = this.item(depth + 1);
      if (value === BREAK && count === Number.POSITIVE_INFINITY) break;
      if (value === BREAK) throw MALFORMED();
      items.push(value);
    }
    return items;
  }

  #map(info: number, depth: number): Record<string, unknown> {
    // Without a prototype, so that no key of the client's is special.
    const map: Record<string, unknown> = Object.create(null);
    const count = info === INDEFINITE ? Number.POSITIVE_INFINITY : this.#argument(info);
    for (let i = 0; i < count; i += 1) {
      const key = this.item(depth + 1);
      if (key === BREAK && count === Number.POSITIVE_INFINITY) break;
      if (typeof key !== 'string') throw MALFORMED();
      const value = this.item(depth + 1);
      if (value === BREAK) throw MALFORMED();
      map[key] = value;
    }
    return map;
  }

  #simple(info: number): unknown {
    const at = this.#at;
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return undefined;
      case 25:
        this.#at += 2;
        return halfFloat(this.#bytes.readUInt16BE(at));
      case 26:
        this.#at += 4;
        return this.#bytes.readFloatBE(at);
      case 27:
        this.#at += 8;
        return this.#bytes.readDoubleBE(at);
      case INDEFINITE:
        return BREAK;
      default:
        throw MALFORMED();
    }
  }
}

function tagged(tag: number, value: unknown): unknown {
  return tag === TIME_TAG && typeof value === 'number' ? new Date(value) : value;
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1_023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1_024 + fraction) * 2 ** (exponent - 25);
}
