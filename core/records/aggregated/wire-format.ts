// The bytes of an aggregated record: four of magic, one AggregatedRecord message, and the MD5 of that message.
//
//   message AggregatedRecord { repeated string partition_key_table = 1; repeated string explicit_hash_key_table = 2;
//                              repeated Record records = 3; }
//   message Record { required uint64 partition_key_index = 1; optional uint64 explicit_hash_key_index = 2;
//                    required bytes data = 3; repeated Tag tags = 4; }
//   message Tag { required string key = 1; optional string value = 2; }
//
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md

/** Bytes of the magic, which every aggregated record starts with. */
export const MAGIC_BYTES = 4;
/** The magic, F3 89 9A C2, as a little-endian 32-bit number. */
export const MAGIC = 0xc29a89f3 | 0;
/** Bytes of the MD5 at the end. */
export const DIGEST_BYTES = 16;
/** Bytes that an aggregated record has beside its message. */
export const FRAMING_BYTES = MAGIC_BYTES + DIGEST_BYTES;

// Each field's number and wire type, as the byte that stands before it.

export const PARTITION_KEY_TABLE = 0x0a;
export const EXPLICIT_HASH_KEY_TABLE = 0x12;
export const RECORDS = 0x1a;
export const PARTITION_KEY_INDEX = 0x08;
export const EXPLICIT_HASH_KEY_INDEX = 0x10;
export const DATA = 0x1a;
export const TAGS = 0x22;
export const TAG_KEY = 0x0a;
export const TAG_VALUE = 0x12;

/** Bytes of a number below 2^31 as a varint: one for each seven bits. */
export function varintBytes(value: number): number {
  return (352 - Math.clz32(value) * 9) >>> 6;
}

/** Bytes of a field of `length` bytes: its tag, its length and itself. */
export function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** Writes a number below 2^31 as a varint; returns where it ends. */
export function writeVarint(to: Uint8Array, at: number, value: number): number {
  to[at] = value < 0x80 ? value : value | 0x80;
  return value < 0x80 ? at + 1 : writeVarint(to, at + 1, value >>> 7);
}

/** A text's bytes, a character for each. */
export function renderText(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A field of `bytes`, a character for each byte. */
export function renderField(tag: number, bytes: string): string {
  const head = Buffer.alloc(6, tag);
  return head.toString('latin1', 0, writeVarint(head, 1, bytes.length)) + bytes;
}
