// Writes CBOR as AWS SDKs read it from Kinesis: definite lengths, times as milliseconds since 1970 in tag 1.
// https://www.rfc-editor.org/rfc/rfc8949

const FIRST_BYTES = 1_024;
const TIME_TAG = 1;

/** Encodes plain data: objects, lists, texts, numbers, booleans, bytes and dates; members that are undefined are left out. */
export function encodeCbor(value: unknown): Buffer {
  const writer = new Writer();
  writer.item(value);
  return writer.bytes();
}

class Writer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  item(value: unknown): void {
    if (value === null || value === undefined) this.#byte(0xf6);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#byte(value ? 0xf5 : 0xf4);
    else if (value instanceof Uint8Array) this.#data(value);
    else if (value instanceof Date) this.#time(value);
    else if (Array.isArray(value)) this.#list(value);
    else this.#map(value as Readonly<Record<string, unknown>>);
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  /** Major type and its argument. */
  #head(major: number, argument: number): void {
    this.#room(9);
    const type = major << 5;
    if (argument < 24) this.#at = this.#bytes.writeUInt8(type | argument, this.#at);
    else if (argument < 0x100) {
      this.#at = this.#bytes.writeUInt8(type | 24, this.#at);
      this.#at = this.#bytes.writeUInt8(argument, this.#at);
    } else if (argument < 0x10000) {
      this.#at = this.#bytes.writeUInt8(type | 25, this.#at);
      this.#at = this.#bytes.writeUInt16BE(argument, this.#at);
    } else if (argument < 0x100000000) {
      this.#at = this.#bytes.writeUInt8(type | 26, this.#at);
      this.#at = this.#bytes.writeUInt32BE(argument, this.#at);
    } else {
      this.#at = this.#bytes.writeUInt8(type | 27, this.#at);
      this.#at = this.#bytes.writeBigUInt64BE(BigInt(argument), this.#at);
    }
  }

  #text(text: string): void {
    const length = Buffer.byteLength(text);
    this.#head(3, length);
    this.#room(length);
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  #data(data: Uint8Array): void {
    this.#head(2, data.byteLength);
    this.#room(data.byteLength);
    this.#bytes.set(data, this.#at);
    this.#at += data.byteLength;
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.#head(value < 0 ? 1 : 0, value < 0 ? -1 - value : value);
      return;
    }
    this.#room(9);
    this.#at = this.#bytes.writeUInt8(0xfb, this.#at);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  #time(time: Date): void {
    this.#head(6, TIME_TAG);
    this.#number(time.getTime());
  }

  #list(items: readonly unknown[]): void {
    this.#head(4, items.length);
    for (const item of items) this.item(item);
  }

  #map(map: Readonly<Record<string, unknown>>): void {
    const members = Object.entries(map).filter(([, value]) => value !== undefined);
    this.#head(5, members.length);
    for (const [key, value] of members) {
      this.#text(key);
      this.item(value);
    }
  }

  #room(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
