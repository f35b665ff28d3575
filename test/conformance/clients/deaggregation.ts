// Aggregated records, whole and damaged, for the KCL's own de-aggregator, and whether it reads in them what we read.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HASH_KEY_MAX } from '../../../core/limits.js';
import { encodeAggregated } from '../../../core/records/aggregated/aggregate-builder.js';
import { decodeRecord } from '../../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../../core/records/aggregated/user-record.js';
import { seededRandom } from '../../../core/records/seeded-random.js';

const AGGREGATES = 10_000;
const SEED = 1;
const MAGIC = Buffer.from('f3899ac2', 'hex');
/** Bytes that mean something where a field may begin. */
const TELLING = '0a 12 1a 08 10 22 00 01 02 7f 80 ff 2b 2c 2801 3200 8000 ffffffff0f 80808080808080808001'.split(' ');
const ODD_KEYS = ['', '10', '2', '__proto__', 'constructor', '\u{1f600}', '\u9ed2'.repeat(256), '\ud800', '\ufeffkey'];
const INTEGER = /^[+-]?[0-9]+$/;

type Random = (below: number) => number;

/** Writes the records that both sides read: each aggregate and one of each damage to it. Returns the program's arguments. */
export function writeAggregates(folder: string): readonly string[] {
  const source = seededRandom(SEED);
  const random: Random = (below) => Math.floor(source() * below);
  const parts: Buffer[] = [];
  const add = (data: Buffer) => parts.push(lengthOf(data), data);
  for (let n = 0; n < AGGREGATES; n += 1) {
    // One in a thousand has the size of a full record.
    const records = Array.from({ length: 1 + random(n % 1_000 === 0 ? 5_000 : 8) }, () => makeRecord(random));
    const whole = Buffer.from(encodeAggregated(records));
    add(whole);
    add(flip(whole, random));
    for (const damage of DAMAGES) add(frame(damage(whole.subarray(4, -16), random)));
  }
  const [given, read] = files(folder);
  writeFileSync(given, Buffer.concat(parts));
  return [given, read];
}

/** Compares what the KCL has read of each record with what we read; says the first difference, or what was read. */
export function judgeDeaggregation(folder: string): { readonly read: string } | { readonly reason: string } {
  const [given, read] = files(folder);
  const lines = readFileSync(read, 'utf8').trimEnd().split('\n');
  const from = readFileSync(given);
  let at = 0;
  for (const [n, line] of lines.entries()) {
    const start = at + 4;
    at = start + from.readUInt32BE(at);
    const data = from.subarray(start, at);
    const ours = digest(data);
    if (ours === line) continue;
    return { reason: `the KCL reads '${line}' in record ${n}, we '${ours}': ${data.toString('hex').slice(0, 200)}` };
  }
  if (at !== from.length) return { reason: `the KCL read ${lines.length} records and not the rest` };
  const plain = lines.filter((line) => line === 'plain').length;
  return { read: `the same of ${AGGREGATES} aggregates and ${lines.length - AGGREGATES} damaged ones, ${plain} plain` };
}

function files(folder: string): readonly [given: string, read: string] {
  return [join(folder, 'aggregates'), join(folder, 'aggregates.read')];
}

function makeRecord(random: Random): UserRecord {
  const key = random(3) === 0 ? ODD_KEYS[random(ODD_KEYS.length)]! : `key-${random(20)}`;
  const hash = [0n, 7n, HASH_KEY_MAX, BigInt(random(2 ** 31)) << 90n][random(4)]!;
  return {
    partitionKey: key,
    ...(random(3) === 0 ? { explicitHashKey: String(hash) } : {}),
    data: Buffer.alloc(random(8) === 0 ? 0 : random(200), random(256)),
    ...(random(5) === 0 ? { tags: [{ key: 'producer', value: `${random(100)}` }, { key: 'bare' }] } : {}),
  };
}

/** Each makes another message out of one. */
const DAMAGES: readonly ((message: Buffer, random: Random) => Buffer)[] = [
  flip,
  (message, random) => flip(flip(flip(message, random), random), random),
  (message, random) => message.subarray(0, random(message.length)),
  (message, random) => splice(message, random(message.length), 0, telling(random)),
  (message, random) => splice(message, random(message.length), 1, telling(random)),
  (message, random) => splice(message, random(message.length), 1 + random(6), Buffer.alloc(0)),
  (message, random) => Buffer.concat([message.subarray(random(message.length)), message]),
];

function flip(message: Buffer, random: Random): Buffer {
  const damaged = Buffer.from(message);
  if (damaged.length > 0) damaged[random(damaged.length)]! ^= 1 << random(8);
  return damaged;
}

function splice(message: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, at), added, message.subarray(at + removed)]);
}

function telling(random: Random): Buffer {
  return Buffer.from(TELLING[random(TELLING.length)]!, 'hex');
}

function frame(message: Buffer): Buffer {
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

/** What we read, as the program says what the KCL reads. */
function digest(data: Uint8Array): string {
  const decoded = decodeRecord(data);
  if (decoded.kind === 'plain') return 'plain';
  const records = insideRange(decoded.records);
  const hash = createHash('sha256');
  const add = (bytes: Uint8Array) => hash.update(lengthOf(bytes)).update(bytes);
  for (const [position, record] of records.entries()) {
    const { partitionKey, explicitHashKey } = record;
    for (const text of [partitionKey, explicitHashKey === undefined ? 'none' : `=${explicitHashKey}`, `${position}`]) {
      // Where bytes are no UTF-8, Java and JavaScript differ in how many signs stand for them.
      add(Buffer.from(text.replace(/\ufffd+/g, '\ufffd')));
    }
    add(record.data);
  }
  return `${records.length} ${hash.digest('hex').slice(0, 16)}`;
}

/**
 * What the KCL does after it has read: it stops at a hash key that is no number, and gives no record at all when one is
 * outside of the shard, which has all hash keys here. A reader without a shard, as a Lambda function is, has no such rule.
 */
function insideRange(records: readonly UserRecord[]): readonly UserRecord[] {
  for (const [position, { explicitHashKey }] of records.entries()) {
    if (explicitHashKey === undefined) continue;
    if (!INTEGER.test(explicitHashKey)) return records.slice(0, position);
    const hash = BigInt(explicitHashKey.replace('+', ''));
    if (hash < 0n || hash > HASH_KEY_MAX) return [];
  }
  return records;
}
