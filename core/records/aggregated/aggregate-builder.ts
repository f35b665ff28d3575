// Puts user records together into one aggregated record, byte for byte as the KPL writes it. Hand-written: it stands on
// the producer's hot path, where a protobuf library costs more than all the rest (docs/decisions/0006).
import { digestMessage } from './digest-message.js';
import { KeyTable } from './key-table.js';
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
  renderField,
  renderText,
  TAG_KEY,
  TAG_VALUE,
  TAGS,
  varintBytes,
  writeVarint,
} from './wire-format.js';

/**
 * Collects user records and knows at any time how many bytes they make.
 *
 * It keeps the records that it is given, not copies of them: their bytes must not change until `build`. It checks no
 * limit and no key; whoever fills it does.
 */
export class AggregateBuilder {
  readonly #partitionKeys = new KeyTable(PARTITION_KEY_TABLE);
  readonly #explicitHashKeys = new KeyTable(EXPLICIT_HASH_KEY_TABLE);
  #records: UserRecord[] = [];
  // Indexes of each record's keys, -1 for none; those behind the last record are left over.
  readonly #keyIndexes: number[] = [];
  readonly #hashIndexes: number[] = [];
  #recordsBytes = FRAMING_BYTES;
  // The record that `sizeWith` was last asked for, which is most often the one added next, its bytes and its keys' indexes.
  #measured: UserRecord | undefined;
  #bytes = 0;
  #keyIndex = 0;
  #hashIndex = 0;

  /** The user records in it, in their order. */
  get records(): readonly UserRecord[] {
    return this.#records;
  }

  /** Bytes that `build` gives now. */
  get bytes(): number {
    return this.#recordsBytes + this.#partitionKeys.text.length + this.#explicitHashKeys.text.length;
  }

  /** Bytes that `build` would give with `record` added. */
  sizeWith(record: UserRecord): number {
    this.#measure(record);
    return (
      this.bytes + this.#partitionKeys.growth + (this.#hashIndex < 0 ? 0 : this.#explicitHashKeys.growth) + this.#bytes
    );
  }

  /** Adds a user record; its sub-sequence number is how many there were. */
  add(record: UserRecord): void {
    if (this.#measured !== record) this.#measure(record);
    this.#measured = undefined;
    this.#partitionKeys.add(record.partitionKey);
    if (this.#hashIndex >= 0) this.#explicitHashKeys.add(record.explicitHashKey!);
    const position = this.#records.push(record) - 1;
    this.#keyIndexes[position] = this.#keyIndex;
    this.#hashIndexes[position] = this.#hashIndex;
    this.#recordsBytes += this.#bytes;
  }

  /** The aggregated record; the builder stays as it is, so that more can be added or `clear` called. */
  build(): Uint8Array {
    const to = Buffer.allocUnsafeSlow(this.bytes);
    to.writeInt32LE(MAGIC);
    let at = MAGIC_BYTES + to.write(this.#partitionKeys.text + this.#explicitHashKeys.text, MAGIC_BYTES, 'latin1');
    for (let i = 0; i < this.#records.length; i += 1) {
      at = writeRecord(to, at, this.#records[i]!, this.#keyIndexes[i]!, this.#hashIndexes[i]!);
    }
    if (at !== to.length - DIGEST_BYTES) throw new Error('build aggregate failed: a record changed');
    to.set(digestMessage(to, at), at);
    return to;
  }

  /** Forgets all user records, for the next aggregate. */
  clear(): void {
    this.#partitionKeys.clear();
    this.#explicitHashKeys.clear();
    this.#records = [];
    this.#recordsBytes = FRAMING_BYTES;
    this.#measured = undefined;
  }

  #measure(record: UserRecord): void {
    const { partitionKey, explicitHashKey } = record;
    this.#keyIndex = this.#partitionKeys.look(partitionKey);
    this.#hashIndex = explicitHashKey === undefined ? -1 : this.#explicitHashKeys.look(explicitHashKey);
    this.#bytes = fieldBytes(measureRecord(record, this.#keyIndex, this.#hashIndex));
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
function measureRecord({ data, tags }: UserRecord, keyIndex: number, hashIndex: number): number {
  const bytes = 1 + varintBytes(keyIndex) + fieldBytes(data.length) + (tags ? renderTags(tags).length : 0);
  return hashIndex < 0 ? bytes : bytes + 1 + varintBytes(hashIndex);
}

/** Writes a Record message behind its tag and length; returns where it ends. */
function writeRecord(to: Buffer, start: number, record: UserRecord, keyIndex: number, hashIndex: number): number {
  const { data, tags } = record;
  to[start] = RECORDS;
  let at = writeVarint(to, start + 1, measureRecord(record, keyIndex, hashIndex));
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
  return tags ? at + to.write(renderTags(tags), at, 'latin1') : at;
}

function renderTags(tags: readonly RecordTag[]): string {
  let text = '';
  for (const { key, value } of tags) {
    const valueField = value === undefined ? '' : renderField(TAG_VALUE, renderText(value));
    text += renderField(TAGS, renderField(TAG_KEY, renderText(key)) + valueField);
  }
  return text;
}
