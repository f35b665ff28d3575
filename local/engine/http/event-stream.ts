// Messages of application/vnd.amazon.eventstream, the framing of SubscribeToShard's reply: lengths, a checksum of them,
// headers, payload, a checksum of it all. https://smithy.io/2.0/aws/amazon-eventstream.html
import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;
/** Type of a header whose value is text. */
const STRING_HEADER = 7;

/** Encodes one message; header names and values are ASCII. */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Buffer {
  const entries = Object.entries(headers);
  const headerBytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  const body = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  const total = PRELUDE_BYTES + headerBytes + body.byteLength + CHECKSUM_BYTES;
  const message = Buffer.allocUnsafe(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headerBytes, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  let at = PRELUDE_BYTES;
  for (const [name, value] of entries) {
    at = message.writeUInt8(name.length, at);
    at += message.write(name, at, 'latin1');
    at = message.writeUInt8(STRING_HEADER, at);
    at = message.writeUInt16BE(value.length, at);
    at += message.write(value, at, 'latin1');
  }
  message.set(body, at);
  at += body.byteLength;
  message.writeUInt32BE(crc32(message.subarray(0, at)), at);
  return message;
}

/** One event; the payload is of this content type. */
export function encodeEvent(type: string, payload: string | Uint8Array, contentType = 'application/json'): Buffer {
  return encodeMessage({ ':message-type': 'event', ':event-type': type, ':content-type': contentType }, payload);
}

/** The exception that ends a stream which had begun. */
export function encodeException(type: string, payload: string | Uint8Array, contentType = 'application/json'): Buffer {
  const headers = { ':message-type': 'exception', ':exception-type': type, ':content-type': contentType };
  return encodeMessage(headers, payload);
}
