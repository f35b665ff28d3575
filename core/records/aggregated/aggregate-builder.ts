// Puts user records together into one aggregated record, byte for byte as the KPL writes it. Hand-written: it stands on
// the producer's hot path, where a protobuf library costs more than all the rest (docs/decisions/0006).
import { digestMessage } from './digest-message.js';
import { makeKeyTable } from './key-table.js';
import type { RecordTag, UserRecord } from './user-record.js';
import {
  DATA,
  DIGEST_BYTES,
  EXPLICIT_HASH_KEY_INDEX,
  EXPLICIT_HASH_KEY_TABLE,
  FRAMING_BYTES,
  fieldBytes,
  MAGIC,
  MAGIC_BYTES,
  PARTITION_KEY_INDEX,
  PARTITION_KEY_TABLE,
  RECORDS,
  TAG_KEY,
  TAG_VALUE,
  TAGS,
  textBytes,
  varintBytes,
  writeText,
  writeVarint,
} from './wire-format.js';

/**
 * Collects user records and knows at any time how many bytes they make.
 *
 * It keeps the records that it is given, not copies of them: their bytes must not change until `build`. It checks no
 * limit and no key; whoever fills it does.
 */
export class AggregateBuilder {
  readonly #partitionKeys = makeKeyTable(PARTITION_KEY_TABLE);
  readonly #explicitHashKeys = makeKeyTable(EXPLICIT_HASH_KEY_TABLE);
  #records: UserRecord[] = [];
  /** Indexes of each record's keys, -1 for none; those behind the last record are left over. */
  readonly #partitionKeyIndexes: number[] = [];
  readonly #explicitHashKeyIndexes: number[] = [];
  #recordsBytes = 0;

  // The record that `sizeWith` was last asked for, which is most often the one added next, its bytes and its keys' indexes.
  #measured: UserRecord | undefined;
  #measuredBytes = 0;
  #keyIndex = 0;
  #hashIndex = 0;

  /** User records in it. */
  get count(): number {
    return this.#records.length;
  }

  /** Bytes that `build` gives now. */
  get bytes(): number {
    return FRAMING_BYTES + this.#partitionKeys.bytes() + this.#explicitHashKeys.bytes() + this.#recordsBytes;
  }

  /** The user records in it, in their order. */
  get records(): readonly UserRecord[] {
    return this.#records;
  }

  /** Bytes that `build` would give with `record` added. */
  sizeWith(record: UserRecord): number {
    this.#measure(record);
    return this.bytes + this.#partitionKeys.growth() + this.#explicitHashKeys.growth() + this.#measuredBytes;
  }

  /** Adds a user record; its sub-sequence number is the count before. */
  add(record: UserRecord): void {
    if (this.#measured !== record) this.#measure(record);
    this.#measured = undefined;
    this.#partitionKeys.add();
    this.#explicitHashKeys.add();
    const position = this.#records.push(record) - 1;
    this.#partitionKeyIndexes[position] = this.#keyIndex;
    this.#explicitHashKeyIndexes[position] = this.#hashIndex;
    this.#recordsBytes += this.#measuredBytes;
  }

  /** The aggregated record; the builder stays as it is, so that more can be added or `clear` called. */
  build(): Uint8Array {
    const bytes = this.bytes;
    const to = Buffer.allocUnsafeSlow(bytes);
    to.writeInt32LE(MAGIC, 0);
    let at = this.#explicitHashKeys.write(to, this.#partitionKeys.write(to, MAGIC_BYTES));
    for (let i = 0; i < this.#records.length; i += 1) {
      at = writeRecord(to, at, this.#records[i]!, this.#partitionKeyIndexes[i]!, this.#explicitHashKeyIndexes[i]!);
    }
    if (at !== bytes - DIGEST_BYTES) throw new Error('build aggregated record failed: a record has changed since add');
    to.set(digestMessage(to, at), at);
    return to;
  }

  /** Forgets all user records, for the next aggregate. */
  clear(): void {
    this.#partitionKeys.clear();
    this.#explicitHashKeys.clear();
    this.#records = [];
    this.#recordsBytes = 0;
    this.#measured = undefined;
  }

  #measure(record: UserRecord): void {
    this.#keyIndex = this.#partitionKeys.look(record.partitionKey);
    this.#hashIndex = this.#explicitHashKeys.look(record.explicitHashKey);
    this.#measuredBytes = fieldBytes(innerBytes(record, this.#keyIndex, this.#hashIndex));
    this.#measured = record;
  }
}

/** Writes user records as one aggregated record. */
export function encodeAggregated(records: Iterable<UserRecord>): Uint8Array {
  const builder = new AggregateBuilder();
  for (const record of records) builder.add(record);
  return builder.build();
}

/** Bytes of a Record message, without its own tag and length. */
function innerBytes({ data, tags }: UserRecord, partitionKeyIndex: number, explicitHashKeyIndex: number): number {
  let bytes = 1 + varintBytes(partitionKeyIndex) + fieldBytes(data.length);
  if (explicitHashKeyIndex >= 0) bytes += 1 + varintBytes(explicitHashKeyIndex);
  if (tags !== undefined) for (const tag of tags) bytes += fieldBytes(tagBytes(tag));
  return bytes;
}

function tagBytes({ key, value }: RecordTag): number {
  return textBytes(key) + (value === undefined ? 0 : textBytes(value));
}

/** Writes one of the records; returns where it ends. */
function writeRecord(to: Buffer, start: number, record: UserRecord, keyIndex: number, hashIndex: number): number {
  const { data, tags } = record;
  to[start] = RECORDS;
  let at = writeVarint(to, start + 1, innerBytes(record, keyIndex, hashIndex));
  to[at] = PARTITION_KEY_INDEX;
  at = writeVarint(to, at + 1, keyIndex);
  if (hashIndex >= 0) {
    to[at] = EXPLICIT_HASH_KEY_INDEX;
    at = writeVarint(to, at + 1, hashIndex);
  }
  to[at] = DATA;
  at = writeVarint(to, at + 1, data.length);
  to.set(data, at);
  at += data.length;
  if (tags !== undefined) for (const tag of tags) at = writeTag(to, at, tag);
  return at;
}

function writeTag(to: Buffer, start: number, tag: RecordTag): number {
  to[start] = TAGS;
  const at = writeText(to, writeVarint(to, start + 1, tagBytes(tag)), TAG_KEY, tag.key);
  return tag.value === undefined ? at : writeText(to, at, TAG_VALUE, tag.value);
}
