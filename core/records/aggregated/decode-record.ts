// Takes a record of the stream apart into the user records in it, as the KCL does, and keeps what the KCL would lose sight
// of: a tail whose keys are not there is told, not only logged. Hand-written, as the builder is (docs/decisions/0006).
import { digestMessage } from './digest-message.js';
import { MALFORMED, type Message, readText, readVarint, skipBytes, skipField } from './message.js';
import type { RecordTag, UserRecord } from './user-record.js';
import {
  DATA,
  DIGEST_BYTES,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  MAGIC,
  MAGIC_BYTES,
  PARTITION_KEY_INDEX,
  PARTITION_KEY_TABLE,
  RECORDS,
  TAG_KEY,
  TAG_VALUE,
  TAGS,
} from './wire-format.js';

/**
 * What a record of the stream holds.
 *
 * `plain`: the record is itself a user record. `aggregated`: the sub-sequence number of a user record is its position.
 */
export type DecodedRecord =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'aggregated';
      readonly records: readonly UserRecord[];
      /**
       * User records at the end that could not be read, from the first on that names a key which is in no table.
       *
       * Their sub-sequence numbers follow those of `records`. The KCL logs them and goes on.
       */
      readonly lost: number;
    };

const PLAIN: DecodedRecord = { kind: 'plain' };

/**
 * Takes the data of a record of the stream apart; never throws.
 *
 * Bytes that only look aggregated, by a wrong digest or a malformed message, are plain, as to the KCL. The data of the
 * user records are views of `data`, not copies.
 */
export function decodeRecord(data: Uint8Array): DecodedRecord {
  const from = Buffer.from(data.buffer, data.byteOffset, data.length);
  const end = from.length - DIGEST_BYTES;
  if (end <= MAGIC_BYTES || from.readInt32LE() !== MAGIC || digestMessage(from, end).compare(from, end)) return PLAIN;
  try {
    return readAggregated({ from, buffer: data.buffer, offset: data.byteOffset, at: MAGIC_BYTES, end });
  } catch (error) {
    if (error === MALFORMED) return PLAIN;
    throw error;
  }
}

function readAggregated(message: Message): DecodedRecord {
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const starts: number[] = [];
  // Both tables may go on behind the records, so that these are read when the tables are.
  while (message.at < message.end) {
    const tag = readVarint(message);
    if (tag === RECORDS) {
      starts.push(message.at);
      skipBytes(message);
    } else if (tag === PARTITION_KEY_TABLE) partitionKeys.push(readText(message));
    else if (tag === EXPLICIT_HASH_KEY_TABLE) explicitHashKeys.push(readText(message));
    else skipField(message, tag, 0);
  }
  const records: UserRecord[] = [];
  let lost = 0;
  for (const start of starts) {
    message.at = start;
    const record = readRecord(message, partitionKeys, explicitHashKeys);
    if (record === undefined || lost > 0) lost += 1;
    else records.push(record);
  }
  return { kind: 'aggregated', records, lost };
}

/** The record that starts here; undefined when a key of it is in no table. */
function readRecord(
  message: Message,
  partitionKeys: readonly string[],
  explicitHashKeys: readonly string[],
): UserRecord | undefined {
  const outer = enter(message);
  let keyIndex: number | undefined;
  let hashIndex: number | undefined;
  let data: Uint8Array | undefined;
  let tags: RecordTag[] | undefined;
  while (message.at < message.end) {
    const tag = readVarint(message);
    if (tag === PARTITION_KEY_INDEX) keyIndex = readVarint(message);
    else if (tag === DATA) {
      const start = skipBytes(message);
      data = new Uint8Array(message.buffer, message.offset + start, message.at - start);
    } else if (tag === EXPLICIT_HASH_KEY_INDEX) hashIndex = readVarint(message);
    else if (tag === TAGS) {
      tags ??= [];
      tags.push(readTag(message));
    } else skipField(message, tag, 1);
  }
  message.end = outer;
  if (keyIndex === undefined || data === undefined) throw MALFORMED;
  const partitionKey = partitionKeys[keyIndex];
  const explicitHashKey = hashIndex === undefined ? undefined : explicitHashKeys[hashIndex];
  if (partitionKey === undefined || (explicitHashKey === undefined && hashIndex !== undefined)) return undefined;
  return { partitionKey, explicitHashKey, data, tags };
}

function readTag(message: Message): RecordTag {
  const outer = enter(message);
  let key: string | undefined;
  let value: string | undefined;
  while (message.at < message.end) {
    const tag = readVarint(message);
    if (tag === TAG_KEY) key = readText(message);
    else if (tag === TAG_VALUE) value = readText(message);
    else skipField(message, tag, 2);
  }
  message.end = outer;
  if (key === undefined) throw MALFORMED;
  return { key, value };
}

/** Goes into the message that starts here; returns where the one around it ends. */
function enter(message: Message): number {
  const outer = message.end;
  const start = skipBytes(message);
  message.end = message.at;
  message.at = start;
  return outer;
}
