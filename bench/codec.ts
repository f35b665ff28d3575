// How fast user records go into aggregated records and out of them, beside aws-kinesis-agg and beside the least that any
// codec has to do: copy the bytes, or take them out of base64, and hash them once.
import { type Bench, median, round } from './bench.js';
import { type Rates, runRounds } from './codec/rounds.js';
import { measureSource } from './measure-bundle.js';

const LABELS: Readonly<Record<keyof Rates, string>> = {
  encode: 'encode',
  encodePeer: 'encode, aws-kinesis-agg',
  encodeFloor: 'encode, floor: copy and MD5',
  decode: 'decode',
  decodePeer: 'decode, aws-kinesis-agg',
  decodeFloor: 'decode, floor: base64 and MD5',
};

/** What an application has in its bundle: exported as CommonJS has it, without the helpers that only a library needs. */
const CODEC = `
  import { AggregateBuilder } from './core/records/aggregated/aggregate-builder.js';
  import { decodeRecord } from './core/records/aggregated/decode-record.js';
  module.exports = { AggregateBuilder, decodeRecord };`;

export const codec: Bench = {
  name: 'codec',
  async run() {
    const small = runRounds(100);
    const large = runRounds(1_024);
    const { kilobytes, loadMs } = await measureSource(CODEC);
    return {
      json: {
        encodeRatio100: ratio(small.encode, small.encodePeer),
        encodeRatio1000: ratio(large.encode, large.encodePeer),
        decodeRatio100: ratio(small.decode, small.decodePeer),
        decodeRatio1000: ratio(large.decode, large.decodePeer),
        encodeFloor100: ratio(small.encode, small.encodeFloor),
        encodeFloor1000: ratio(large.encode, large.encodeFloor),
        bundleKilobytes: kilobytes,
        loadMs,
      },
      table: [
        ['thousands of user records per CPU second', '100 B', '1 KiB'],
        ...Object.entries(LABELS).map(([side, label]) => [
          label,
          ...[small, large].map((rates) => (median(rates[side as keyof Rates]) / 1_000).toFixed(0)),
        ]),
        ['bundle of the codec, KB', String(kilobytes), ''],
        ['load of the bundle, ms', String(loadMs), ''],
      ],
    };
  },
};

/** How many times as fast one side is: the median of the rounds, each of which compares its own turns. */
function ratio(side: readonly number[], other: readonly number[]): number {
  return round(median(side.map((rate, i) => rate / other[i]!)), 2);
}
