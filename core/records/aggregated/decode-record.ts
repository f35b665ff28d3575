// Takes a record of the stream apart into the user records in it, as the KCL does, and keeps what the KCL would lose sight
// of: a tail whose keys are not there is told, not only logged. Hand-written, as the builder is (docs/decisions/0006).
import { hash } from 'node:crypto';
import { MalformedMessage, MessageReader } from './message-reader.js';
import type { RecordTag, UserRecord } from './user-record.js';
import {
  DATA,
  DIGEST_BYTES,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  FRAMING_BYTES,
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
       * The records from some position on that cannot be read, as that one names a key which is in no table.
       *
       * @default - all records could be read
       */
      readonly lost?: LostTail;
    };

/** User records at the end of an aggregated record that cannot be read. */
export interface LostTail {
  /** How many they are; their positions follow those of the records that could be read. */
  readonly count: number;
  readonly reason: string;
}

const PLAIN: DecodedRecord = { kind: 'plain' };

/** Tells whether bytes start as an aggregated record does; they may be none all the same. */
export function hasMagic(data: Uint8Array): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}

/**
 * Takes the data of a record of the stream apart; never throws.
 *
 * Bytes that only look aggregated, by a wrong digest or a malformed message, are plain, as to the KCL. The data of the
 * user records are views of `data`, not copies.
 */
export function decodeRecord(data: Uint8Array): DecodedRecord {
  if (data.length <= FRAMING_BYTES || !hasMagic(data)) return PLAIN;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const end = bytes.length - DIGEST_BYTES;
  const digest = hash('md5', bytes.subarray(MAGIC_BYTES, end), 'buffer');
  if (bytes.compare(digest, 0, DIGEST_BYTES, end) !== 0) return PLAIN;
  try {
    return readAggregated(new MessageReader(bytes, MAGIC_BYTES, end));
  } catch (error) {
    if (error instanceof MalformedMessage) return PLAIN;
    throw error;
  }
}

/** A Record message, before its keys are looked up. */
interface IndexedRecord {
  readonly partitionKeyIndex: number;
  readonly explicitHashKeyIndex: number | undefined;
  readonly data: Uint8Array;
  readonly tags: readonly RecordTag[] | undefined;
}

function readAggregated(reader: MessageReader): DecodedRecord {
  const partitionKeys: string[] = [];
  const explicitHashKeys: string[] = [];
  const indexed: IndexedRecord[] = [];
  while (!reader.atEnd) {
    const tag = reader.tag();
    if (tag === RECORDS) indexed.push(reader.message(readRecord));
    else if (tag === PARTITION_KEY_TABLE) partitionKeys.push(reader.text());
    else if (tag === EXPLICIT_HASH_KEY_TABLE) explicitHashKeys.push(reader.text());
    else reader.skip(tag);
  }
  return lookUpKeys(indexed, partitionKeys, explicitHashKeys);
}

/** Gives each record its keys, up to the first that names one which is not there. */
function lookUpKeys(
  indexed: readonly IndexedRecord[],
  partitionKeys: readonly string[],
  explicitHashKeys: readonly string[],
): DecodedRecord {
  const records: UserRecord[] = [];
  for (const { partitionKeyIndex, explicitHashKeyIndex, data, tags } of indexed) {
    const partitionKey = partitionKeys[partitionKeyIndex];
    const explicitHashKey = explicitHashKeyIndex === undefined ? undefined : explicitHashKeys[explicitHashKeyIndex];
    if (partitionKey === undefined || (explicitHashKey === undefined && explicitHashKeyIndex !== undefined)) {
      const table = partitionKey === undefined ? 'partition key' : 'explicit hash key';
      const reason = `the record at position ${records.length} names a ${table} that is not there`;
      return { kind: 'aggregated', records, lost: { count: indexed.length - records.length, reason } };
    }
    records.push({ partitionKey, explicitHashKey, data, tags });
  }
  return { kind: 'aggregated', records };
}

function readRecord(reader: MessageReader): IndexedRecord {
  let partitionKeyIndex: number | undefined;
  let explicitHashKeyIndex: number | undefined;
  let data: Uint8Array | undefined;
  let tags: RecordTag[] | undefined;
  while (!reader.atEnd) {
    const tag = reader.tag();
    if (tag === PARTITION_KEY_INDEX) partitionKeyIndex = reader.varint();
    else if (tag === DATA) data = reader.bytes();
    else if (tag === EXPLICIT_HASH_KEY_INDEX) explicitHashKeyIndex = reader.varint();
    else if (tag === TAGS) {
      tags ??= [];
      tags.push(reader.message(readTag));
    } else reader.skip(tag);
  }
  if (partitionKeyIndex === undefined || data === undefined) throw new MalformedMessage();
  return { partitionKeyIndex, explicitHashKeyIndex, data, tags };
}

function readTag(reader: MessageReader): RecordTag {
  let key: string | undefined;
  let value: string | undefined;
  while (!reader.atEnd) {
    const tag = reader.tag();
    if (tag === TAG_KEY) key = reader.text();
    else if (tag === TAG_VALUE) value = reader.text();
    else reader.skip(tag);
  }
  if (key === undefined) throw new MalformedMessage();
  return { key, value };
}
