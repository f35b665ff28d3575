// Reads protobuf messages as strictly and as leniently as protobuf's own parser for Java does, which the KCL uses.

/** Wire type of the tag that ends a group. */
const END_GROUP = 4;
const VARINT_MAX_BYTES = 10;
/** How deep messages and groups may stand in each other. */
const MAX_DEPTH = 100;

/** The bytes are no message of the schema. */
export class MalformedMessage extends Error {}

/** A place in a message, and where the message ends. */
export class MessageReader {
  readonly #from: Buffer;
  #at: number;
  #end: number;
  #depth = 0;

  constructor(from: Buffer, start: number, end: number) {
    this.#from = from;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Low 32 bits of a varint, signed; the KCL takes an index or a length by them alone. */
  varint(): number {
    let value = 0;
    for (let read = 0; read < VARINT_MAX_BYTES && this.#at < this.#end; read += 1) {
      const byte = this.#from[this.#at++]!;
      if (read < 5) value |= (byte & 0x7f) << (7 * read);
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage();
  }

  /** Number and wire type of the next field. */
  tag(): number {
    const tag = this.varint();
    if (tag >>> 3 === 0) throw new MalformedMessage();
    return tag;
  }

  /** The bytes of a field, not copied. */
  bytes(): Uint8Array {
    const start = this.#skipLength();
    return new Uint8Array(this.#from.buffer, this.#from.byteOffset + start, this.#at - start);
  }

  text(): string {
    const start = this.#skipLength();
    return this.#from.toString('utf8', start, this.#at);
  }

  /** A message in this one. */
  message<T>(read: (reader: MessageReader) => T): T {
    const end = this.#end;
    const start = this.#skipLength();
    this.#end = this.#at;
    this.#at = start;
    this.#deeper();
    const message = read(this);
    this.#depth -= 1;
    this.#end = end;
    return message;
  }

  /** Skips a field that the schema does not know, or has with another wire type. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#forward(8);
    else if (wireType === 2) this.#skipLength();
    else if (wireType === 3) this.#skipGroup(tag >>> 3);
    else if (wireType === 5) this.#forward(4);
    else throw new MalformedMessage();
  }

  /** Goes behind the bytes of a field; returns where they start. */
  #skipLength(): number {
    const length = this.varint();
    const start = this.#at;
    this.#forward(length);
    return start;
  }

  #skipGroup(field: number): void {
    this.#deeper();
    const end = (field << 3) | END_GROUP;
    for (let tag = this.tag(); tag !== end; tag = this.tag()) this.skip(tag);
    this.#depth -= 1;
  }

  #forward(bytes: number): void {
    if (bytes < 0 || bytes > this.#end - this.#at) throw new MalformedMessage();
    this.#at += bytes;
  }

  #deeper(): void {
    if (this.#depth >= MAX_DEPTH) throw new MalformedMessage();
    this.#depth += 1;
  }
}
