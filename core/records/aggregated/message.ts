// Reads protobuf messages as strictly and as leniently as protobuf's own parser for Java does, which the KCL uses.

const VARINT_MAX_BYTES = 10;
/** How deep messages and groups may stand in each other. */
const MAX_DEPTH = 100;

/** Bytes, the place that has been read to, and where the message that is being read ends. */
export interface Message {
  readonly from: Buffer;
  /** What `from` is a view of, and from where on: to ask `from` for it takes as long as to make a view. */
  readonly buffer: ArrayBufferLike;
  readonly offset: number;
  at: number;
  end: number;
}

/** Thrown when the bytes are no message of the schema. */
export const MALFORMED = new Error('malformed message');

/** Low 32 bits of a varint, signed: the KCL takes an index or a length by them alone. */
export function readVarint(message: Message): number {
  const { from, at } = message;
  const end = Math.min(message.end, at + VARINT_MAX_BYTES);
  let value = 0;
  for (let i = at; i < end; i += 1) {
    const byte = from[i]!;
    if (i < at + 5) value |= (byte & 0x7f) << (7 * (i - at));
    if (byte < 0x80) {
      message.at = i + 1;
      return value;
    }
  }
  throw MALFORMED;
}

/** Reads the length of a field and goes behind the field; returns where it starts. */
export function skipBytes(message: Message): number {
  const length = readVarint(message);
  const start = message.at;
  forward(message, length);
  return start;
}

export function readText(message: Message): string {
  const start = skipBytes(message);
  return message.from.toString('utf8', start, message.at);
}

/** Skips a field that the schema does not know, or has with another wire type. */
export function skipField(message: Message, tag: number, depth: number): void {
  const wireType = tag & 7;
  if (tag >>> 3 === 0) throw MALFORMED;
  if (wireType === 0) readVarint(message);
  else if (wireType === 1) forward(message, 8);
  else if (wireType === 2) skipBytes(message);
  else if (wireType === 5) forward(message, 4);
  else if (wireType === 3 && depth < MAX_DEPTH) {
    // A group goes on to the tag of the same field that ends it.
    for (let next = readVarint(message); next !== tag + 1; next = readVarint(message)) {
      skipField(message, next, depth + 1);
    }
  } else throw MALFORMED;
}

function forward(message: Message, bytes: number): void {
  if (bytes < 0 || bytes > message.end - message.at) throw MALFORMED;
  message.at += bytes;
}
