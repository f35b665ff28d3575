// Both codecs and the floor in turns, so that what else the machine does meets all of them.
import { hash } from 'node:crypto';
import { AggregateBuilder } from '../../core/records/aggregated/aggregate-builder.js';
import { type DecodedRecord, decodeRecord } from '../../core/records/aggregated/decode-record.js';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';
import { decodeByPeer, encodeByPeer } from './peer.js';
import { AGGREGATE_BYTES, freshKeys, makeGroups } from './workload.js';

/** Aggregates of one turn. */
const GROUPS = 40;
const WARM_UP_ROUNDS = 10;
const ROUNDS = 31;

type Groups = readonly (readonly UserRecord[])[];

/** Turns of a round, in their order. */
const TURNS = ['encode', 'encodePeer', 'encodeFloor', 'decode', 'decodePeer', 'decodeFloor'] as const;

/** User records per second of processor time of each side, one number a round. */
export type Rates = Readonly<Record<(typeof TURNS)[number], readonly number[]>>;

/** Runs all sides on user records of `dataBytes`. */
export function runRounds(dataBytes: number): Rates {
  const groups = makeGroups(GROUPS, dataBytes);
  const records = groups.flat().length;
  const encoded = encode(groups).map((data) => Buffer.from(data).toString('base64'));
  check(groups, encoded);
  const turns: Readonly<Record<(typeof TURNS)[number], (fresh: Groups) => unknown>> = {
    encode,
    encodePeer: encodeByPeer,
    encodeFloor: (fresh) => fresh.map(copyAndHash),
    decode: () => decode(encoded),
    decodePeer: () => decodeByPeer(encoded),
    decodeFloor: () => encoded.map((data) => hash('md5', Buffer.from(data, 'base64'), 'buffer')),
  };
  const rates = Object.fromEntries(TURNS.map((turn): [string, number[]] => [turn, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (let i = 0; i < TURNS.length; i += 1) {
      // Each round starts with another side: none always follows the same one's garbage.
      const turn = TURNS[(i + round + WARM_UP_ROUNDS) % TURNS.length]!;
      const fresh = freshKeys(groups);
      // Processor time, garbage collection included: what else runs on the machine does not count.
      const before = process.cpuUsage();
      turns[turn](fresh);
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1_000_000;
      if (round >= 0) rates[turn]!.push(records / seconds);
    }
  }
  return rates as unknown as Rates;
}

/** As a producer does it: asks whether a record still fits, adds it, and builds when it does not. */
function encode(groups: Groups): Uint8Array[] {
  const builder = new AggregateBuilder();
  return groups.map((records) => {
    for (const record of records) {
      if (builder.sizeWith(record) > AGGREGATE_BYTES) throw new Error('a group must fit into an aggregate');
      builder.add(record);
    }
    const data = builder.build();
    builder.clear();
    return data;
  });
}

/** From base64, as an event source mapping delivers the data of a record. */
function decode(encoded: readonly string[]): DecodedRecord[] {
  return encoded.map((data) => decodeRecord(Buffer.from(data, 'base64')));
}

/** The least that an encoder does: all data in one buffer, and the MD5 of it. */
function copyAndHash(records: readonly UserRecord[]): readonly [Uint8Array, Uint8Array] {
  let bytes = 0;
  for (const { data } of records) bytes += data.length;
  const copy = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const { data } of records) {
    copy.set(data, at);
    at += data.length;
  }
  return [copy, hash('md5', copy, 'buffer')];
}

/** Both sides must give the same, or their speeds say nothing. */
function check(groups: Groups, encoded: readonly string[]): void {
  encodeByPeer(freshKeys(groups)).forEach((data, i) => {
    if (Buffer.from(data).toString('base64') !== encoded[i]) throw new Error('the codecs encode differently');
  });
  const peers = decodeByPeer(encoded);
  decode(encoded).forEach((decoded, i) => {
    const records = decoded.kind === 'aggregated' ? decoded.records : [];
    const same = records.every(({ partitionKey, data }, k) => {
      const peer = peers[i]![k];
      return peer?.partitionKey === partitionKey && peer.data === Buffer.from(data).toString('base64');
    });
    if (!same || records.length !== groups[i]!.length) throw new Error('the codecs decode differently');
  });
}
